// Forms that act: sent without leaving the page, so that a refusal stands beside what was typed.
// Without this script every form works too; the server then answers with a page of its own.
"use strict";
(() => {
  const words = document.getElementById("words")?.dataset ?? {};

  // What a reader may set: light or dark, and paper.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) {
      const root = document.documentElement;
      const night = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      root.dataset.theme = (root.dataset.theme || night) === "dark" ? "light" : "dark";
      localStorage.setItem("theme", root.dataset.theme);
    }
    if (event.target.closest("[data-print]")) print();
  });

  // Paper cannot be unfolded later. A folded form is not part of the record.
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open], :has(form))").forEach((fold) => {
      fold.open = true;
      fold.dataset.unfolded = "";
    });
  });
  addEventListener("afterprint", () => {
    document.querySelectorAll("details[data-unfolded]").forEach((fold) => fold.removeAttribute("open"));
  });
  // Come back to after it was sent: what it shows is old, and its key is spent.
  addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("form[data-sending]")) location.reload();
  });

  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

  const clear = (form) => {
    form.querySelectorAll(":scope > .faults[role=alert], .error[data-told]").forEach((old) => old.remove());
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  };

  // The field of a fault: the one of that name, or the first of a group such as second_username.
  const fieldOf = (form, name) =>
    form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden]), [name^="${CSS.escape(name)}_"]`);

  const labelOf = (field) =>
    (field.closest("fieldset")?.querySelector("legend") ?? field.labels?.[0])?.firstChild?.textContent.trim() ?? "";

  const mark = (field, name, text) => {
    const note = make("p", "error", text);
    note.id = `${field.id || (field.id = `f-${name}`)}-error`;
    note.dataset.told = "";
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", note.id);
    (field.closest(".field, fieldset") ?? field.parentElement).append(note);
  };

  // The fact and its reasons at the top of the form, each fault a way to its field.
  const say = (form, fact, reasons, faults = {}, go = "") => {
    const box = make("div", "faults", "");
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    box.append(make("h2", "", fact));
    const list = document.createElement("ul");
    for (const reason of reasons) list.append(make("li", "", reason));
    for (const [name, text] of Object.entries(faults)) {
      const row = document.createElement("li");
      const field = fieldOf(form, name);
      if (field) mark(field, name, text);
      const way = field ? Object.assign(make("a", "", labelOf(field) || name.replaceAll("_", " ")), { href: `#${field.id}` }) : "";
      row.append(way, way ? `: ${text}` : text);
      list.append(row);
    }
    box.append(list);
    // Signing in happens beside this page, so that what was typed stays.
    if (go) box.append(Object.assign(make("a", "btn little", words.enter), { href: go, target: "_blank" }));
    form.prepend(box);
    box.focus();
  };

  // A refused act may be tried again, as a new one: only the trailing part of its key is new.
  const renew = (form) => {
    const key = form.querySelector("input[name=key]");
    const parts = crypto.getRandomValues(new Uint8Array(6));
    const fresh = Array.from(parts, (part) => part.toString(16).padStart(2, "0")).join("");
    if (key) key.value = key.value.replace(/[0-9a-z]*$/i, fresh);
  };

  const sent = async (form, button) => {
    const body = new FormData(form, button);
    // Whoever signed in again beside this page has a new token; the one in the form is then too old.
    const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
    if (token && body.has("csrfmiddlewaretoken")) body.set("csrfmiddlewaretoken", token);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!(answer.headers.get("Content-Type") ?? "").includes("json")) return { ok: false, refused: [words.failed], keep: true };
    return { keep: answer.status >= 500, ...(await answer.json()) };
  };

  const act = async (form, button) => {
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    button?.setAttribute("aria-busy", "true");
    clear(form);
    let leaving = false;
    try {
      const told = await sent(form, button);
      if (told.ok) {
        form.dispatchEvent(new CustomEvent("acted", { bubbles: true, detail: told }));
        leaving = !form.hasAttribute("data-stay");
        if (leaving) location.assign(told.next);
      } else {
        say(form, words.refused, told.go ? [words.locked] : (told.refused ?? []), told.faults, told.go);
      }
      // Whether a lost answer was kept is not known: the same key then makes a second try the same act.
      if (!leaving && !told.keep) renew(form);
    } catch {
      say(form, words.offline, [words.kept]);
    }
    if (leaving) return;
    delete form.dataset.sending;
    button?.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-act]")) return;
    event.preventDefault();
    act(event.target, event.submitter);
  });
})();
