"""A figure outside the clinic: as a page of its own, or as a PNG."""

from __future__ import annotations

import json
from html import escape

from dayspring.figures.shown import Shown

PIXELS = 144


def page(seen: Shown) -> str:
    """A page that holds everything it shows: no script, nothing from outside."""
    title = escape(seen.says.partition(".")[0])
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"></head>\n'
        f"<body>{seen._repr_html_()}</body></html>"
    )


def picture(seen: Shown) -> bytes:
    """The drawing as a PNG, by the typesetter that makes the reports."""
    import typst

    return typst.compile(sheet(seen).encode(), format="png", ppi=PIXELS)


def sheet(seen: Shown) -> str:
    """A sheet of the typesetter that holds the drawing and its sentence, in the colours of a light page."""
    style = "".join(f".{name}{{{rule}}}" for name, rule in INK.items())
    inked = seen.svg.replace(">", f"><style>text{{font-family:sans-serif;fill:#4a4753}}{style}</style>", 1)
    inked = inked.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" font-size="15" ', 1)
    return (
        "#set page(width: 26cm, height: auto, margin: 6mm)\n"
        f'#image(bytes({json.dumps(inked, ensure_ascii=False)}), format: "svg", width: 100%)\n'
        f"#text(size: 10pt)[#{json.dumps(seen.says, ensure_ascii=False)}]\n"
    )


INK = {
    "strong": "fill:#1b1a23;font-weight:bold",
    "grid": "stroke:#ddd9cf;fill:none",
    "base": "stroke:#4a4753;fill:none",
    "ahead": "fill:#ece9e2;opacity:.5",
    "nowline": "stroke:#1b1a23;fill:none",
    "drugline": "stroke:#6a5ed0;stroke-width:2.5;fill:none",
    "drugfill": "fill:#6a5ed0",
    "drugwash": "fill:#6a5ed0;opacity:.2",
    "fan90": "fill:#6a5ed0;opacity:.16",
    "fan50": "fill:#6a5ed0;opacity:.28",
    "fanline": "stroke:#6a5ed0;stroke-width:2;stroke-dasharray:7 5;fill:none",
    "score": "stroke:#1b1a23;stroke-width:2.5;fill:none",
    "scoredot": "fill:#1b1a23;stroke:#fff",
    "hollow": "fill:#fff;stroke:#4a4753",
}
