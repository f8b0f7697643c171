// Read before the first paint: a dimmed room must not flash white on its way to dark.
"use strict";
if (localStorage.getItem("theme")) document.documentElement.dataset.theme = localStorage.getItem("theme");
