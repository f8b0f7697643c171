// A signature drawn with a finger, a pen or the mouse, kept as lines between whole-numbered points.
// Without this script the typed name alone is the signature; the place for a drawing then stays hidden.
"use strict";
(() => {
  const WIDE = 1000;
  const HIGH = 400;
  const NEAREST = 5; // Points closer than this add nothing that an eye sees.
  const LONGEST = 29000; // The rules take a little more than this.

  const ready = (form) => {
    const field = form.querySelector("[data-pad]");
    const pad = field.querySelector(".pad");
    const ink = field.querySelector(".pad-ink");
    const kept = form.querySelector("input[name=drawing]");
    const cannot = field.querySelector("[data-no-drawing]");
    const told = field.querySelector("[role=status]");
    let pen = null;
    let last = null;
    let dot = true;

    const show = (words) => {
      ink.setAttribute("d", kept.value);
      told.textContent = words;
    };
    const point = (event) => {
      const box = pad.getBoundingClientRect();
      const within = (at, size, most) => Math.min(most - 1, Math.max(0, Math.round((at / size) * most)));
      return [
        within(event.clientX - box.left, box.width, WIDE),
        within(event.clientY - box.top, box.height, HIGH),
      ];
    };
    const line = (to) => {
      if (kept.value.length > LONGEST) return show(form.dataset.long);
      kept.value += dot ? `M${last[0]} ${last[1]}L${to[0]} ${to[1]}` : `L${to[0]} ${to[1]}`;
      dot = false;
      last = to;
      show(form.dataset.drawn);
    };
    const clear = () => {
      kept.value = "";
      show(form.dataset.cleared);
    };
    const forgive = () => {
      pad.classList.remove("told");
      field.querySelector(".error")?.remove();
    };

    pad.addEventListener("pointerdown", (event) => {
      if (pen !== null || event.button > 0) return;
      event.preventDefault();
      forgive();
      cannot.checked = false;
      pen = event.pointerId;
      pad.setPointerCapture(pen);
      last = point(event);
      dot = true;
    });
    pad.addEventListener("pointermove", (event) => {
      if (event.pointerId !== pen) return;
      const steps = event.getCoalescedEvents?.() ?? [];
      for (const step of steps.length ? steps : [event]) {
        const to = point(step);
        if (Math.hypot(to[0] - last[0], to[1] - last[1]) >= NEAREST) line(to);
      }
    });
    const lift = (event) => {
      if (event.pointerId !== pen) return;
      // A tap is the dot of an i: a line of no length, which a round pen shows.
      if (dot) line(last);
      pen = null;
    };
    pad.addEventListener("pointerup", lift);
    pad.addEventListener("pointercancel", lift);

    field.querySelector("[data-clear]").addEventListener("click", clear);
    cannot.addEventListener("change", () => {
      forgive();
      if (cannot.checked) clear();
    });

    // Neither drawn nor said that it cannot be: asked here, before anything is sent.
    form.addEventListener("submit", (event) => {
      forgive();
      if (kept.value || cannot.checked) return;
      event.preventDefault();
      event.stopPropagation();
      const words = Object.assign(document.createElement("p"), {
        className: "error",
        textContent: form.dataset.unsigned,
      });
      words.setAttribute("role", "alert");
      field.append(words);
      pad.classList.add("told");
      cannot.focus();
    });

    kept.value = "";
    field.hidden = false;
  };

  document.querySelectorAll("form[data-sign]").forEach(ready);
})();
