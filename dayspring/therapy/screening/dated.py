"""Law that starts and ends on a day. Each row of law.toml is one; this file only reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from dayspring.therapy.intake import YES
from dayspring.therapy.screening.findings import ScreeningFinding, by_row
from dayspring.therapy.screening.patient import Patient

BEFORE, DURING, NEAR_END, AFTER = "before", "during", "near_end", "after"


def law(patient: Patient) -> Iterator[ScreeningFinding]:
    """What each law means on that day, for whom it concerns. Who is not known to be exempt is not."""
    for row in patient.knowledge.screening["law"].values():
        if not concerns(patient, row):
            continue
        time = time_of(patient, row)
        says = row["says"][time].format(**_days(patient.on, row))
        limit = patient.limit(row["limit"]) if "limit" in row else None
        yield by_row(row[time], row["rule"], row, says, _shown(patient, row), limit)


def concerns(patient: Patient, row: Mapping[str, Any]) -> bool:
    """Whether a law speaks about this treatment, and the person is not known to be out of it."""
    aim = patient.aim
    scope = (("lanes", aim.lane), ("jurisdictions", aim.jurisdiction), ("drugs", aim.drug))
    if not all(here in row.get(name, (here,)) for name, here in scope):
        return False
    return "unless" not in row or patient.said(row["unless"]) != YES


def time_of(patient: Patient, row: Mapping[str, Any]) -> str:
    """Whether a law holds on that day: not yet, now, now but soon no longer, or no longer."""
    first, last = row.get("from"), row.get("until")
    if first is not None and patient.on < first:
        return BEFORE
    if last is None:
        return DURING
    if patient.on > last:
        return AFTER
    alarm = timedelta(days=int(patient.limit(row["limit"]).value)) if "limit" in row else timedelta()
    return NEAR_END if NEAR_END in row and last - patient.on <= alarm else DURING


def _days(on: date, row: Mapping[str, Any]) -> dict[str, object]:
    last: date | None = row.get("until")
    left = (last - on).days if last is not None else ""
    return {"from": row.get("from", ""), "until": last or "", "days": left}


def _shown(patient: Patient, row: Mapping[str, Any]) -> str:
    """The day, the place and the answer that a law was read on."""
    aim = patient.aim
    told = f"day: {patient.on}; treatment: {aim.drug} at {aim.setting}, {aim.jurisdiction}"
    return f"{told}; {patient.shown(row['unless'])}" if "unless" in row else told


def rules(patient: Patient) -> set[str]:
    """The rules that a law can fire."""
    return {row["rule"] for row in patient.knowledge.screening["law"].values()}


ALL = (law,)
