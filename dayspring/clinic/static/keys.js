// Single keys of the room, listed on its page under Keys. Asleep inside fields, and off where a person turned them off.
"use strict";
(() => {
  const HOLD_MS = 1000;
  const list = document.getElementById("keys");
  const turn = document.getElementById("keys-on");
  const record = () => document.querySelector("#record input:not([type=hidden])");
  const off = () => localStorage.getItem("keys") === "off";
  if (turn) turn.checked = !off();
  turn?.addEventListener("change", () => localStorage.setItem("keys", turn.checked ? "on" : "off"));

  const asleep = (event) => off() || event.repeat || event.ctrlKey || event.metaKey || event.altKey ||
    event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea");

  let held = null;
  const letGo = () => clearTimeout(held);
  const hold = () => { letGo(); held = setTimeout(() => document.getElementById("stop")?.click(), HOLD_MS); };
  const go = (event, field) => { event.preventDefault(); field?.focus(); field?.scrollIntoView({ block: "center" }); };

  document.addEventListener("keydown", (event) => {
    if (asleep(event)) return;
    const tap = document.querySelector(`[data-tap="${CSS.escape(event.key)}"]`);
    const key = event.key.toLowerCase();
    if (tap) tap.click();
    else if (key === "x") hold();
    else if (key === "r") go(event, record());
    else if (key === "n") go(event, document.getElementById("note"));
    else if (key === "b" && document.body.dataset.board) location.assign(document.body.dataset.board);
    else if (key === "?" && list) { list.open = !list.open; list.scrollIntoView({ block: "center" }); }
  });
  document.addEventListener("keyup", (event) => { if (event.key.toLowerCase() === "x") letGo(); });
  // A key that is let go over another window is never heard.
  addEventListener("blur", letGo);

  document.addEventListener("click", (event) => { if (event.target.closest("[data-record]")) go(event, record()); });
})();
