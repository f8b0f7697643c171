"""The colours, read from the stylesheet itself, so that the page that shows them cannot drift from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STYLESHEET = Path(__file__).resolve().parent.parent / "static" / "dayspring.css"

# What is written on what, and how strong the contrast must be there: text 4.5, controls and marks 3 (WCAG 2.2).
TEXT, MARK = 4.5, 3.0
PAIRS = (
    ("ink", "surface", TEXT),
    ("ink", "sunken", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-2", "surface", TEXT),
    ("ink-2", "sunken", TEXT),
    ("ink-2", "brand-wash", TEXT),
    ("ink-3", "paper", TEXT),
    ("ink-3", "surface", TEXT),
    ("edge", "surface", MARK),
    ("edge", "paper", MARK),
    ("brand", "surface", TEXT),
    ("brand", "paper", TEXT),
    ("brand", "brand-wash", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-hand", "hand", TEXT),
    ("octagon", "hand", MARK),
    ("drug", "surface", MARK),
    ("on-high", "high", TEXT),
    ("high-ink", "surface", TEXT),
    ("high-ink", "high-wash", TEXT),
    ("ink-2", "high-wash", TEXT),
    ("on-medium", "medium", TEXT),
    ("medium-ink", "surface", TEXT),
    ("medium-ink", "medium-wash", TEXT),
    ("ink-2", "medium-wash", TEXT),
    ("on-low", "low", TEXT),
    ("low-ink", "surface", TEXT),
    ("low-ink", "low-wash", TEXT),
    ("ink", "low-wash", TEXT),
)

_COLOUR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\);")


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """One named colour by day and by night."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One colour written on another, with the contrast by day and by night, and what it must reach."""

    on: Colour
    under: Colour
    least: float
    light: float
    dark: float


def colours() -> dict[str, Colour]:
    """Every colour that the stylesheet names, in its order."""
    return _colours(STYLESHEET.read_text(encoding="utf-8"))


@cache
def _colours(sheet: str) -> dict[str, Colour]:
    root = sheet[: sheet.index("/* 2 Ground")]
    return {n: Colour(name=n, light=light, dark=dark) for n, light, dark in _COLOUR.findall(root)}


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours, from 1 to 21."""
    dim, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pairs() -> list[Pair]:
    """Every pair that the pages use."""
    known = colours()
    return [
        Pair(
            on=known[on],
            under=known[under],
            least=least,
            light=contrast(known[on].light, known[under].light),
            dark=contrast(known[on].dark, known[under].dark),
        )
        for on, under, least in PAIRS
    ]
