// Lists in the intake: a row more, a row less. Without this script a few empty rows stand below the filled ones.
"use strict";
(() => {
  const filled = (row) => [...row.querySelectorAll("input, select")].some((field) => field.value !== "");
  // Numbers only count up: a row that was taken away leaves a gap, and the reader goes by the numbers that came.
  const add = (editor) => {
    const rows = editor.querySelectorAll(":scope > .row-edit");
    const next = Number(editor.dataset.next ?? rows.length);
    editor.dataset.next = next + 1;
    const copy = editor.querySelector("template").content.firstElementChild.cloneNode(true);
    for (const part of copy.querySelectorAll("[id], [name], [for]")) {
      for (const word of ["id", "name", "for"]) {
        if (part.hasAttribute(word)) part.setAttribute(word, part.getAttribute(word).replace("__N__", `__${next}__`));
      }
    }
    copy.querySelector("[data-drop-row]").hidden = false;
    (rows[rows.length - 1] ?? editor.querySelector("legend")).after(copy);
    return copy;
  };

  for (const editor of document.querySelectorAll("[data-rows]")) {
    const rows = [...editor.querySelectorAll(":scope > .row-edit")];
    editor.dataset.next = rows.length;
    // One empty row is enough where another can be added.
    const empty = rows.filter((row) => !filled(row));
    for (const row of empty.slice(1)) row.remove();
    for (const way of editor.querySelectorAll("[data-add-row], [data-drop-row]")) way.hidden = false;
  }

  document.addEventListener("click", (event) => {
    const more = event.target.closest("[data-add-row]");
    if (more) add(more.closest("[data-rows]")).querySelector("input").focus();
    const less = event.target.closest("[data-drop-row]");
    if (less) {
      const editor = less.closest("[data-rows]");
      less.closest(".row-edit").remove();
      if (!editor.querySelector(":scope > .row-edit")) add(editor);
      editor.querySelector("[data-add-row]").focus();
    }
  });
})();
