"""The gate before a dose: nothing absent, old, marked or borrowed ever passes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dayspring.therapy import acts, facts
from dayspring.therapy.checks import Check
from tests.people import (
    ADA,
    BOATENG,
    HEALTHY,
    ORDER,
    SAM,
    SESSION,
    VALE,
    Chart,
    entries,
    prepared,
    pressure,
    q,
    running,
)
from tests.therapy.chairside import aged, cases, changed, gate_rows, holding, vitals, without

pytestmark = pytest.mark.hazard("H11")

FIT = {"systolic": 122, "diastolic": 78, "pulse": 72, "spo2": 98, "respiration": 14, "temperature": "36.6"}
START = acts.StartInfusion(session=SESSION, rate=q(150, "mL/h"))

EVIDENCE: dict[type[facts.Fact], set[str]] = {
    facts.IdentityConfirmed: {"G-ID"},
    facts.OrderSigned: {"G-ORDER", "G-STOCK"},
    facts.OrderChecked: {"G-ORDER"},
    facts.ConsentSigned: {"G-CONSENT"},
    facts.EscortNamed: {"G-ESCORT"},
    facts.FastingConfirmed: {"G-FAST"},
    facts.VitalsTaken: {"G-BP", "G-HR", "G-SPO2", "G-RR", "G-TEMP"},
    facts.SedationScored: {"G-SED"},
    facts.TodayAsked: {"G-PREG", "G-SUBST", "G-SI", "G-MANIA", "G-URO", "G-BZD"},
    facts.DrugPrepared: {"G-STOCK"},
    facts.CheckedIn: {"G-ORDER", "G-STOCK"},
}
# Facts of the course: they belong to no session, and their age is asked of in days or not at all.
OF_THE_COURSE = {facts.OrderSigned, facts.OrderChecked, facts.ConsentSigned}
# An escort or a drawn drug of this session does not age within it; identity, questions and numbers do.
AGEING = {
    facts.IdentityConfirmed,
    facts.FastingConfirmed,
    facts.VitalsTaken,
    facts.SedationScored,
    facts.TodayAsked,
}


def outcome(chart: Chart, check: str) -> Check:
    return gate_rows(chart)[check]


def test_a_patient_with_everything_fresh_passes_every_check():
    assert holding(gate_rows(prepared())) == set()


def test_every_check_of_the_gate_loses_its_evidence_in_a_case_below():
    tested = set().union(*EVIDENCE.values()) | {"G-INT"}
    assert tested == set(gate_rows(prepared()))


@pytest.mark.parametrize("kind", EVIDENCE, ids=lambda kind: kind.__name__)
def test_what_was_never_recorded_never_passes(kind):
    chart = without(prepared(), kind)
    held = {id for id, row in gate_rows(chart).items() if row.outcome == "missing"}
    assert held >= EVIDENCE[kind]


@pytest.mark.parametrize("kind", sorted(AGEING, key=lambda k: k.__name__), ids=lambda kind: kind.__name__)
def test_what_was_recorded_five_hours_ago_never_passes(kind):
    chart = aged(prepared(), kind, hours=5)
    assert holding(gate_rows(chart)) >= EVIDENCE[kind]


@pytest.mark.parametrize("kind", sorted(AGEING, key=lambda k: k.__name__), ids=lambda kind: kind.__name__)
def test_what_has_not_happened_yet_never_passes(kind):
    chart = aged(prepared(), kind, minutes=-5)
    assert holding(gate_rows(chart)) >= EVIDENCE[kind]


@pytest.mark.parametrize(
    "kind", [k for k in EVIDENCE if k not in OF_THE_COURSE], ids=lambda kind: kind.__name__
)
def test_what_belongs_to_another_session_never_passes(kind):
    chart = changed(prepared(), kind, session="5e551000-0000-4000-8000-00000000ffff")
    held = {id for id, row in gate_rows(chart).items() if row.outcome == "missing"}
    assert held >= EVIDENCE[kind]


def test_a_negative_test_of_another_session_never_passes():
    chart = asked(prepared(), pregnancy_possible="yes")
    chart.do(acts.RecordPregnancyTest(session=SESSION, result="negative", tested_on=chart.at.date()))
    assert outcome(chart, "G-PREG").outcome == "passed"
    changed(chart, facts.PregnancyTested, session="another")
    assert outcome(chart, "G-PREG").outcome == "missing"


@pytest.mark.parametrize("kind", ["pulse", "spo2", "respiration", "temperature"])
def test_one_vital_that_was_not_taken_is_missing_among_five_that_were(kind):
    chart = without(prepared(), facts.VitalsTaken)
    chart.do(vitals(**{k: v for k, v in FIT.items() if k != kind}))
    held = holding(gate_rows(chart))
    assert held == {{"pulse": "G-HR", "spo2": "G-SPO2", "respiration": "G-RR", "temperature": "G-TEMP"}[kind]}


@pytest.mark.parametrize(
    "kind, value, check",
    [
        ("systolic", 235, "G-BP"),
        ("diastolic", 34, "G-BP"),
        ("pulse", 191, "G-HR"),
        ("spo2", 69, "G-SPO2"),
        ("respiration", 46, "G-RR"),
        ("temperature", 42, "G-TEMP"),
    ],
)
def test_an_implausible_number_is_kept_and_satisfies_nothing(kind, value, check):
    chart = without(prepared(), facts.VitalsTaken)
    (taken,) = chart.do(vitals(**{**FIT, kind: value}))
    assert isinstance(taken, facts.VitalsTaken) and kind in taken.marks
    assert outcome(chart, check).outcome == "missing"


def test_consent_for_another_route_or_another_indication_is_no_consent():
    for other in ({"route": "im"}, {"indication": "pain"}):
        chart = prepared()
        line = next(x for x in chart.lines if isinstance(x.fact, facts.ConsentSigned))
        signed = {
            n: getattr(line.fact, n) for n in ("consent", "version", "route", "indication", "signed_name")
        }
        changed(chart, facts.ConsentSigned, fact=facts.ConsentSigned(**{**signed, **other}))
        assert outcome(chart, "G-CONSENT").outcome == "missing"


def test_a_struck_pressure_no_longer_counts():
    chart = prepared()
    taken = next(x for x in reversed(chart.lines) if isinstance(x.fact, facts.VitalsTaken))
    chart.do(acts.Correct(session=SESSION, number=taken.number, reason="another patient's cuff"))
    assert holding(gate_rows(chart)) == EVIDENCE[facts.VitalsTaken]


def test_a_correction_into_range_keeps_its_old_time_and_one_out_of_range_holds():
    chart = prepared()
    taken = next(x for x in reversed(chart.lines) if isinstance(x.fact, facts.VitalsTaken))
    high = facts.VitalsTaken(
        values={**taken.fact.values, "systolic": q(162, "mm[Hg]")}, source="manual", at_rest=True
    )
    chart.do(acts.Correct(session=SESSION, number=taken.number, reason="misread", instead=high))
    assert outcome(chart, "G-BP").outcome == "blocked"
    chart.later(minutes=31)
    assert outcome(chart, "G-BP").outcome == "missing"


# Worked cases --------------------------------------------------------------------------------------


def asked(chart: Chart, **said: str) -> Chart:
    chart.do(acts.AskToday(session=SESSION, **{**HEALTHY, **said}))
    return chart


def met(case: dict[str, Any]) -> Chart:
    """The fit patient, changed in what the case names."""
    chart = prepared()
    if "vitals" in case or "at_rest" in case:
        base = {} if case.get("only") else FIT
        chart = without(chart, facts.VitalsTaken)
        chart.do(vitals(rest=case.get("at_rest", True), **{**base, **case.get("vitals", {})}))
    if "moaas" in case:
        chart.do(acts.ScoreSedation(session=SESSION, moaas=case["moaas"]))
    if "identity" in case:
        name, born = case["identity"]
        chart.do(acts.ConfirmIdentity(session=SESSION, name_agrees=name, birth_date_agrees=born))
    if "fasted" in case:
        solids, liquids = (chart.at - timedelta(minutes=m) for m in case["fasted"])
        chart.do(acts.ConfirmFasting(session=SESSION, last_solids_at=solids, last_liquids_at=liquids))
    if "asked" in case:
        asked(chart, **case["asked"])
    if "test" in case:
        result, days = case["test"]
        tested_on = chart.at.date() - timedelta(days=days)
        chart.do(acts.RecordPregnancyTest(session=SESSION, result=result, tested_on=tested_on))
    if "consent_days" in case:
        aged(chart, facts.ConsentSigned, days=case["consent_days"])
    if "drug" in case:
        chart.do(drawn(chart, **case["drug"]))
    if "dosed_hours_ago" in case:
        dosed(chart, case["dosed_hours_ago"])
    return chart.later(minutes=max(0, case.get("age", 0) - minutes_old(case, chart)))


def minutes_old(case: dict[str, Any], chart: Chart) -> float:
    """How old the evidence of a case about age is already: the cast takes it a minute before the others."""
    row = gate_rows(chart)[case["check"]]
    return (chart.at - row.evidence[-1].happened_at).total_seconds() / 60 if row.evidence else 0


def drawn(chart: Chart, **other: Any) -> acts.PrepareDrug:
    expires = chart.at.date() + timedelta(days=other.pop("expires_in_days", 200))
    true = {
        "product": "ketamine-50",
        "stock": 50,
        "drawn": "0.8",
        "total_volume": 100,
        "seal_intact": True,
        "balance_agrees": True,
    } | other
    units = {"stock": "mg/mL", "drawn": "mL", "total_volume": "mL"}
    return acts.PrepareDrug(
        session=SESSION,
        lot="T-100",
        expires=expires,
        **{name: q(str(value), units[name]) if name in units else value for name, value in true.items()},
    )


def dosed(chart: Chart, hours: int) -> None:
    """An infusion that was begun so many hours ago in another session."""
    before = running()
    line = before.session.started
    assert line is not None
    when = chart.at - timedelta(hours=hours)
    chart.lines.insert(0, facts.Stamped(fact=facts.InfusionStarted(**{
        **{n: getattr(line.fact, n) for n in ("bound", "rate", "concentration", "drawn", "dose")},
        "order_id": "order-0"}), number=-1, happened_at=when, recorded_at=when, by=ADA, session="earlier"))  # fmt: skip


@pytest.mark.parametrize("case", cases("gate.toml"), ids=lambda case: case["name"])
def test_the_gate_comes_out_as_a_clinician_signed_it(case):
    row = outcome(met(case), case["check"])
    assert row.outcome == case["outcome"], row.says


def test_every_check_with_a_number_is_worked_in_the_table():
    worked = {case["check"] for case in cases("gate.toml")}
    assert set(gate_rows(prepared())) - worked == {"G-ORDER", "G-ESCORT"}


# Overrides -----------------------------------------------------------------------------------------

HELD = {
    "G-BP": lambda c: c.do(vitals(**{**FIT, "systolic": 150})),
    "G-HR": lambda c: c.do(vitals(**{**FIT, "pulse": 115})),
    "G-SPO2": lambda c: c.do(vitals(**{**FIT, "spo2": 92})),
    "G-RR": lambda c: c.do(vitals(**{**FIT, "respiration": 26})),
    "G-TEMP": lambda c: c.do(vitals(**{**FIT, "temperature": "38.2"})),
    "G-SI": lambda c: asked(c, suicidal_intent="yes"),
    "G-URO": lambda c: asked(c, blood_in_urine="yes"),
    "G-BZD": lambda c: asked(c, benzodiazepine="yes"),
    "G-FAST": lambda c: c.do(
        acts.ConfirmFasting(
            session=SESSION,
            last_solids_at=c.at - timedelta(hours=5),
            last_liquids_at=c.at - timedelta(hours=3),
        )
    ),
}


def accepted(check: str, reason: str = "talked with the patient") -> acts.OverrideGate:
    return acts.OverrideGate(session=SESSION, check=check, reason=reason)


@pytest.mark.parametrize("check", HELD)
def test_a_check_for_review_is_accepted_by_name_and_only_until_something_newer(check):
    chart = prepared().later(seconds=10)
    HELD[check](chart)
    assert holding(gate_rows(chart)) == {check}
    chart.later(seconds=10).do(accepted(check), BOATENG)
    row = outcome(chart, check)
    assert not row.holds and row.overridden_by == BOATENG.name and row.outcome == "review"
    chart.later(seconds=10)
    HELD[check](chart)
    assert outcome(chart, check).holds


BLOCKED = {
    "G-ID": lambda c: c.do(acts.ConfirmIdentity(session=SESSION, name_agrees=True, birth_date_agrees=False)),
    "G-BP": lambda c: c.do(vitals(**{**FIT, "systolic": 165})),
    "G-HR": lambda c: c.do(vitals(**{**FIT, "pulse": 125})),
    "G-SPO2": lambda c: c.do(vitals(**{**FIT, "spo2": 88})),
    "G-SED": lambda c: c.do(acts.ScoreSedation(session=SESSION, moaas=4)),
    "G-SUBST": lambda c: asked(c, alcohol_or_drugs="yes"),
    "G-MANIA": lambda c: asked(c, mania_concern="yes"),
    "G-STOCK": lambda c: c.do(drawn(c, seal_intact=False)),
    "G-CONSENT": lambda c: aged(c, facts.ConsentSigned, days=400),
    "G-INT": lambda c: dosed(c, 20),
    "G-ORDER": lambda c: c.do(acts.VoidOrder(order_id=ORDER, reason="wrong day"), BOATENG),
}


@pytest.mark.parametrize("check", BLOCKED)
def test_nobody_can_accept_what_is_blocked(check):
    chart = prepared().later(seconds=10)
    BLOCKED[check](chart)
    assert outcome(chart, check).outcome == "blocked"
    assert any("cannot be overridden" in reason for reason in chart.refused(accepted(check), BOATENG))
    assert outcome(chart, check).holds


@pytest.mark.parametrize("kind", EVIDENCE, ids=lambda kind: kind.__name__)
def test_nobody_can_accept_what_is_missing(kind):
    for check in EVIDENCE[kind]:
        chart = without(prepared(), kind)
        chart.refused(accepted(check), BOATENG)
        assert outcome(chart, check).holds


def test_an_override_that_is_in_the_chart_opens_neither_a_block_nor_an_absence():
    chart = prepared().later(seconds=10)
    HELD["G-BP"](chart)
    chart.do(accepted("G-BP"), BOATENG)
    chart.later(seconds=10).do(vitals(**{**FIT, "systolic": 170}))
    assert outcome(chart, "G-BP").holds
    without(chart, facts.VitalsTaken)
    assert outcome(chart, "G-BP").holds


def test_an_override_needs_a_reason_and_something_that_holds():
    chart = prepared().later(seconds=10)
    assert chart.refused(accepted("G-BP"), BOATENG) == ("Pressure does not hold the dose.",)
    HELD["G-BP"](chart)
    assert chart.refused(accepted("G-BP", reason="  "), BOATENG) == ("An override needs a reason.",)
    chart.refused(accepted("G-NOTHING"), BOATENG)


def test_an_override_before_anyone_is_booked_is_refused_in_words():
    assert Chart().refused(accepted("G-BP"), BOATENG) == ("There is no check G-BP to accept now.",)


# The start -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", BLOCKED)
@pytest.mark.hazard("H08")
def test_start_is_refused_by_each_check_that_blocks_and_names_it(check):
    chart = prepared().later(seconds=10)
    BLOCKED[check](chart)
    name = outcome(chart, check).name
    assert any(reason.startswith(f"Not started. {name}:") for reason in chart.refused(START))


@pytest.mark.parametrize("check", HELD)
@pytest.mark.hazard("H08")
def test_start_is_refused_by_each_check_that_waits_for_review(check):
    chart = prepared().later(seconds=10)
    HELD[check](chart)
    chart.refused(START)
    chart.do(accepted(check), BOATENG)
    assert isinstance(chart.do(START)[0], facts.InfusionStarted)


@pytest.mark.parametrize("kind", EVIDENCE, ids=lambda kind: kind.__name__)
@pytest.mark.hazard("H08")
def test_start_is_refused_while_any_evidence_is_missing_and_nothing_changes(kind):
    chart = without(prepared(), kind)
    before = list(chart.lines)
    chart.refused(START)
    assert chart.lines == before and chart.session.started is None


@pytest.mark.hazard("H08")
def test_an_order_that_was_voided_checked_wrongly_or_not_checked_does_not_start():
    chart = prepared()
    chart.do(acts.VoidOrder(order_id=ORDER, reason="changed my mind"), BOATENG)
    assert "voided" in chart.refused(START)[0]
    chart = prepared()
    wrong = {**entries(chart), "dose": "400"}
    chart.do(acts.CheckOrder(order_id=ORDER, entered=wrong), ADA)
    assert "no second check" in chart.refused(START)[0]


@pytest.mark.parametrize(
    "name, value",
    [
        ("minutes", "20 min"),
        ("rate", "300 mL/h"),
        ("dose", "60 mg"),
        ("mg_per_kg", "0.75 mg/kg"),
        ("sex", "x"),
    ],
)
@pytest.mark.hazard("H08")
def test_an_order_whose_words_are_not_those_that_were_signed_does_not_start(name, value):
    chart = prepared()
    signed = next(x for x in chart.lines if isinstance(x.fact, facts.OrderSigned)).fact
    edited = facts.OrderSigned(
        order_id=ORDER, order={**signed.order, name: value}, bound=signed.bound, why=signed.why
    )
    changed(chart, facts.OrderSigned, fact=edited)
    assert "Not started. Order: The order is not what was signed." in chart.refused(START)


@pytest.mark.hazard("H08")
def test_a_check_of_another_content_is_no_check():
    chart = prepared()
    changed(chart, facts.OrderChecked, fact=facts.OrderChecked(order_id=ORDER, bound="0" * 64, entered={}))
    assert outcome(chart, "G-ORDER").outcome == "missing"


@pytest.mark.hazard("H08")
def test_an_order_past_its_last_day_does_not_start():
    chart = prepared()
    last = date.fromisoformat(str(chart.course.orders[ORDER].order.order["not_after"]))
    chart = at_day(last)
    assert isinstance(chart.do(START)[0], facts.InfusionStarted)
    chart = at_day(last + timedelta(days=1))
    assert any("2026-11-27" in reason or "27 Nov" in reason for reason in chart.refused(START))


def at_day(day: date) -> Chart:
    """Everything of the gate fresh on that day, for an order that was signed on the day of the others."""
    chart = prepared()
    chart.later(days=(day - chart.at.date()).days)
    chart.do(acts.ConfirmIdentity(session=SESSION, name_agrees=True, birth_date_agrees=True))
    chart.do(acts.ConfirmFasting(session=SESSION, last_solids_at=chart.at - timedelta(hours=12),
                                 last_liquids_at=chart.at - timedelta(hours=4)))  # fmt: skip
    asked(chart).do(acts.ScoreSedation(session=SESSION, moaas=5))
    chart.do(drawn(chart))
    chart.do(vitals(**FIT))
    return chart


@pytest.mark.parametrize(
    "other", [{"drawn": "0.9"}, {"product": "ketamine-10", "stock": 10}, {"total_volume": 99}], ids=str
)
@pytest.mark.hazard("H06")
def test_a_syringe_that_is_not_the_ordered_one_does_not_start(other):
    chart = prepared()
    chart.do(drawn(chart, **other))
    said = " ".join(chart.refused(START))
    assert "differ" in said and str(next(iter(other.values()))).removeprefix("ketamine-") in said


@pytest.mark.hazard("H06")
def test_a_vial_whose_label_and_typed_strength_differ_is_not_taken_at_all():
    chart = prepared()
    said = chart.refused(drawn(chart, product="ketamine-50", stock=100))
    assert said == ("ketamine-50 holds 50 mg/mL, not 100 mg/mL.",)


@pytest.mark.parametrize("rate", ["149.9", "150.1", "15", "1500"])
@pytest.mark.hazard("H05")
@pytest.mark.hazard("H08")
def test_a_pump_that_shows_another_rate_does_not_start(rate):
    chart = prepared()
    act = acts.StartInfusion(session=SESSION, rate=q(rate, "mL/h"))
    assert chart.refused(act) == (f"Not started. The pump shows {rate} mL/h; the order says 150 mL/h.",)


@pytest.mark.hazard("H05")
def test_a_pump_that_shows_the_number_in_another_unit_does_not_start():
    chart = prepared()
    chart.refused(acts.StartInfusion(session=SESSION, rate=q(150, "mL/min")))
    assert chart.session.started is None


@pytest.mark.hazard("H08")
def test_a_start_dated_back_to_when_the_evidence_was_fresh_is_refused():
    chart = prepared()
    fresh = chart.at
    chart.later(hours=3)
    said = chart.refused(acts.StartInfusion(session=SESSION, rate=q(150, "mL/h"), happened_at=fresh))
    assert "cannot be dated" in said[0]


@pytest.mark.hazard("H08")
@pytest.mark.hazard("H09")
def test_one_order_gives_one_dose():
    chart = running().later(minutes=1)
    chart.refused(START)
    second = "5e551000-0000-4000-8000-000000000002"
    chart.do(
        acts.BookSession(session=second, planned_for=chart.at, chair="1", protocol="iv_depression"), VALE
    )
    chart.do(acts.CheckIn(session=second, order_id=ORDER), VALE)
    said = chart.refused(acts.StartInfusion(session=second, rate=q(150, "mL/h")))
    assert any("used in an earlier session" in reason for reason in said)


@pytest.mark.hazard("H08")
def test_a_line_of_the_session_that_cannot_be_read_holds_the_start():
    chart = prepared()
    chart.lines.append(facts.Stamped(fact=Unreadable(), number=chart.number + 1, happened_at=chart.at,
                                     recorded_at=chart.at, by=ADA, session=SESSION))  # fmt: skip
    assert "cannot be read" in chart.refused(START)[0]


class Unreadable:
    """A fact of a later version."""


def test_a_second_person_may_accept_only_what_a_person_can_see():
    chart = prepared().later(minutes=31)
    rows = gate_rows(chart)
    assert {"G-BP", "G-HR", "G-SPO2", "G-RR", "G-TEMP", "G-SED"} == holding(rows)
    for check in holding(rows):
        chart.refused(accepted(check), SAM)
    chart.refused(START)
    chart.do(pressure(122, 78, spo2=98, respiration=14, temperature=36))
    chart.do(acts.ScoreSedation(session=SESSION, moaas=5))
    assert isinstance(chart.do(START)[0], facts.InfusionStarted)


@pytest.mark.hazard("H11")
def test_a_syringe_of_another_day_is_not_the_drug_of_today():
    chart = prepared()
    chart.later(days=1)
    assert outcome(chart, "G-STOCK").outcome == "missing"
    chart.do(drawn(chart))
    assert outcome(chart, "G-STOCK").outcome == "passed"
