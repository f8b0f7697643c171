"""The note's rows in the clinic's words and zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dayspring.clinic.showing.telling import local, words
from dayspring.quantities import Quantity, plain
from dayspring.therapy import facts
from dayspring.therapy.note import Note
from dayspring.therapy.session import Session

# Moments inside a row's text stand in ISO 8601, so that a signature binds them exactly.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")


def section_rows(note: Note, zone: ZoneInfo) -> list[tuple[str, list[dict[str, object]]]]:
    titles = {"Before": _("Before"), "Drug": _("Drug"), "After": _("After")}
    return [
        (
            titles[title],
            [{"name": r.name, "value": _local(r.value, zone), "lacks": bool(r.lacks)} for r in rows],
        )
        for title, rows in note.sections
    ]


def _local(text: str, zone: ZoneInfo) -> str:
    return MOMENT.sub(lambda found: local(datetime.fromisoformat(found[0]), zone, "%-d %b %H:%M:%S"), text)


def observation_rows(note: Note, session: Session, zone: ZoneInfo) -> list[dict[str, str]]:
    """One row a minute, so that what was seen together stands together."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for line in note.observations:
        key = (local(line.happened_at, zone), line.by.name)
        row = rows.setdefault(key, {"clock": key[0], "by": key[1], "minute": _minute(line, session)})
        match line.fact:
            case facts.VitalsTaken(values=values, marks=marks, source=source):
                row |= _vitals(values, marks)
                row["source"] = _("by hand") if source == "manual" else source
            case facts.SedationScored(moaas=moaas):
                row["sedation"] = str(moaas)
            case facts.DissociationScored(total=total):
                row["dissociation"] = str(total)
    return list(rows.values())


def _minute(line: facts.Stamped, session: Session) -> str:
    if session.started is None:
        return ""
    return f"{(line.happened_at - session.started.happened_at).total_seconds() / 60:.0f}"


def _vitals(values: Mapping[str, Quantity], marks: tuple[str, ...]) -> dict[str, str]:
    """Cells by name; a number that was marked implausible carries a question mark."""

    def cell(kind: str) -> str:
        return plain(values[kind].value) + ("?" if kind in marks else "") if kind in values else ""

    pressure = f"{cell('systolic')}/{cell('diastolic')}" if "systolic" in values else ""
    return {
        "pressure": pressure,
        "pulse": cell("pulse"),
        "spo2": cell("spo2"),
        "breathing": cell("respiration"),
    }


def happening_rows(note: Note, zone: ZoneInfo) -> list[dict[str, str]]:
    rows = []
    for line in note.happenings:
        title, detail = words(line.fact)
        rows.append(
            {
                "clock": local(line.happened_at, zone, "%H:%M:%S"),
                "title": title,
                "detail": detail,
                "by": line.by.name,
            }
        )
    return rows
