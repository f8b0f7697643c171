"""At home nobody trained watches: who is ill enough, which pressure is low enough, what doses keep to."""

from __future__ import annotations

from collections.abc import Iterator

from dayspring.knowledge import Limit
from dayspring.therapy.aim import HOME
from dayspring.therapy.screening.findings import (
    BLOCK,
    INFO,
    REVIEW,
    ScreeningFinding,
    by_limit,
    missing,
)
from dayspring.therapy.screening.patient import Patient

RULES = frozenset({"HOME-ELIG", "HOME-BP", "HOME-STOP", "HOME-DOSE", "HOME-MONTH"})

# The totals of which one is enough, and the number that each must reach.
ILL_ENOUGH = (
    ("phq9_total", "home_phq9_floor"),
    ("gad7_total", "home_gad7_floor"),
    ("pcl5_total", "home_pcl5_floor"),
)
READINGS = (("systolic_1", "diastolic_1"), ("systolic_2", "diastolic_2"))
KINDS_OF_PRESSURE = ("systolic", "diastolic")
# What one dose at home keeps to, by route. The orders and the supply hold these; screening only tells them.
CEILINGS = {
    "sl": ("sl_home_dose_block", "sl_home_dose_per_kg_block"),
    "oral": ("oral_home_dose_per_kg_block",),
}
FIRST_SHARE, PACK = "sl_first_home_share", "home_doses_in_pack"
IN_MONTH, MONTH = "home_doses_in_month", "home_month"
JUDGING, VITALS = "home_sessions_before_judging", "home_vitals_every"


def eligible(patient: Patient) -> Iterator[ScreeningFinding]:
    """One total that is high enough is enough; a total that was not taken is no low total."""
    if patient.aim.lane != HOME:
        return
    known = {key: number for key, _ in ILL_ENOUGH if (number := patient.number(key)) is not None}
    if any(key in known and patient.limit(floor).allows(known[key]) for key, floor in ILL_ENOUGH):
        return
    shown = patient.shown(*(key for key, _ in ILL_ENOUGH))
    if open_ := [key for key, _ in ILL_ENOUGH if key not in known]:
        names = ", ".join(patient.questions[key].wording for key in open_)
        says = "No total that was taken is high enough for treatment at home, and not all were taken."
        yield missing(names, shown, rule="HOME-ELIG", reason=says, question=open_[0])
        return
    floors = "; ".join(str(patient.limit(floor)) for _, floor in ILL_ENOUGH)
    says = f"No total is high enough for treatment at home: {floors}."
    yield _cited(BLOCK, "HOME-ELIG", (patient.limit(ILL_ENOUGH[0][1]),), says, shown)


def pressure(patient: Patient) -> Iterator[ScreeningFinding]:
    """No reading is no dose. Both readings above a line stop; one above it, or a fast pulse, asks."""
    if patient.aim.lane != HOME:
        return
    readings = [pair for pair in READINGS if all(patient.number(key) is not None for key in pair)]
    shown = patient.shown(*(key for pair in READINGS for key in pair), "pulse")
    if not readings:
        says = "No reading of the pressure: no dose at home."
        yield by_limit(BLOCK, "HOME-BP", patient.limit("home_readings"), says, shown)
        return
    high = [_crossed(patient, reading, "block") for reading in readings]
    raised = [limit for reading in readings if (limit := _crossed(patient, reading, "go"))]
    if (blocking := high[0]) is not None and None not in high:
        yield by_limit(BLOCK, "HOME-BP", blocking, "Pressure is too high for a dose at home.", shown)
    elif raised:
        says = "Pressure is raised: a clinician decides, or it is measured again."
        yield by_limit(REVIEW, "HOME-BP", raised[0], says, shown)
    yield from _pulse(patient, shown)
    yield from _stopped(patient, shown)


def _crossed(patient: Patient, reading: tuple[str, str], line: str) -> Limit | None:
    """The first limit of that line that a reading does not keep to."""
    for kind, key in zip(KINDS_OF_PRESSURE, reading, strict=True):
        if patient.beyond(key, f"home_{kind}_{line}"):
            return patient.limit(f"home_{kind}_{line}")
    return None


def _pulse(patient: Patient, shown: str) -> Iterator[ScreeningFinding]:
    if patient.beyond("pulse", "home_pulse_block"):
        limit = patient.limit("home_pulse_block")
        yield by_limit(BLOCK, "HOME-BP", limit, "The pulse is too fast for a dose at home.", shown)
    elif patient.beyond("pulse", "home_pulse_go"):
        limit = patient.limit("home_pulse_go")
        yield by_limit(REVIEW, "HOME-BP", limit, "The pulse is fast: a clinician decides.", shown)


def _stopped(patient: Patient, shown: str) -> Iterator[ScreeningFinding]:
    """One reading above this ends treatment at home."""
    for reading in READINGS:
        limit = _crossed(patient, reading, "stop")
        if limit is not None:
            says = "A pressure so high ends treatment at home."
            yield by_limit(BLOCK, "HOME-STOP", limit, says, shown)
            return


def doses(patient: Patient) -> Iterator[ScreeningFinding]:
    """Which numbers the doses at home will keep to, so that nobody promises more."""
    if patient.aim.lane != HOME:
        return
    ceilings = CEILINGS.get(patient.aim.route, ())
    most = "".join(f"at most {_amount(patient, key)} a dose; " for key in ceilings)
    says = (
        f"At home: {most}the first one at most {_amount(patient, FIRST_SHARE)} of the target, unless a dose "
        f"in the clinic was tolerated; at most {_amount(patient, PACK)} doses in a pack."
    )
    yield _told(patient, "HOME-DOSE", (*ceilings, FIRST_SHARE, PACK), says)
    says = (
        f"At home: at most {_amount(patient, IN_MONTH)} doses in {_amount(patient, MONTH)}; after "
        f"{_amount(patient, JUDGING)} sessions supply stops until benefit and harm are judged; vital signs "
        f"in person or by video at least every {_amount(patient, VITALS)}."
    )
    yield _told(patient, "HOME-MONTH", (IN_MONTH, MONTH, JUDGING, VITALS), says)


def _amount(patient: Patient, key: str) -> str:
    return str(patient.limit(key).quantity).strip()


def _told(patient: Patient, rule: str, keys: tuple[str, ...], says: str) -> ScreeningFinding:
    """What several numbers say together; each is cited in the evidence."""
    limits = tuple(patient.limit(key) for key in keys)
    shown = f"treatment: {patient.aim.drug}, route {patient.aim.route}, at {patient.aim.setting}; limits: "
    return _cited(INFO, rule, limits, says, shown + "; ".join(str(limit) for limit in limits))


def _cited(kind: str, rule: str, limits: tuple[Limit, ...], says: str, shown: str) -> ScreeningFinding:
    """A finding over several numbers; the first one stands for them where only one can be shown."""
    return ScreeningFinding(
        kind=kind,
        rule=rule,
        reason=says,
        evidence=shown,
        limit=limits[0],
        source=limits[0].source,
        standing=limits[0].standing,
    )


ALL = (eligible, pressure, doses)
