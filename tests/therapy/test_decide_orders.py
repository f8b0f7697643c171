"""Signing and checking orders of every kind on a chart, and what the chart counts as drug had."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dayspring.knowledge import library
from dayspring.therapy import acts, facts
from dayspring.therapy.order_context import committed, doses_given, findings_on, taker_of
from dayspring.therapy.order_kinds import AnyOrder
from dayspring.therapy.orders import order_dict, order_from
from tests.people import BOATENG, SAM, Chart, decided, monitoring, ordered, prepared, q, running
from tests.therapy.ordering import kinds
from tests.therapy.ordering import ordered as order_by


def weighed(chart: Chart | None = None) -> Chart:
    """A course that may start, weighed twice today."""
    chart = decided(chart or Chart())
    for again in (False, True):
        chart.later(minutes=1).do(acts.MeasureWeight(weight=q(80, "kg"), height=q(178, "cm"), again=again))
    return chart


def an_order(chart: Chart, protocol: str, *, days: float = 0, **texts: str) -> AnyOrder:
    """An order for this chart's weight, planned for so many days from now."""
    line = chart.course.weight
    assert line is not None
    order = order_by(protocol, weight="80", height="178", sex="male",
                     planned_for=chart.at + timedelta(days=days), **texts)  # fmt: skip
    return replace(order, weight_measured_at=line.happened_at)


ORDERS = {
    "injection": ("im_depression", {"mg_per_kg": "0.5"}),
    "spray": ("in_esketamine_trd", {"asked": "56"}),
    "tablets": ("sl_clinic_depression", {"asked": "100"}),
    "drip": (
        "iv_pain",
        {"speed_per_kg": "0.5", "lasting": "4", "bag_dose": "250", "bag_volume": "250"},
    ),
}


def signed(chart: Chart, kind: str, *, key: str = "order-1", days: float = 0, **texts: str) -> Chart:
    protocol, usual = ORDERS[kind]
    order = an_order(chart, protocol, days=days, **{**usual, **texts})
    chart.do(acts.SignOrder(order_id=key, order=order_dict(order), why="as planned"), BOATENG)
    return chart


@pytest.mark.parametrize("kind", ORDERS)
def test_an_order_of_each_kind_is_signed_and_read_back_from_the_chart(kind):
    chart = signed(weighed(), kind)
    order = order_from(chart.course.orders["order-1"].order.order)
    assert order.kind == kind


@pytest.mark.parametrize(
    "kind, answers, rule",
    [
        ("drip", {"aneurysm": "yes"}, "EX-ANEURYSM"),
        ("spray", {"rems_enrolled": "no"}, "EX-REMS"),
        ("tablets", {"pregnancy_test": "positive", "pregnancy_test_date": "2026-11-19"}, "EX-PREG"),
        (
            "injection",
            {"systolic_1": 170, "diastolic_1": 96, "systolic_2": 168, "diastolic_2": 94},
            "EX-BP-HI",
        ),
    ],
)
def test_a_hold_that_arose_after_the_decision_stops_the_next_order_until_it_is_settled(kind, answers, rule):
    chart = weighed()
    chart.do(acts.AnswerIntake(answers=answers), SAM)
    protocol, usual = ORDERS[kind]
    order = acts.SignOrder(
        order_id="order-1", order=order_dict(an_order(chart, protocol, **usual)), why="as planned"
    )
    reasons = chart.refused(order, BOATENG)
    assert all(reason.startswith("Not signed. By the answers of today") for reason in reasons)
    assert any(rule in reason for reason in reasons), reasons
    settled = {**answers, "pregnancy_test": "negative"} if "pregnancy_test" in answers else {}
    lower = {key: 120 if "systolic" in key else 76 for key in answers if key.endswith(("_1", "_2"))}
    chart.do(acts.AnswerIntake(answers={"aneurysm": "no", "rems_enrolled": "yes"} | settled | lower), SAM)
    chart.do(order, BOATENG)


def test_a_person_who_got_better_still_gets_the_next_order():
    chart = weighed()
    chart.do(acts.AnswerIntake(answers={"diagnosis": "depression", "phq9_total": 3, "gad7_total": 2}), SAM)
    signed(chart, "tablets")


def test_an_order_beyond_a_hard_limit_is_not_signed():
    chart = weighed()
    order = an_order(chart, "im_depression", mg_per_kg="1.6")
    reasons = chart.refused(
        acts.SignOrder(order_id="order-1", order=order_dict(order), why="wished"), BOATENG
    )
    assert any("1.6 mg/kg is above 1.5 mg/kg" in reason for reason in reasons)


def test_a_protocol_that_is_switched_off_signs_no_order():
    chart = weighed()
    order = an_order(chart, "sc_home_depression", mg_per_kg="0.5")
    reasons = chart.refused(
        acts.SignOrder(order_id="order-1", order=order_dict(order), why="wished"), BOATENG
    )
    assert "switched off" in reasons[0]


def test_an_order_of_another_kind_than_its_protocols_is_not_signed():
    chart = weighed()
    order = replace(an_order(chart, "im_depression", mg_per_kg="0.5"), protocol="iv_depression", route="iv")
    reasons = chart.refused(
        acts.SignOrder(order_id="order-1", order=order_dict(order), why="wished"), BOATENG
    )
    assert any("is an infusion; this order is an injection" in reason for reason in reasons)


