// Forms that act: sent without leaving the page, so that a refusal stands beside what was typed.
// Without this script every form works too; the server then answers with a page of its own.
"use strict";
(() => {
  const words = document.getElementById("form-words")?.dataset ?? {};

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
  const unfold = (open) => () => {
    const folds = open ? "details:not([open], :has(form))" : "[data-unfolded]";
    document.querySelectorAll(folds).forEach((fold) => {
      fold.open = fold.toggleAttribute("data-unfolded", open);
    });
  };
  addEventListener("beforeprint", unfold(true));
  addEventListener("afterprint", unfold(false));

  // Come back to after it was sent: what it shows is old, and its key is spent.
  addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("form[data-sending]")) location.reload();
  });

  const make = (tag, className, textContent, more = {}) =>
    Object.assign(document.createElement(tag), { className, textContent, ...more });
  const clear = (form) => {
    const near = form.closest(".taps") ?? form;
    near.querySelectorAll(".faults[role=alert], .error.told").forEach((old) => old.remove());
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  };

  // The field of a fault: the one of that name, or the first of a group such as second_username.
  const fieldOf = (form, name) =>
    form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden]), [name^="${CSS.escape(name)}_"]`);

  // Says it at the field; the answer is a way there, named as the field is.
  const mark = (field, name, text) => {
    field.id ||= `f-${name}`;
    const note = make("p", "error told", text, { id: `${field.id}-error` });
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", note.id);
    (field.closest(".field, fieldset") ?? field.parentElement).append(note);
    const label = field.closest("fieldset")?.querySelector("legend") ?? field.labels?.[0];
    const words = label?.firstChild?.textContent.trim() || name.replaceAll("_", " ");
    return make("a", "", words, { href: `#${field.id}` });
  };

  // The fact and its reasons above, each fault a way to its field; signing in happens beside the page.
  const say = (form, fact, reasons, faults = {}, go = "") => {
    const box = make("div", "faults", "", { role: "alert", tabIndex: -1 });
    const list = make("ul", "", "");
    for (const reason of reasons) list.append(make("li", "", reason));
    for (const [name, text] of Object.entries(faults)) {
      const field = fieldOf(form, name);
      const row = make("li", "", field ? `: ${text}` : text);
      if (field) row.prepend(mark(field, name, text));
      list.append(row);
    }
    box.append(make("h2", "", fact), list);
    if (go) box.append(make("a", "btn little", words.enter, { href: go, target: "_blank" }));
    form.prepend(box);
    box.focus();
  };

  // A refused act may be tried again, as a new one: only the trailing part of its key is new.
  const renew = (form) => {
    const key = form.querySelector("input[name=key]");
    const fresh = crypto.randomUUID ? crypto.randomUUID().slice(-12) : Date.now().toString(16).padStart(12, "0");
    if (key) key.value = key.value.replace(/[0-9a-z]*$/i, fresh);
  };

  const sent = async (form, button) => {
    const body = new FormData(form, button);
    // Whoever signed in again beside this page has a new token; the one in the form is then too old.
    const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
    if (token && body.has("csrfmiddlewaretoken")) body.set("csrfmiddlewaretoken", token);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json().catch(() => ({ ok: false, refused: [words.failed], unsure: true }));
    return { unsure: answer.status >= 500, ...told };
  };

  const act = async (form, button) => {
    if ("sending" in form.dataset) return;
    form.dataset.sending = "";
    button?.setAttribute("aria-busy", "true");
    clear(form);
    let leaving;
    try {
      const told = await sent(form, button);
      if (told.ok) {
        form.dispatchEvent(new CustomEvent("acted", { bubbles: true, detail: told }));
        leaving = !form.hasAttribute("data-stay");
        if (leaving) location.assign(told.next);
      } else {
        const reasons = told.go ? [words.locked] : (told.refused ?? []);
        say(form, told.unsure ? words.unsure : words.refused, reasons, told.faults, told.go);
      }
      // Where it is not known whether it was kept, the same key makes a second try the same act.
      if (!leaving && !told.unsure) renew(form);
    } catch {
      say(form, words.offline, [words.kept]);
    }
    if (!leaving) delete form.dataset.sending;
    if (!leaving) button?.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-act]")) return;
    event.preventDefault();
    act(event.target, event.submitter);
  });
})();
