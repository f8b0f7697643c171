"""Acts at the chair that give no drug: each in its time, each number possible, each refusal in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dayspring.knowledge import library
from dayspring.therapy import acts, facts
from tests.people import HEALTHY, ORDER, SESSION, VALE, Chart, ordered, prepared, q, running
from tests.therapy.chairside import gate_rows, vitals


def booked() -> Chart:
    chart = ordered()
    chart.do(
        acts.BookSession(session=SESSION, planned_for=chart.at, chair="2", protocol="iv_depression"), VALE
    )
    return chart


def drug(**other: object) -> acts.PrepareDrug:
    chart = prepared()
    true: dict[str, object] = {
        "product": "ketamine-50",
        "stock": q(50, "mg/mL"),
        "lot": "T-100",
        "expires": chart.at.date(),
        "seal_intact": True,
        "drawn": q("0.8", "mL"),
        "total_volume": q(100, "mL"),
        "balance_agrees": True,
    }
    return acts.PrepareDrug(session=SESSION, **{**true, **other})  # type: ignore[arg-type]


# Coming in --------------------------------------------------------------------------------------------


def test_a_patient_checks_in_to_a_booked_session_with_an_order_of_this_chart():
    assert booked().do(acts.CheckIn(session=SESSION, order_id=ORDER)) == (facts.CheckedIn(order_id=ORDER),)
    assert booked().refused(acts.CheckIn(session="other", order_id=ORDER)) == (
        "Session other is not booked.",
    )
    assert booked().refused(acts.CheckIn(session=SESSION, order_id="x")) == ("No order x is in this chart.",)


def test_nobody_checks_in_twice():
    prepared().refused(acts.CheckIn(session=SESSION, order_id=ORDER))
    running().refused(acts.CheckIn(session=SESSION, order_id=ORDER))


BEFORE = [
    acts.ConfirmIdentity(session=SESSION, name_agrees=True, birth_date_agrees=True),
    acts.NameEscort(session=SESSION, name="Jo", phone="1", transport="car"),
    acts.ConfirmFasting(session=SESSION, last_solids_at=prepared().at, last_liquids_at=prepared().at),
    acts.AskToday(session=SESSION, **HEALTHY),
    acts.RecordPregnancyTest(session=SESSION, result="negative", tested_on=prepared().at.date()),
    drug(),
]


@pytest.mark.hazard("H11")
@pytest.mark.parametrize("act", BEFORE, ids=lambda act: type(act).__name__)
def test_what_belongs_before_the_dose_is_taken_only_between_check_in_and_start(act):
    assert len(prepared().do(act)) == 1
    for make in (Chart, ordered, booked, running):
        chart = make()
        assert chart.refused(act) and not isinstance(chart.lines[-1:], type(act))


@pytest.mark.parametrize("name, phone", [("", "1"), ("Jo", " "), (" ", "")])
def test_an_escort_has_a_name_and_a_number(name, phone):
    prepared().refused(acts.NameEscort(session=SESSION, name=name, phone=phone, transport="car"))


def test_nobody_can_have_eaten_in_the_future():
    chart = prepared()
    act = acts.ConfirmFasting(session=SESSION, last_solids_at=chart.at - timedelta(hours=9),
                              last_liquids_at=chart.at + timedelta(minutes=1))  # fmt: skip
    assert "The last drink cannot be at" in chart.refused(act)[0]


@pytest.mark.hazard("H19")
@pytest.mark.parametrize("field", list(HEALTHY))
@pytest.mark.parametrize("said", ["", "maybe", "None", "NO"])
def test_an_answer_that_is_none_of_three_is_not_taken_as_any(field, said):
    refused = prepared().refused(acts.AskToday(session=SESSION, **{**HEALTHY, field: said}))
    assert field.replace("_", " ") in refused[0]


@pytest.mark.parametrize("result, days", [("fine", 0), ("", 0), ("negative", -1)])
def test_a_test_is_one_of_three_and_was_done(result, days):
    chart = prepared()
    tested_on = chart.at.date() - timedelta(days=days)
    chart.refused(acts.RecordPregnancyTest(session=SESSION, result=result, tested_on=tested_on))


@pytest.mark.hazard("H06")
@pytest.mark.parametrize(
    "act",
    [
        drug(product="ketamine-1000"),
        drug(product=""),
        drug(stock=q(10, "mg/mL")),
        drug(stock=q(100, "mg/mL")),
        drug(product="ketamine-10"),
        drug(lot=" "),
        drug(drawn=q("100.1", "mL")),
    ],
    ids=str,
)
def test_a_drug_that_contradicts_its_own_label_is_not_taken(act):
    prepared().refused(act)


STRONG = {
    key: int(product["stock"])
    for key, product in library().drugs["ketamine"]["products"].items()
    if product.get("must_dilute")
}


@pytest.mark.hazard("H06")
@pytest.mark.parametrize("product, stock", STRONG.items())
def test_a_vial_that_must_be_diluted_is_never_given_undiluted(product, stock):
    act = drug(product=product, stock=q(stock, "mg/mL"), drawn=q(10, "mL"), total_volume=q(10, "mL"))
    assert "must be diluted" in prepared().refused(act)[0]


@pytest.mark.hazard("H06")
def test_an_undiluted_syringe_of_the_ordered_vial_is_kept_and_holds_the_dose():
    chart = prepared()
    chart.do(drug(drawn=q("0.8", "mL"), total_volume=q("0.8", "mL")))
    assert gate_rows(chart)["G-STOCK"].outcome == "blocked"


# Measuring --------------------------------------------------------------------------------------------

POSSIBLE = {
    "systolic": (40, 300),
    "diastolic": (20, 200),
    "pulse": (20, 300),
    "spo2": (30, 100),
    "respiration": (1, 80),
    "temperature": (25, 45),
}
PLAUSIBLE = {
    "systolic": (70, 230),
    "diastolic": (35, 140),
    "pulse": (35, 190),
    "spo2": (70, 100),
    "respiration": (5, 45),
    "temperature": (34, 41),
}
CALM = {"systolic": 120, "diastolic": 80}


def one(kind: str, value: object) -> acts.TakeVitals:
    if kind == "systolic":
        return vitals(systolic=value, diastolic=39 if float(str(value)) < 80 else 80)
    if kind == "diastolic":
        return vitals(systolic=299 if float(str(value)) > 110 else 120, diastolic=value)
    return vitals(**{kind: value})


@pytest.mark.hazard("H20")
@pytest.mark.parametrize("kind, edge", [(k, e) for k in POSSIBLE for e in (0, 1)])
def test_an_impossible_number_is_refused_with_both_numbers_named(kind, edge):
    bound = POSSIBLE[kind][edge]
    beyond = bound + (1 if edge else -1)
    said = " ".join(running().refused(one(kind, beyond)))
    assert str(beyond) in said and f"the bound is {bound}" in said


@pytest.mark.hazard("H20")
@pytest.mark.hazard("H11")
@pytest.mark.parametrize("kind, edge", [(k, e) for k in PLAUSIBLE for e in (0, 1) if (k, e) != ("spo2", 1)])
def test_an_implausible_number_is_kept_and_marked_and_the_bound_itself_is_not(kind, edge):
    bound = PLAUSIBLE[kind][edge]
    for value, marked in ((bound, False), (bound + (1 if edge else -1), True)):
        (taken,) = running().do(one(kind, value))
        assert isinstance(taken, facts.VitalsTaken) and (kind in taken.marks) == marked


@pytest.mark.hazard("H05")
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"systolic": q(120, "mm[Hg]")},
        {"diastolic": q(80, "mm[Hg]")},
        {"systolic": q(80, "mm[Hg]"), "diastolic": q(80, "mm[Hg]")},
        {"systolic": q(80, "mm[Hg]"), "diastolic": q(120, "mm[Hg]")},
        {"systolic": q(16, "kPa"), "diastolic": q(11, "kPa")},
        {"temperature": q(98, "[degF]")},
        {"pulse": q(72, "%")},
        {"mood": q(5, "1")},
    ],
    ids=str,
)
def test_half_a_pressure_a_reversed_one_and_a_foreign_unit_are_refused(values):
    running().refused(acts.TakeVitals(session=SESSION, values=values))


@pytest.mark.parametrize("score, taken", [(-1, False), (0, True), (5, True), (6, False)])
def test_sedation_runs_from_0_to_5(score, taken):
    assert isinstance(running().ask(acts.ScoreSedation(session=SESSION, moaas=score)), tuple) == taken


@pytest.mark.parametrize("score, taken", [(-1, False), (0, True), (24, True), (25, False)])
def test_dissociation_runs_from_0_to_24(score, taken):
    assert isinstance(running().ask(acts.ScoreDissociation(session=SESSION, total=score)), tuple) == taken


def test_looking_at_nothing_is_not_recovery():
    running().refused(acts.SeeRecovery(session=SESSION))
    seen = running().do(acts.SeeRecovery(session=SESSION, oriented=False))
    assert seen == (facts.RecoverySeen(oriented=False),)


@pytest.mark.parametrize(
    "kind, words, taken", [("music", "", True), ("note", "", False), ("note", "x", True), (" ", "x", False)]
)
def test_a_tap_needs_no_words_and_a_note_does(kind, words, taken):
    assert isinstance(running().ask(acts.NoteEvent(session=SESSION, kind=kind, words=words)), tuple) == taken


def test_a_refused_act_changes_nothing():
    chart = running()
    before, state = list(chart.lines), chart.session.state
    chart.refused(replace(vitals(**CALM), values={}))
    assert (chart.lines, chart.session.state) == (before, state)
