"""Leaving after monitoring: every criterion with its evidence, counted from the last drug.

Source: the rulebook's section 6, iv column. The clock starts at the latest moment at which drug may
still have been flowing. Evidence from before that moment, or recorded before it happened, counts for
nothing. What is missing is said in words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from dayspring.quantities import Quantity, spoken
from dayspring.therapy import facts
from dayspring.therapy.checks import PASSED, Check, Scene, blocked, missing, passed
from dayspring.therapy.facts import Stamped
from dayspring.therapy.monitoring import minutes, ready_from
from dayspring.therapy.safety import pressure_text
from dayspring.therapy.session import State, has_pressure


def time(scene: Scene) -> Check:
    limit = scene.limit(scene.protocol["monitoring"]["stay"])
    if scene.session.state is not State.MONITORING or scene.session.last_drug_at is None:
        return missing(
            "D-TIME", "Time", "The drug has not ended, or nobody has seen the pump stand still.", limit
        )
    ready = ready_from(scene.session, scene.protocol, scene.knowledge)
    assert ready is not None
    if scene.at < ready:
        return blocked("D-TIME", "Time", f"{spoken(ready - scene.at)} to go.", limit=limit)
    return passed(
        "D-TIME", "Time", f"{spoken(scene.at - scene.session.last_drug_at)} since the last drug.", limit=limit
    )


def _since_drug(scene: Scene, lines: tuple[Stamped, ...]) -> list[Stamped]:
    """Lines seen after the last drug and not written down before they happened."""
    ended = scene.session.last_drug_at
    if ended is None:
        return []
    return [
        x
        for x in lines
        if x.happened_at > ended and x.recorded_at >= x.happened_at and x.happened_at <= scene.at
    ]


def _recent(scene: Scene, lines: tuple[Stamped, ...], key: str = "discharge_max_age") -> Stamped | None:
    """The newest of them, if it is fresh enough to leave on."""
    found = _since_drug(scene, lines)
    if not found or scene.at - found[-1].happened_at > minutes(scene.knowledge, key):
        return None
    return found[-1]


def pressure(scene: Scene) -> Check:
    """The newest two, far enough apart, both within the limit or near enough to the start."""
    top = scene.limit("systolic_discharge")
    rows = [v for v in _since_drug(scene, scene.session.vitals) if has_pressure(v)]
    if not rows or scene.at - rows[-1].happened_at > minutes(scene.knowledge, "discharge_max_age"):
        return missing("D-BP", "Pressure", "No pressure in the last minutes since the drug ended.", top)
    apart = minutes(scene.knowledge, "discharge_observations_apart")
    earlier = [v for v in rows if rows[-1].happened_at - v.happened_at >= apart]
    if not earlier:
        wanted = scene.limit("discharge_observations_apart")
        return missing(
            "D-BP", "Pressure", f"One pressure so far; a second is due {spoken(apart)} after it.", wanted
        )
    # Every reading from the earlier one on must be in range: a good pair around a bad one is no pair.
    # The newest that is not is quoted: an override of an older one does not answer for it.
    for line in reversed(rows[rows.index(earlier[-1]) :]):
        if not _pressure_in_range(scene, line):
            return blocked("D-BP", "Pressure", f"{pressure_text(line)} is out of range.", line, limit=top)
    return passed(
        "D-BP",
        "Pressure",
        f"{pressure_text(earlier[-1])}, then {pressure_text(rows[-1])}.",
        rows[-1],
        limit=top,
    )


def _pressure_in_range(scene: Scene, line: Stamped) -> bool:
    assert isinstance(line.fact, facts.VitalsTaken)
    start = scene.session.baseline
    for kind in ("systolic", "diastolic"):
        value = line.fact.values[kind]
        if kind == "systolic" and not scene.limit("systolic_during_low").allows(value):
            return False
        if scene.limit(f"{kind}_discharge").allows(value):
            continue
        if start is None or not isinstance(start.fact, facts.VitalsTaken):
            return False
        rise = value - start.fact.values[kind]
        if not (
            scene.limit("pressure_discharge_rise").allows(rise)
            and scene.limit(f"{kind}_discharge_top").allows(value)
        ):
            return False
    return True


def saturation(scene: Scene) -> Check:
    limit = scene.limit("spo2_discharge")
    rows = [v for v in _since_drug(scene, scene.session.vitals) if _value(v, "spo2")]
    if not rows or scene.at - rows[-1].happened_at > minutes(scene.knowledge, "discharge_max_age"):
        return missing(
            "D-SPO2", "Saturation", "No saturation in the last minutes since the drug ended.", limit
        )
    value = _value(rows[-1], "spo2")
    assert value is not None
    begun = scene.session.started
    before = next(
        (
            v
            for v in scene.session.vitals
            if begun and v.happened_at <= begun.happened_at and _value(v, "spo2")
        ),
        None,
    )
    own = _value(before, "spo2") if before else None
    near = own is not None and scene.limit("spo2_discharge_fall").allows(own - value)
    if limit.allows(value) or near:
        return passed("D-SPO2", "Saturation", str(value), rows[-1], limit=limit)
    return blocked("D-SPO2", "Saturation", f"{value} is out of range.", rows[-1], limit=limit)


def _value(line: Stamped, kind: str) -> Quantity | None:
    vitals = line.fact
    if isinstance(vitals, facts.VitalsTaken) and kind not in vitals.marks:
        return vitals.values.get(kind)
    return None


def sedation(scene: Scene) -> Check:
    limit = scene.limit("moaas_discharge")
    line = _recent(scene, scene.session.sedation)
    if line is None:
        return missing("D-SED", "Alertness", "Sedation has not been scored in the last minutes.", limit)
    assert isinstance(line.fact, facts.SedationScored)
    if not limit.allows(Quantity(Decimal(line.fact.moaas), "{score}")):
        return blocked("D-SED", "Alertness", f"Sedation {line.fact.moaas} of 5.", line, limit=limit)
    return passed("D-SED", "Alertness", f"Sedation {line.fact.moaas} of 5.", line, limit=limit)


def dissociation(scene: Scene) -> Check:
    limit = scene.limit("dissociation_discharge")
    line = _recent(scene, scene.session.dissociation)
    if line is None:
        return missing(
            "D-DISS", "Dissociation", "Dissociation has not been asked in the last minutes.", limit
        )
    assert isinstance(line.fact, facts.DissociationScored)
    if not limit.allows(Quantity(Decimal(line.fact.total), "{score}")):
        return blocked("D-DISS", "Dissociation", f"{line.fact.total} of 24.", line, limit=limit)
    return passed("D-DISS", "Dissociation", f"{line.fact.total} of 24.", line, limit=limit)


SEEN = {
    "D-ORIENT": ("Orientation", "oriented", "Knows person, place and time.", "Not oriented."),
    "D-GAIT": ("Walking", "walks_steadily", "Walks steadily.", "Not steady."),
    "D-NAUSEA": ("Nausea", "nausea_controlled", "None, or controlled.", "Not controlled."),
    "D-SI": (
        "Suicidal intent",
        "no_suicidal_intent",
        "None voiced.",
        "Intent voiced: a clinician sees the patient.",
    ),
}


def seen(scene: Scene) -> tuple[Check, ...]:
    """Orientation, walking, nausea and intent: the newest look at each, since the drug ended."""
    rows = _since_drug(scene, scene.session.recovery)
    age = minutes(scene.knowledge, "discharge_max_age")
    checks = []
    for id, (name, attribute, good, bad) in SEEN.items():
        looked = [
            r for r in rows if getattr(r.fact, attribute) is not None and scene.at - r.happened_at <= age
        ]
        if not looked:
            checks.append(missing(id, name, f"{name}: not looked at in the last minutes."))
        elif getattr(looked[-1].fact, attribute):
            checks.append(passed(id, name, good, looked[-1]))
        else:
            checks.append(blocked(id, name, bad, looked[-1]))
    return tuple(checks)


def escort(scene: Scene) -> Check:
    line = scene.session.last(facts.EscortMet)
    if line is None or not _since_drug(scene, (line,)):
        return missing("D-ESCORT", "Escort", "The escort is not at the door yet.")
    assert isinstance(line.fact, facts.EscortMet)
    return passed("D-ESCORT", "Escort", f"{line.fact.name} is here.", line)


def instructions(scene: Scene) -> Check:
    line = scene.session.last(facts.InstructionsGiven)
    if line is None or not _since_drug(scene, (line,)):
        return missing("D-CARE", "After-care", "After-care has not been given and acknowledged.")
    assert isinstance(line.fact, facts.InstructionsGiven)
    return passed("D-CARE", "After-care", f"Acknowledged by {line.fact.acknowledged_by}.", line)


CHECKS = (time, pressure, saturation, sedation, dissociation, escort, instructions)

# Criteria that two people may accept unmet; the drug still flowing is not one of them.
NEVER = frozenset({"D-SI"})


def criteria(scene: Scene) -> tuple[Check, ...]:
    """Every criterion in the order of the door, overrides of two people applied."""
    rows = [check(scene) for check in CHECKS]
    return tuple(_overridden(scene, row) for row in (*rows[:5], *seen(scene), *rows[5:]))


def may_override(scene: Scene, row: Check) -> bool:
    """Two people may accept an unmet criterion once the drug has ended and been seen to, intent excepted."""
    return row.outcome != PASSED and row.id not in NEVER and scene.session.state is State.MONITORING


def _overridden(scene: Scene, row: Check) -> Check:
    line = scene.session.discharge_overrides.get(row.id)
    if (
        line is None
        or not may_override(scene, row)
        or any(seen.number > line.number for seen in row.evidence)
    ):
        return row
    assert isinstance(line.fact, facts.DischargeOverridden)
    return replace(row, override=line.fact, overridden_by=f"{line.by.name} and {line.fact.second.name}")


def no_driving_until(at: datetime, morning: int, hours: timedelta) -> datetime:
    """The later of a day's wait and the first morning after a night's sleep."""
    next_morning = (at + timedelta(days=1)).replace(hour=morning, minute=0, second=0, microsecond=0)
    return max(at + hours, next_morning)
