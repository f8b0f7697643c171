"""A consent as PDF: every word of it, and the signature that belongs to exactly these words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from dayspring.clinic.showing.typeset import typeset

TEMPLATE = Path(__file__).parent / "consent.typ"
WHEN = "%-d %B %Y, %H:%M"


def printed(context: Mapping[str, Any], *, by: str, at: datetime) -> bytes:
    """The PDF's bytes; times are in the zone of `at`."""
    person, text, standing, line = (context[name] for name in ("person", "text", "standing", "line"))
    signed = None
    if line is not None:
        signed = {
            "name": line.fact.signed_name,
            "at": f"{line.happened_at.astimezone(at.tzinfo):{WHEN}}",
            "present": line.by.name,
            "drawing": picture(line.fact.drawing) if line.fact.drawing else "",
        }
    values = {
        "name": person.name,
        "born": f"{person.birth_date:%-d %B %Y}",
        "record": person.record_number,
        "title": text.title,
        "version": text.version,
        "digest": text.digest,
        "paragraphs": [[p.heading, p.text] for p in text.paragraphs],
        "says": standing.says,
        "signed": signed,
        "printed": f"{at:{WHEN}}, {by}",
        "demo": context["demo"],
    }
    return typeset(TEMPLATE, values)


def picture(drawing: str) -> str:
    """The drawn signature as an SVG of its own, black on nothing."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 400" width="1000" height="400">'
        f'<path d="{escape(drawing)}" fill="none" stroke="#000" stroke-width="6" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
