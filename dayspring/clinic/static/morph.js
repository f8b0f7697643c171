// Puts a new picture of the page in place of the old one without taking anything out of a person's hand:
// the focus, a press that has begun, a fold that was opened, and whatever was typed stay where they are.
"use strict";
const morph = (() => {
  // The same thing in both pictures. What was typed for one line must never end up under another.
  const nameOf = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return "#";
    const own = node.dataset.id ?? node.dataset.key;
    if (own) return `${node.tagName} ${own}`;
    if (node.tagName === "FORM") return `FORM ${node.getAttribute("action")}`;
    if (node.tagName === "INPUT") return `INPUT ${node.type} ${node.name} ${node.type === "radio" ? node.value : ""}`;
    return node.tagName;
  };

  // A form in which a person has begun, or is being told something, is theirs until they are done.
  const theirs = (form) =>
    form.dataset.sending || form.querySelector(".faults") || form.contains(document.activeElement) ||
    [...form.elements].some((field) =>
      field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked
        : !["hidden", "submit", "button"].includes(field.type) && field.value !== field.defaultValue);

  const attributes = (old, fresh) => {
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !(name === "open" && old.tagName === "DETAILS")) old.removeAttribute(name);
    }
  };

  const node = (old, fresh) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    if (old.tagName === "FORM" && theirs(old)) return;
    // The key of an act that has not been answered makes a second try the same act.
    if (old.tagName === "INPUT" && old.name === "key") return;
    attributes(old, fresh);
    if (old.tagName === "INPUT" && old.type === "hidden") old.value = fresh.getAttribute("value") ?? "";
    children(old, fresh);
  };

  // What has no counterpart goes first; then only what is new or has changed its order is put in.
  const children = (old, fresh) => {
    const waiting = new Map();
    for (const child of old.childNodes) waiting.set(nameOf(child), [...(waiting.get(nameOf(child)) ?? []), child]);
    const pairs = [...fresh.childNodes].map((child) => [waiting.get(nameOf(child))?.shift(), child]);
    for (const left of [...waiting.values()].flat()) left.remove();
    let at = old.firstChild;
    for (const [same, child] of pairs) {
      if (same) node(same, child);
      const put = same ?? document.importNode(child, true);
      if (put === at) at = at.nextSibling;
      else old.insertBefore(put, at);
    }
  };

  return (box, html) => children(box, new DOMParser().parseFromString(html, "text/html").body);
})();
