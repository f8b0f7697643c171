"""The track of a session: drug ribbon, minimum stay, observation dots, now. One SVG and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDE, LEFT, RIGHT = 600, 14, 586


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Minutes from the first drug. `dots` are (minute, state) with state done, next, later or missed."""

    drug_done: float
    drug_planned: float
    stay_until: float
    now: float
    dots: Sequence[tuple[float, str]]
    on: str
    off: str
    ready: str


def stage_track(track: Track, *, words: bool = True) -> tuple[str, str]:
    """The drawing, with its times underneath when `words`, and what it shows as a sentence."""
    whole = max(track.stay_until, track.now, 1.0)

    def x(minute: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(minute, whole) / whole, 1)

    marks = [
        f'<rect class="track" x="{LEFT}" y="30" width="{RIGHT - LEFT}" height="12" rx="6"/>',
        f'<rect class="drugwash" x="{LEFT}" y="30" width="{x(track.drug_planned) - LEFT}" height="12" rx="6"/>',
        f'<rect class="drugfill" x="{LEFT}" y="30" width="{x(track.drug_done) - LEFT}" height="12" rx="6"/>',
    ]
    shapes = {"done": ("dot", 5), "next": ("ring", 6.5), "later": ("hollow", 4), "missed": ("gone", 5)}
    for minute, state in track.dots:
        name, radius = shapes[state]
        marks.append(f'<circle class="{name}" cx="{x(minute)}" cy="14" r="{radius}"/>')
    marks.append(f'<path class="nowline" d="M{x(track.now)} 4V48"/>')
    height = 50
    if words:
        height = 74
        # The three times stand beside each other whatever the minutes are, also in the large letters of a phone.
        off = min(max(x(track.drug_planned), LEFT + 155), RIGHT - 300)
        marks += [
            f'<text x="{LEFT}" y="66">{escape(track.on)}</text>',
            f'<text x="{off}" y="66" text-anchor="middle">{escape(track.off)}</text>',
            f'<text x="{RIGHT}" y="66" text-anchor="end">{escape(track.ready)}</text>',
        ]
    done = sum(1 for _, state in track.dots if state == "done")
    missed = sum(1 for _, state in track.dots if state == "missed")
    sentence = (
        f"{round(track.drug_done)} of {round(track.drug_planned)} minutes of drug; {done} of {len(track.dots)} "
        f"observations taken, {missed} missed; {track.ready}."
    )
    return (
        f'<svg viewBox="0 0 {WIDE} {height}" role="img" aria-label="{escape(sentence)}">{"".join(marks)}</svg>',
        sentence,
    )