@pytest.mark.parametrize(("devices", "agrees"), [("2", True), ("3", False)])
def test_a_spray_is_checked_blind_by_its_devices(devices, agrees):
    chart = signed(weighed(), "spray")
    entered = {"dose": "56", "device_dose": "28", "devices": devices}
    chart.later(minutes=1).do(acts.CheckOrder(order_id="order-1", entered=entered), SAM)
    assert chart.course.orders["order-1"].is_checked is agrees


# The room ----------------------------------------------------------------------------------------


@pytest.mark.hazard("H08")
def test_the_room_does_not_start_an_order_that_is_no_infusion_and_says_why():
    chart = prepared()
    spray = an_order(chart, "in_esketamine_trd", asked="56")
    for place, line in enumerate(chart.lines):
        if isinstance(line.fact, facts.OrderSigned):
            fact = replace(line.fact, order=order_dict(spray))
            chart.lines[place] = replace(line, fact=fact)
    reasons = chart.refused(acts.StartInfusion(session=line_session(chart), rate=q(150, "mL/h")))
    assert any("The room gives infusions of one bag; this order is a spray." in said for said in reasons)


def line_session(chart: Chart) -> str:
    return next(line.session for line in chart.lines if line.session)


# What counts as had ------------------------------------------------------------------------------


@pytest.mark.hazard("H09")
@pytest.mark.parametrize("kind", ["injection", "spray", "tablets"])
def test_a_dose_that_no_session_tells_of_counts_as_coming_and_then_as_taken(kind):
    chart = signed(weighed(), kind, days=1)
    assert [d.route for d in committed(chart.course, "", chart.at)] == [ORDERS[kind][0].split("_")[0]]
    assert doses_given(chart.course, chart.lines, chart.at) == ()
    later = chart.at + timedelta(days=20)
    assert committed(chart.course, "", later) == ()
    assert len(doses_given(chart.course, chart.lines, later)) == 1


@pytest.mark.hazard("H09")
def test_a_voided_order_counts_as_nothing():
    chart = signed(weighed(), "tablets", days=1)
    chart.later(minutes=1).do(acts.VoidOrder(order_id="order-1", reason="another plan"), BOATENG)
    later = chart.at + timedelta(days=20)
    assert (committed(chart.course, "", later), doses_given(chart.course, chart.lines, later)) == ((), ())


@pytest.mark.hazard("H09")
def test_tablets_signed_for_a_coming_day_stop_an_infusion_too_close_to_them():
    chart = signed(weighed(), "tablets", days=2)
    infusion = an_order(chart, "iv_depression", mg_per_kg="0.5", total_volume="100", minutes="40")
    found = findings_on(infusion, chart.course, chart.lines, library(), chart.at)
    assert kinds(found)["sl_interval"] == "BLOCK"


def test_an_order_does_not_stand_in_its_own_way():
    chart = signed(weighed(), "tablets")
    order = order_from(chart.course.orders["order-1"].order.order)
    at = chart.at + timedelta(hours=1)
    found = findings_on(order, chart.course, chart.lines, library(), at, order_id="order-1")
    assert "sl_interval" not in kinds(found)


# What the chart knows of the person --------------------------------------------------------------


def known(chart: Chart, protocol: str = "sl_clinic_depression", **texts: str):
    order = an_order(chart, protocol, **(texts or {"asked": "100"}))
    return taker_of(order, chart.course, chart.lines, library(), chart.at.date())


def answered(**answers: object) -> Chart:
    chart = weighed()
    chart.do(acts.AnswerIntake(answers=answers))
    return chart


def test_nothing_asked_is_unknown_and_no_dose_was_tolerated():
    taker = known(weighed())
    assert (taker.age, taker.liver, taker.slowed, taker.tolerated) == (None, "unknown", (), False)


def test_age_and_liver_come_from_the_answers():
    taker = known(answered(birth_date="1950-05-01", child_pugh="B"))
    assert (taker.age, taker.liver) == (q(76, "a"), "B")


@pytest.mark.parametrize(
    ("protocol", "texts", "slowed"),
    [
        ("sl_clinic_depression", {"asked": "100"}, ("clarithromycin",)),
        ("iv_depression", {"mg_per_kg": "0.5", "total_volume": "100", "minutes": "40"}, ()),
    ],
)
def test_a_medicine_that_slows_the_drug_matters_by_mouth_and_not_into_a_vein(protocol, texts, slowed):
    chart = answered(medicines=[{"name": "clarithromycin"}])
    assert known(chart, protocol, **texts).slowed == slowed


def test_beside_such_a_medicine_a_usual_first_dose_asks_for_a_reason():
    chart = answered(medicines=[{"name": "clarithromycin"}])
    order = an_order(chart, "sl_clinic_depression", asked="100")
    found = findings_on(order, chart.course, chart.lines, library(), chart.at)
    assert kinds(found)["inhibitor_start_share"] == "REVIEW"


@pytest.mark.parametrize(("so_far", "tolerated"), [(ordered, False), (running, False), (monitoring, True)])
def test_only_an_infusion_that_ran_to_its_end_shows_that_a_dose_was_tolerated(so_far, tolerated):
    assert known(so_far()).tolerated is tolerated
