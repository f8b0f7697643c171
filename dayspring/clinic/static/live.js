// The live room and board: one stream, ages on this screen's own monotonic clock, a cover when the server is silent.
"use strict";
(() => {
  const body = document.body;
  const live = document.getElementById("live");
  const sheet = document.getElementById("sheet");
  const words = document.getElementById("words").dataset;
  const SILENT_MS = 3000;
  let stream = null, heard = performance.now(), heardAt = new Date(), version = body.dataset.version, fetching = false;
  let stamp = performance.now(); // when the ages in the page were true

  // Ages ---------------------------------------------------------------------------------------------
  const spoken = (ms) => (ms < 120000 ? `${Math.round(ms / 1000)} s` : `${Math.floor(ms / 60000)} min`);

  const age = () => {
    const since = performance.now() - stamp;
    for (const tile of live.querySelectorAll("[data-age]")) {
      if (tile.dataset.age === "") continue;
      const now = Number(tile.dataset.age) + since, most = Number(tile.dataset.max);
      const state = now > 2 * most ? "gone" : now > most ? "old" : 2 * now > most ? "half" : "fresh";
      for (const name of ["gone", "old", "half", "fresh"]) tile.classList.toggle(name, name === state);
      const says = tile.querySelector("[data-age-says]");
      if (says) says.textContent = state === "gone" ? `${words.none}, ${spoken(now)}` : state === "old" ? `${words.old}, ${spoken(now)}` : `${spoken(now)} ${words.ago},`;
      tile.querySelector("[data-bar]")?.setAttribute("width", Math.min(100, (100 * now) / most));
      const value = tile.querySelector(".value");
      if (value && state === "gone" && value.textContent !== "–") value.textContent = "–";
    }
    for (const run of live.querySelectorAll("[data-running]")) {
      const s = Math.round(Number(run.dataset.running) + since / 1000);
      run.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    }
  };

  // The stream ----------------------------------------------------------------------------------------
  const covered = () => !sheet.hidden;

  const cover = () => {
    if (performance.now() - heard < SILENT_MS || covered()) return;
    const says = document.getElementById("sheet-says");
    says.textContent = `${says.dataset.words} ${heardAt.toLocaleTimeString([], { hour12: false })}.`;
    sheet.hidden = false;
    body.classList.add("cut");
    const small = document.getElementById("stop-says");
    if (small) small.textContent = words.offline;
  };

  const uncover = () => {
    if (!covered()) return;
    sheet.hidden = true;
    body.classList.remove("cut");
    refresh();
  };

  const refresh = async () => {
    if (fetching) return;
    fetching = true;
    try {
      const answer = await fetch(body.dataset.live, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) return;
      swap(await answer.text());
    } catch { /* the cover tells */ } finally { fetching = false; }
  };

  const busy = () => {
    const at = document.activeElement;
    const typed = [...live.querySelectorAll("input:not([type=hidden])")].some((field) => field.value && field.type !== "radio");
    return typed || (at && live.contains(at) && at.matches("input, select, textarea"));
  };

  const swap = (html) => {
    if (busy()) { body.dataset.waiting = "1"; return; }
    const open = [...live.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent);
    const past = live.querySelector(".past")?.scrollTop || 0;
    live.innerHTML = html;
    stamp = performance.now();
    delete body.dataset.waiting;
    for (const summary of live.querySelectorAll("details > summary")) if (open.includes(summary.textContent)) summary.parentElement.open = true;
    const list = live.querySelector(".past");
    if (list) list.scrollTop = past;
    const fresh = live.querySelector("[data-version]");
    if (fresh) {
      version = fresh.dataset.version;
      document.querySelectorAll("[data-seen]").forEach((field) => { field.value = version; });
    }
    age();
    listen();
    if (live.querySelector(".halting") || !live.querySelector(".live")) hush();
  };

  const tick = (event) => {
    heard = performance.now();
    heardAt = new Date();
    uncover();
    const told = JSON.parse(event.data);
    if (told.clock) document.querySelectorAll("[data-clock]").forEach((at) => { at.textContent = told.clock; });
    if (told.given) document.querySelectorAll("[data-given]").forEach((at) => { at.textContent = told.given; });
    if (told.minute != null) document.querySelectorAll("[data-minute]").forEach((at) => { at.textContent = told.minute; });
    for (const [key, tile] of Object.entries(told.tiles || {})) {
      const box = live.querySelector(`[data-key="${key}"]`);
      if (!box || tile.age_ms == null) continue;
      box.dataset.age = tile.age_ms + (performance.now() - heard) - (performance.now() - stamp);
      box.dataset.max = tile.max_age_ms;
      const value = box.querySelector(".value");
      if (value && tile.age_ms <= 2 * tile.max_age_ms && key !== "pressure" && value.textContent !== tile.text) value.textContent = tile.text;
    }
    if (String(told.version) !== String(version) || body.dataset.waiting || "each" in body.dataset) refresh();
    age();
  };

  const connect = () => {
    stream?.close();
    stream = new EventSource(body.dataset.stream);
    stream.addEventListener("tick", tick);
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) stream?.close(); else { heard = performance.now(); connect(); refresh(); } });
  setInterval(() => { age(); if (!document.hidden) cover(); }, 500);
  connect();
  age();

  // Stop ----------------------------------------------------------------------------------------------
  const form = document.getElementById("stop-form");
  const panel = document.getElementById("pump-panel");
  const small = document.getElementById("stop-says");
  const hush = () => { if (panel && live.querySelector(".halting")) panel.hidden = true; };

  const press = async () => {
    const sent = new FormData(form);
    sent.set("key", `stop-${crypto.randomUUID ? crypto.randomUUID() : Date.now()}`);
    small.textContent = words.stopping;
    setTimeout(() => { if (!live.querySelector(".halting")) { panel.hidden = false; document.getElementById("pump-says").textContent = small.textContent; } }, SILENT_MS);
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" }, keepalive: true });
        if (answer.ok) { small.textContent = words.kept; refresh(); return; }
        throw new Error(String(answer.status));
      } catch {
        small.textContent = words.retry;
        if (tries > 600) return;
        await new Promise((done) => { setTimeout(done, 1000); });
      }
    }
  };
  form?.addEventListener("submit", (event) => { event.preventDefault(); press(); });
  document.getElementById("pump-close")?.addEventListener("click", () => { panel.hidden = true; });

  // After an act the page stays: empty what was typed, show what is new -------------------------------------
  document.addEventListener("acted", (event) => {
    const done = event.target;
    done.reset();
    const key = done.querySelector("[name=key]");
    if (key) key.value = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}`;
    document.activeElement?.blur();
    done.querySelector("button")?.classList.add("told");
    setTimeout(() => done.querySelector("button")?.classList.remove("told"), 1200);
    refresh();
  });

  // Keys: asleep inside fields, and off when the person turned them off -------------------------------------
  let held = null;
  const asleep = (event) => event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea") || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys") === "off";
  document.addEventListener("keydown", (event) => {
    if (asleep(event) || event.repeat) return;
    const tap = document.querySelector(`[data-tap="${CSS.escape(event.key)}"]`);
    if (tap) { tap.click(); return; }
    const key = event.key.toLowerCase();
    if (key === "x" && form) held = setTimeout(press, 1000);
    if (key === "r") { document.querySelector("#record input:not([type=hidden])")?.focus(); event.preventDefault(); }
    if (key === "n") { document.getElementById("note")?.focus(); event.preventDefault(); }
    if (key === "b" && body.dataset.board) location.assign(body.dataset.board);
  });
  document.addEventListener("keyup", (event) => { if (event.key.toLowerCase() === "x") clearTimeout(held); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-record]")) return;
    event.preventDefault();
    const field = document.querySelector("#record input:not([type=hidden])");
    field?.focus();
    field?.scrollIntoView({ block: "center" });
  });

  // Sound: proven by the person first, then three tones for a new high finding ------------------------------
  let audio = null, sounded = new Set();
  const tone = (at, hz) => {
    const voice = audio.createOscillator(), loud = audio.createGain();
    voice.frequency.value = hz;
    loud.gain.setValueAtTime(0.25, audio.currentTime + at);
    loud.gain.linearRampToValueAtTime(0, audio.currentTime + at + 0.18);
    voice.connect(loud).connect(audio.destination);
    voice.start(audio.currentTime + at);
    voice.stop(audio.currentTime + at + 0.2);
  };
  const alarm = () => [0, 0.25, 0.5].forEach((at, n) => tone(at, 740 + 120 * n));
  document.getElementById("sound")?.addEventListener("click", () => {
    audio ||= new AudioContext();
    audio.resume();
    alarm();
    document.getElementById("sound-says").textContent = `${words.sound} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false })}`;
  });
  const listen = () => {
    for (const card of live.querySelectorAll('[data-finding][data-priority="high"]')) {
      if (sounded.has(card.dataset.finding)) continue;
      sounded.add(card.dataset.finding);
      if (audio) alarm();
    }
  };
  listen();
})();
