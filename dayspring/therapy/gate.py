"""The gate before every dose: the same checks each time, from fresh evidence of this session.

Sources: the rulebook's section 5.1, one row there for each function here. What is absent, old, marked
or from another session is missing, and missing never passes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from dayspring.quantities import Quantity, span, spoken, spoken_days
from dayspring.therapy import facts
from dayspring.therapy.checks import MISSING, PASSED, REVIEW, Check, Scene, blocked, missing, passed, review
from dayspring.therapy.consents import current
from dayspring.therapy.facts import Stamped
from dayspring.therapy.monitoring import minutes
from dayspring.therapy.orders import bound, order_from, rate_to_set
from dayspring.therapy.safety import pressure_text
from dayspring.therapy.session import has_pressure


def identity(scene: Scene) -> Check:
    line = scene.fresh(facts.IdentityConfirmed, minutes(scene.knowledge, "identity_max_age"))
    if line is None:
        return missing("G-ID", "Identity", "Name and birth date have not been asked today.")
    fact = line.fact
    assert isinstance(fact, facts.IdentityConfirmed)
    if fact.name_agrees and fact.birth_date_agrees:
        return passed("G-ID", "Identity", "Name and birth date agree.", line)
    return blocked("G-ID", "Identity", "Name or birth date does not agree with the record.", line)


def order(scene: Scene) -> Check:
    checked_in = scene.session.last(facts.CheckedIn)
    order_id = getattr(checked_in.fact, "order_id", "") if checked_in else ""
    standing = scene.course.orders.get(order_id)
    if standing is None:
        return missing("G-ORDER", "Order", "No signed order is tied to this session.")
    if standing.voided is not None:
        return blocked("G-ORDER", "Order", "The order was voided.", standing.voided)
    if standing.used_in and standing.used_in != scene.session.id:
        return blocked("G-ORDER", "Order", "The order was used in an earlier session.", standing.signed)
    if bound(standing.order.order) != standing.order.bound:
        return blocked("G-ORDER", "Order", "The order is not what was signed.", standing.signed)
    if not standing.is_checked:
        return missing("G-ORDER", "Order", "The order has no second check that agrees with it.")
    assert standing.checked is not None
    return passed(
        "G-ORDER", "Order", "Signed, and checked by a second person.", standing.signed, standing.checked
    )


def consent(scene: Scene) -> Check:
    """For this protocol, in the words of today, not withdrawn and not too old: else nothing starts."""
    stands = current(scene.course, scene.protocol, scene.knowledge, scene.at)
    if stands.line is None:
        return missing("G-CONSENT", "Consent", stands.says, stands.limit)
    answer = passed if stands.ok else blocked
    return answer("G-CONSENT", "Consent", stands.says, stands.line, limit=stands.limit)


def escort(scene: Scene) -> Check:
    line = scene.session.last(facts.EscortNamed)
    if line is None:
        return missing("G-ESCORT", "Escort", "No adult is named to take the patient home.")
    assert isinstance(line.fact, facts.EscortNamed)
    return passed("G-ESCORT", "Escort", f"{line.fact.name}, {line.fact.transport}.", line)


def fasting(scene: Scene) -> Check:
    line = scene.fresh(facts.FastingConfirmed, minutes(scene.knowledge, "asked_today_max_age"))
    if line is None:
        return missing("G-FAST", "Fasting", "Last meal and drink have not been asked today.")
    fact = line.fact
    assert isinstance(fact, facts.FastingConfirmed)
    for word, when, key in (
        ("Solids", fact.last_solids_at, scene.protocol["fasting"]["solids"]),
        ("Liquids", fact.last_liquids_at, scene.protocol["fasting"]["liquids"]),
    ):
        wait = minutes(scene.knowledge, key)
        if scene.at - when < wait:
            ago = spoken(scene.at - when)
            return review("G-FAST", "Fasting", f"{word} {ago} ago.", line, limit=scene.limit(key))
    return passed("G-FAST", "Fasting", "Long enough since the last meal and drink.", line)


def pressure(scene: Scene) -> Check:
    """At most 140/90 goes; between is reviewed; 160/100 and above is blocked until it is lower."""
    go = scene.limit("systolic_before_dose_go"), scene.limit("diastolic_before_dose_go")
    top = scene.limit("systolic_before_dose_block"), scene.limit("diastolic_before_dose_block")
    low = scene.limit("systolic_before_dose_low")
    age = minutes(scene.knowledge, "pressure_before_dose_max_age")
    line = next((v for v in reversed(scene.session.vitals) if has_pressure(v)), None)
    if line is None:
        return missing("G-BP", "Pressure", "No blood pressure has been taken.", go[0])
    text = pressure_text(line)
    if not timedelta() <= scene.at - line.happened_at <= age:
        return missing("G-BP", "Pressure", f"{text} is {spoken(scene.at - line.happened_at)} old.", go[0])
    assert isinstance(line.fact, facts.VitalsTaken)
    if not line.fact.at_rest:
        return missing("G-BP", "Pressure", f"{text} was not taken at rest; sit 5 minutes and measure.", go[0])
    pair = line.fact.values["systolic"], line.fact.values["diastolic"]
    if not low.allows(pair[0]):
        return blocked("G-BP", "Pressure", f"{text} is too low.", line, limit=low)
    for value, limit in zip(pair, top, strict=True):
        if not limit.allows(value):
            return blocked(
                "G-BP",
                "Pressure",
                f"{text} is too high. Measure again in 5 and 10 minutes.",
                line,
                limit=limit,
            )
    for value, limit in zip(pair, go, strict=True):
        if not limit.allows(value):
            return review("G-BP", "Pressure", f"{text} is above the limit.", line, limit=limit)
    return passed("G-BP", "Pressure", text, line, limit=go[0])


def _band(
    scene: Scene, id: str, name: str, kind: str, *, go: tuple[str, ...], stop: tuple[str, ...]
) -> Check:
    """A vital that goes inside `go`, is reviewed outside it and is blocked outside `stop`."""
    first = scene.limit(go[0])
    line = next(
        (
            v
            for v in reversed(scene.session.vitals)
            if isinstance(v.fact, facts.VitalsTaken) and kind in v.fact.values
        ),
        None,
    )
    if line is None:
        return missing(id, name, f"{name} has not been taken.", first)
    assert isinstance(line.fact, facts.VitalsTaken)
    value = line.fact.values[kind]
    if kind in line.fact.marks:
        return missing(id, name, f"{value} is implausible; measure again.", first)
    if (
        not timedelta()
        <= scene.at - line.happened_at
        <= minutes(scene.knowledge, "vitals_before_dose_max_age")
    ):
        return missing(id, name, f"{value} is {spoken(scene.at - line.happened_at)} old.", first)
    for key in stop:
        if not (limit := scene.limit(key)).allows(value):
            return blocked(id, name, f"{value} holds the dose.", line, limit=limit)
    for key in go:
        if not (limit := scene.limit(key)).allows(value):
            return review(id, name, f"{value} is outside the limit.", line, limit=limit)
    return passed(id, name, str(value), line, limit=first)


def pulse(scene: Scene) -> Check:
    return _band(scene, "G-HR", "Pulse", "pulse", go=("pulse_before_dose_go_low", "pulse_before_dose_go_high"),
                 stop=("pulse_before_dose_block_low", "pulse_before_dose_block_high"))  # fmt: skip


def saturation(scene: Scene) -> Check:
    return _band(
        scene, "G-SPO2", "Saturation", "spo2", go=("spo2_before_dose_go",), stop=("spo2_before_dose_block",)
    )


def breathing(scene: Scene) -> Check:
    return _band(scene, "G-RR", "Breathing", "respiration",
                 go=("respiration_before_dose_low", "respiration_before_dose_high"), stop=())  # fmt: skip


def temperature(scene: Scene) -> Check:
    return _band(scene, "G-TEMP", "Temperature", "temperature", go=("temperature_before_dose",), stop=())


def sedation(scene: Scene) -> Check:
    limit = scene.limit("moaas_before_dose")
    line = scene.fresh(facts.SedationScored, minutes(scene.knowledge, "vitals_before_dose_max_age"))
    if line is None:
        return missing("G-SED", "Alertness", "Alertness has not been scored before the dose.", limit)
    assert isinstance(line.fact, facts.SedationScored)
    score = Quantity(Decimal(line.fact.moaas), "{score}")
    if not limit.allows(score):
        return blocked("G-SED", "Alertness", f"Sedation {line.fact.moaas} of 5.", line, limit=limit)
    return passed("G-SED", "Alertness", f"Sedation {line.fact.moaas} of 5.", line, limit=limit)


QUESTIONS = {
    "G-SUBST": ("Alcohol or drugs", ("alcohol_or_drugs",), "blocked", "Alcohol or drugs today."),
    "G-SI": ("Suicidal intent", ("suicidal_intent",), "review", "Intent voiced: a clinician assesses today."),
    "G-MANIA": ("Mania", ("mania_concern",), "blocked", "Signs of mania: review before any dose."),
    "G-URO": ("Bladder", ("bladder_pain_or_urgency", "blood_in_urine"), "review", "New bladder symptoms."),
    "G-BZD": (
        "Sedatives, stimulants",
        ("benzodiazepine", "opioid", "stimulant"),
        "review",
        "Taken today: review.",
    ),
}


def asked_today(scene: Scene) -> tuple[Check, ...]:
    """The questions of the day; an unanswered or unknown one is missing."""
    line = scene.fresh(facts.TodayAsked, minutes(scene.knowledge, "asked_today_max_age"))
    rows = []
    for id, (name, fields, outcome, claim) in QUESTIONS.items():
        said = [getattr(line.fact, field) for field in fields] if line else []
        if line is None or any(word not in ("yes", "no") for word in said):
            rows.append(missing(id, name, f"{name}: not asked today, or the answer is unknown."))
        elif "yes" in said:
            rows.append(Check(id=id, name=name, outcome=outcome, says=claim, evidence=(line,)))
        else:
            rows.append(passed(id, name, "No.", line))
    return tuple(rows)


def pregnancy(scene: Scene) -> Check:
    id, name = "G-PREG", "Pregnancy"
    limit = scene.limit("pregnancy_test_max_age")
    asked = scene.fresh(facts.TodayAsked, minutes(scene.knowledge, "asked_today_max_age"))
    possible = getattr(asked.fact, "pregnancy_possible", "unknown") if asked else "unknown"
    if possible == "no" and asked:
        return passed(id, name, "Not possible.", asked)
    test = scene.session.last(facts.PregnancyTested)
    if test is None or not isinstance(test.fact, facts.PregnancyTested):
        return missing(id, name, "Possible or unknown, and no test in this session.", limit)
    if test.fact.result != "negative":
        outcome = blocked if test.fact.result == "positive" else missing
        return outcome(id, name, f"Test {test.fact.result}.")
    days = (scene.at.date() - test.fact.tested_on).days
    if not limit.allows(Quantity(Decimal(days), "d")):
        return missing(id, name, f"The test is {days} days old.", limit)
    return passed(id, name, "Test negative.", test, limit=limit)


def interval(scene: Scene) -> Check:
    limit = scene.limit(scene.protocol["minimum_interval"])
    earlier = [dose for dose in scene.course.doses if dose.session != scene.session.id]
    if not earlier:
        return passed("G-INT", "Interval", "First dose.", limit=limit)
    last = max(earlier, key=lambda dose: dose.started.happened_at).started
    gap = scene.at - last.happened_at
    if gap < span(limit.quantity):
        return blocked("G-INT", "Interval", f"The last dose was {spoken_days(gap)} ago.", last, limit=limit)
    return passed("G-INT", "Interval", f"{spoken_days(gap)} since the last dose.", last, limit=limit)


def stock(scene: Scene) -> Check:
    """The drug as drawn today must be what the order says, in date, sealed, with a balance that agrees."""
    line = scene.fresh(facts.DrugPrepared, minutes(scene.knowledge, "asked_today_max_age"))
    ordered = ordered_for(scene)
    if line is None or ordered is None:
        return missing("G-STOCK", "Drug", "No drug has been drawn for this session today.")
    drawn = line.fact
    assert isinstance(drawn, facts.DrugPrepared)
    if drawn.expires < scene.at.date():
        return blocked("G-STOCK", "Drug", f"Lot {drawn.lot} expired {drawn.expires}.", line)
    if not drawn.seal_intact:
        return blocked("G-STOCK", "Drug", "The seal was not intact.", line)
    if not drawn.balance_agrees:
        return blocked("G-STOCK", "Drug", "The running balance does not agree.", line)
    if differs := prepared_differs(drawn, ordered):
        return blocked("G-STOCK", "Drug", differs, line)
    return passed("G-STOCK", "Drug", f"Lot {drawn.lot}, {drawn.drawn} of {drawn.stock}.", line)


def ordered_for(scene: Scene) -> facts.OrderSigned | None:
    """The order that the patient was checked in with."""
    checked_in = scene.session.last(facts.CheckedIn)
    standing = scene.course.orders.get(getattr(checked_in.fact, "order_id", "") if checked_in else "")
    return standing.order if standing else None


def prepared_differs(drawn: facts.DrugPrepared, ordered: facts.OrderSigned) -> str:
    """What differs between the drug as drawn and the order, both numbers named; empty when nothing does."""
    told = rate_to_set(
        order_from(ordered.order),
        product=drawn.product,
        stock=drawn.stock,
        drawn=drawn.drawn,
        total_volume=drawn.total_volume,
    )
    return " ".join(told) if isinstance(told, tuple) else ""


CHECKS = (
    identity,
    order,
    consent,
    escort,
    fasting,
    pressure,
    pulse,
    saturation,
    breathing,
    temperature,
    sedation,
    pregnancy,
    interval,
    stock,
)


def gate(scene: Scene) -> tuple[Check, ...]:
    """Every check of the gate, in the order a nurse meets them, overrides applied where the table allows."""
    rows = [check(scene) for check in CHECKS]
    return tuple(_overridden(scene, row) for row in (*rows, *asked_today(scene)))


def may_override(scene: Scene, row: Check) -> bool:
    """Only a check that asks for review, and only where the protocol's table says so, can be accepted by name."""
    return row.outcome == REVIEW and row.id in scene.protocol["gate"]["overridable"]


def _overridden(scene: Scene, row: Check) -> Check:
    line: Stamped | None = scene.session.overrides.get(row.id)
    if line is None or row.outcome in (PASSED, MISSING) or not may_override(scene, row):
        return row
    # An override answers the evidence it was given for: a newer measurement asks again.
    if any(seen.number > line.number for seen in row.evidence):
        return row
    return replace(row, override=line.fact, overridden_by=line.by.name)
