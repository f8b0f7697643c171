// The live room and board: one stream, ages on this screen's own clock, a cover when the server is silent.
"use strict";
(() => {
  const body = document.body;
  const live = document.getElementById("live");
  const sheet = document.getElementById("sheet");
  const words = document.getElementById("live-words").dataset;
  const SILENT_MS = 3000;

  // A machine that slept does not count its sleep; the clock on the wall does.
  let slept = 0, wall = Date.now(), counted = performance.now();
  const now = () => performance.now() + slept;
  const wake = () => {
    const missed = Date.now() - wall - (performance.now() - counted);
    if (missed > 1000) slept += missed;
    wall = Date.now();
    counted = performance.now();
  };

  let stream = null, heard = now(), heardAt = null, fetching = false;
  let stamp = now(); // when the ages in the page were true
  let behind = null; // since when the page is known to show less than the chart holds

  // Ages ---------------------------------------------------------------------------------------------
  const spoken = (ms) => (ms < 120000 ? `${Math.round(ms / 1000)} s` : `${Math.floor(ms / 60000)} min`);

  const age = () => {
    const since = now() - stamp;
    for (const tile of live.querySelectorAll("[data-age]")) {
      if (tile.dataset.age === "") continue;
      const old = Number(tile.dataset.age) + since, most = Number(tile.dataset.max);
      const state = old > 2 * most ? "gone" : old > most ? "old" : 2 * old > most ? "half" : "fresh";
      for (const name of ["never", "gone", "old", "half", "fresh"]) tile.classList.toggle(name, name === state);
      const says = tile.querySelector("[data-age-says]");
      if (says) says.textContent = state === "gone" ? `${words.none}, ${spoken(old)}` : state === "old" ? `${words.old}, ${spoken(old)}` : `${spoken(old)} ${words.ago},`;
      tile.querySelector("[data-bar]")?.setAttribute("width", Math.min(100, (100 * old) / most));
      const value = tile.querySelector(".value");
      if (value && state === "gone" && value.textContent !== "–") value.textContent = "–";
    }
    for (const run of live.querySelectorAll("[data-running]")) {
      const s = Math.round(Number(run.dataset.running) + since / 1000);
      run.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    }
  };

  // The stream ----------------------------------------------------------------------------------------
  const silent = () => now() - heard >= SILENT_MS || (behind !== null && now() - behind >= SILENT_MS);

  // The clinic's clock, whatever zone this machine is set to: zones lie whole quarters of an hour apart, so the
  // clock on the page tells which, even where it is a second behind.
  const clinicClock = (ms) => {
    const shown = document.querySelector("[data-clock]")?.textContent ?? "";
    if (ms == null) return shown;
    const [hour, minute] = shown.split(":").map(Number);
    const zone = 15 * Math.round((60 * hour + minute - Math.floor(ms / 60000)) / 15);
    return new Date(ms + 60000 * zone).toISOString().slice(11, 19);
  };

  const cover = () => {
    if (sheet.hidden !== silent()) return;
    sheet.hidden = !silent();
    body.classList.toggle("cut", silent());
    const small = document.getElementById("stop-says");
    if (sheet.hidden) {
      if (small && !pressed) small.textContent = words.ready;
      return;
    }
    const says = document.getElementById("sheet-says");
    // Nothing heard yet: the page itself is as old as the server's word in it.
    const printed = Number(live.querySelector("[data-server]")?.dataset.server) || undefined;
    says.textContent = `${says.dataset.words} ${heardAt ?? clinicClock(printed)}.`;
    if (small) small.textContent = words.offline;
  };

  const refresh = async () => {
    if (fetching) return;
    fetching = true;
    behind ??= now();
    try {
      const told = { headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(SILENT_MS) };
      const answer = await fetch(body.dataset.live, told);
      // Locked or signed out: the numbers may still come, but findings do not, and the cover must say so.
      if (!answer.ok || answer.redirected) return;
      swap(await answer.text());
      behind = null;
    } catch { /* the cover tells */ } finally { fetching = false; }
  };

  let halted = Boolean(live.querySelector(".halting"));
  const swap = (html) => {
    morph(live, html);
    stamp = now();
    const version = live.querySelector("[data-version]")?.dataset.version;
    if (version) {
      body.dataset.version = version;
      document.querySelectorAll("[data-seen]").forEach((field) => { field.value = version; });
    }
    age();
    listen();
    const halting = live.querySelector(".halting");
    if (panel && halting) panel.hidden = true;
    // What to do at the pump comes into sight wherever on the page the press was made.
    if (halting && !halted) halting.scrollIntoView({ block: "center" });
    halted = Boolean(halting);
  };

  // A number and its age change together or not at all.
  const put = (tile, told) => {
    const value = tile.querySelector(".value");
    if (!value || told.age_ms == null) return;
    tile.dataset.age = told.age_ms - (now() - stamp);
    tile.dataset.max = told.max_age_ms;
    if (told.age_ms > 2 * told.max_age_ms || value.textContent === told.text) return;
    value.replaceChildren(...told.text.split("/").flatMap((part, n) => (n ? [Object.assign(document.createElement("i"), { textContent: "/" }), part] : [part])));
  };

  const tick = (event) => {
    const told = JSON.parse(event.data);
    heard = now();
    const say = (name, text) => { if (text != null && text !== "") document.querySelectorAll(`[data-${name}]`).forEach((at) => { at.textContent = text; }); };
    say("clock", told.clock);
    heardAt = clinicClock(told.server_ms);
    say("given", told.given);
    say("minute", told.minute);
    for (const [key, tile] of Object.entries(told.tiles ?? {})) {
      const box = live.querySelector(`[data-key="${key}"]`);
      if (box) put(box, tile);
    }
    if (String(told.version) !== body.dataset.version || behind !== null || "each" in body.dataset) refresh();
    age();
    cover();
  };

  const connect = () => {
    stream?.close();
    stream = new EventSource(body.dataset.stream);
    stream.addEventListener("tick", tick);
    // A refused stream is not tried again by the browser.
    stream.addEventListener("error", () => { if (stream.readyState === EventSource.CLOSED) setTimeout(connect, SILENT_MS); });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { stream?.close(); return; }
    // Nothing was heard meanwhile: the cover stands until something is.
    connect();
    refresh();
  });
  addEventListener("pagehide", () => stream?.close());
  setInterval(() => { wake(); age(); if (!document.hidden) cover(); }, 500);

  // Stop ----------------------------------------------------------------------------------------------
  const form = document.getElementById("stop-form");
  const panel = document.getElementById("pump-panel");
  const small = document.getElementById("stop-says");
  let pressed = false;

  // The same key until it is known to be kept; a second press while it is on its way changes nothing.
  const press = async () => {
    if (pressed) return;
    pressed = true;
    const sent = new FormData(form);
    sent.set("key", `stop-${crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`}`);
    const tell = (text) => { small.textContent = document.getElementById("pump-says").textContent = text; };
    tell(words.stopping);
    setTimeout(() => { if (!live.querySelector(".halting")) panel.hidden = false; }, SILENT_MS);
    while (pressed) {
      try {
        const how = { method: "POST", body: sent, headers: { Accept: "application/json" }, keepalive: true, signal: AbortSignal.timeout(SILENT_MS) };
        const answer = await fetch(form.action, how);
        if (!answer.ok) throw new Error(String(answer.status));
        pressed = false;
        tell(words.kept);
        setTimeout(() => { if (!pressed && sheet.hidden) small.textContent = words.ready; }, 4 * SILENT_MS);
        refresh();
      } catch {
        tell(words.retry);
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
    // Only out of what was sent: a person may be typing somewhere else by now.
    if (done.contains(document.activeElement)) document.activeElement.blur();
    done.querySelector("button")?.classList.add("told");
    setTimeout(() => done.querySelector("button")?.classList.remove("told"), 1200);
    refresh();
  });

  // Sound: proven by the person first, then three tones for a new high finding ------------------------------
  let audio = null;
  const sounded = new Set();
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
    const tell = (text) => { document.getElementById("sound-says").textContent = text; };
    // A screen may be muted again by its machine; then it must not go on saying that it was tested.
    audio.onstatechange = () => { if (audio.state !== "running") tell(words.mute); };
    tell(words.mute);
    audio.resume().then(() => { alarm(); tell(`${words.sound} ${clinicClock()}`); }, () => {});
  });
  const listen = () => {
    for (const card of live.querySelectorAll('[data-finding][data-priority="high"]')) {
      if (sounded.has(card.dataset.finding)) continue;
      sounded.add(card.dataset.finding);
      if (audio) alarm();
    }
  };
  listen();
  connect();
  age();
})();
