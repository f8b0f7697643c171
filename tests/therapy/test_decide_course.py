"""Acts on the course: what a prescriber decides stands on evidence, and every path to an order is one path."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dayspring.knowledge import library
from dayspring.therapy import acts, facts
from tests.people import (
    ADA,
    BOATENG,
    NINE,
    ORDER,
    SAM,
    SESSION,
    VALE,
    Chart,
    an_order,
    decided,
    entries,
    ordered,
    prepared,
    q,
    running,
)


def weighed(chart: Chart, kg: str = "80") -> Chart:
    chart.do(acts.MeasureWeight(weight=q(kg, "kg"), height=q(178, "cm")))
    chart.later(minutes=1).do(acts.MeasureWeight(weight=q(kg, "kg"), height=q(178, "cm"), again=True))
    return chart.later(minutes=1)


def signing(
    chart: Chart, order_id: str = "order-2", why: str = "next dose", **other: object
) -> acts.SignOrder:
    return acts.SignOrder(order_id=order_id, order={**an_order(chart), **other}, why=why)


# Before the order -------------------------------------------------------------------------------------


def test_a_referral_needs_who_and_why():
    Chart().refused(acts.ReceiveReferral(referrer=" ", reason="depression"))
    Chart().refused(acts.ReceiveReferral(referrer="Dr Held", reason=""))
    assert len(Chart().do(acts.ReceiveReferral(referrer="Dr Held", reason="depression"))) == 1


@pytest.mark.parametrize("items", [(0,) * 8, (0,) * 10, (4,) + (0,) * 8, (-1,) + (0,) * 8])
def test_a_phq9_has_nine_items_of_0_to_3(items):
    Chart().refused(acts.AnswerPhq9(items=items))


def test_an_unanswered_item_stays_unanswered():
    items = (None,) + (0,) * 8
    assert Chart().do(acts.AnswerPhq9(items=items)) == (facts.Phq9Answered(items=items),)


@pytest.mark.hazard("H07")
@pytest.mark.parametrize("kg, again, taken", [("88", False, True), ("88.1", False, False), ("71.9", False, False),
                                              ("176", False, False), ("88.1", True, True)])  # fmt: skip
def test_a_weight_more_than_a_tenth_away_is_measured_twice(kg, again, taken):
    chart = weighed(Chart())
    answer = chart.ask(acts.MeasureWeight(weight=q(kg, "kg"), again=again))
    assert isinstance(answer, tuple) == taken


@pytest.mark.hazard("H05")
@pytest.mark.parametrize("weight", [q(80, "[lb_av]"), q(19, "kg"), q(351, "kg"), q(8000, "g")], ids=str)
def test_a_weight_in_a_foreign_unit_or_of_nobody_is_refused(weight):
    Chart().refused(acts.MeasureWeight(weight=weight))


def test_a_decision_is_one_of_three_with_a_reason_and_keeps_what_the_rules_had_said():
    Chart().refused(acts.DecideScreening(decision="maybe", why="x", protocol="iv_depression"), BOATENG)
    Chart().refused(acts.DecideScreening(decision="no_course", why=" ", protocol="iv_depression"), BOATENG)
    (said,) = Chart().do(
        acts.DecideScreening(decision="not_yet", why="labs", protocol="iv_depression"), BOATENG
    )
    assert isinstance(said, facts.ScreeningDecided) and said.findings and said.status != "eligible"


@pytest.mark.hazard("H11")
def test_a_hold_of_the_rules_is_not_decided_away():
    chart = Chart()
    chart.do(acts.AnswerIntake(answers={"birth_date": chart.at.date() - timedelta(days=16 * 365)}))
    start = acts.DecideScreening(decision="start", why="the parents wish it", protocol="iv_depression")
    assert any("EX-AGE-U18" in reason for reason in chart.refused(start, BOATENG))


def test_a_consent_is_signed_in_the_present_version_with_a_name():
    text = library().consents["iv_depression"]
    act = acts.SignConsent(consent="iv_depression", version=text["version"], route="iv", indication="depression",
                           signed_name="Rosa Test")  # fmt: skip
    assert len(Chart().do(act)) == 1
    Chart().refused(replace(act, version="0"))
    Chart().refused(replace(act, consent="other"))
    Chart().refused(replace(act, signed_name=" "))


@pytest.mark.hazard("H11")
def test_the_route_of_a_consent_is_that_of_its_text_and_not_of_the_form():
    text = library().consents["iv_depression"]
    act = acts.SignConsent(consent="iv_depression", version=text["version"], route="im", indication="pain",
                           signed_name="Rosa Test")  # fmt: skip
    (signed,) = Chart().do(act)
    assert isinstance(signed, facts.ConsentSigned) and (signed.route, signed.indication) == (
        "iv",
        "depression",
    )


def plan(*days: int) -> acts.PlanRegimen:
    dates = tuple(NINE.date() + timedelta(days=day) for day in days)
    return acts.PlanRegimen(protocol="iv_depression", indication="depression", dates=dates)


@pytest.mark.hazard("H09")
@pytest.mark.parametrize("days, taken", [((0, 2, 4, 7, 9, 11), True), ((0, 1), False), ((0, 0), False),
                                         ((2, 0), False), ((), False), ((0, 2, 4, 6, 8, 10, 12), False)])  # fmt: skip
def test_a_plan_has_its_days_in_order_two_apart_and_no_more_than_six(days, taken):
    assert isinstance(decided(Chart()).ask(plan(*days), BOATENG), tuple) == taken


def test_no_plan_and_no_order_before_a_prescriber_decided_that_a_course_may_start():
    Chart().refused(plan(0, 2), BOATENG)
    chart = weighed(Chart())
    assert "No prescriber has decided" in chart.refused(signing(chart), BOATENG)[0]
    chart = decided(weighed(Chart()))
    chart.later(minutes=1)
    stopped = facts.ScreeningDecided(decision="no_course", why="x", status="eligible", findings=())
    chart.lines.append(replace(chart.lines[-1], fact=stopped, number=chart.number + 1))
    assert "No prescriber has decided" in chart.refused(signing(chart), BOATENG)[0]


# The order --------------------------------------------------------------------------------------------


@pytest.mark.hazard("H08")
@pytest.mark.parametrize(
    "other",
    [{"route": "im"}, {"drug": "esketamine"}, {"protocol": "another"}, {"rate": "1500 mL/h"}, {"dose": "400 mg"},
     {"mg_per_kg": "5 mg/kg"}, {"weight": "80"}, {"weight": "80 [lb_av]"}, {"planned_for": "yesterday"}],
    ids=str,
)  # fmt: skip
def test_an_order_that_is_wrong_in_one_word_is_not_signed(other):
    chart = decided(weighed(Chart()))
    assert all("Not signed" in reason for reason in chart.refused(signing(chart, **other), BOATENG))


@pytest.mark.hazard("H08")
def test_an_order_with_a_word_more_or_less_is_not_signed():
    chart = decided(weighed(Chart()))
    chart.refused(signing(chart, note="x"), BOATENG)
    whole = an_order(chart)
    for name in whole:
        less = {key: value for key, value in whole.items() if key != name}
        chart.refused(acts.SignOrder(order_id="o", order=less, why="x"), BOATENG)
    assert not chart.course.orders


@pytest.mark.hazard("H08")
def test_an_order_number_is_used_once_and_a_changed_order_is_another_order():
    chart = ordered()
    said = chart.refused(signing(chart, order_id=ORDER), BOATENG)
    assert said == ("Not signed. Order order-1 exists; a changed order is another order.",)
    chart.do(acts.VoidOrder(order_id=ORDER, reason="wrong day"), BOATENG)
    chart.refused(signing(chart, order_id=ORDER), BOATENG)


@pytest.mark.hazard("H08")
def test_an_order_for_another_weight_than_the_newest_is_not_signed():
    chart = decided(weighed(Chart()))
    act = signing(chart)
    chart.do(acts.MeasureWeight(weight=q(82, "kg"), height=q(178, "cm")))
    assert "The newest weight is 82 kg; the order was made for 80 kg." in chart.refused(act, BOATENG)[0]


@pytest.mark.hazard("H09")
def test_a_second_order_inside_the_interval_is_not_signed_while_the_first_is_still_to_come():
    chart = ordered()
    said = chart.refused(signing(chart), BOATENG)
    assert any("48 h" in reason for reason in said)


@pytest.mark.hazard("H09")
def test_a_second_order_inside_the_interval_after_a_dose_is_not_signed():
    chart = running().later(hours=20)
    weighed(chart)
    assert any("48 h" in reason for reason in chart.refused(signing(chart), BOATENG))


# The second check -------------------------------------------------------------------------------------


def unchecked() -> Chart:
    chart = ordered()
    chart.lines = [line for line in chart.lines if not isinstance(line.fact, facts.OrderChecked)]
    return chart


def check(chart: Chart, **other: str) -> acts.CheckOrder:
    return acts.CheckOrder(order_id=ORDER, entered={**entries(chart), **other})


@pytest.mark.hazard("H05")
@pytest.mark.hazard("H06")
@pytest.mark.parametrize(
    "other",
    [{"dose": "400"}, {"dose": "4"}, {"drawn": "0.08"}, {"drawn": "8"}, {"weight": "176"}, {"rate": "15"},
     {"minutes": "4"}, {"total_volume": "50"}, {"dose": ""}, {"dose": "forty"}],
    ids=str,
)  # fmt: skip
def test_a_second_entry_that_differs_checks_nothing_and_keeps_both_numbers(other):
    chart = unchecked()
    (said,) = chart.do(check(chart, **other), SAM)
    assert isinstance(said, facts.OrderCheckFailed) and len(said.differs) == 1
    assert not chart.course.orders[ORDER].is_checked


@pytest.mark.hazard("H54")
@pytest.mark.hazard("H08")
def test_who_signed_does_not_check_and_who_failed_does_not_try_again():
    chart = unchecked()
    assert "another person" in chart.refused(check(chart), BOATENG)[0]
    chart.do(check(chart, dose="44"), SAM)
    assert "not be blind" in chart.refused(check(chart), SAM)[0]
    chart.do(check(chart), ADA)
    assert chart.course.orders[ORDER].is_checked


@pytest.mark.hazard("H08")
def test_a_check_is_of_an_order_that_stands_and_was_not_given():
    chart = unchecked()
    chart.refused(acts.CheckOrder(order_id="other", entered={}), SAM)
    chart.do(acts.VoidOrder(order_id=ORDER, reason="x"), BOATENG)
    chart.refused(check(chart), SAM)
    chart = running()
    assert chart.refused(check(chart), SAM) == ("This dose was given already.",)


@pytest.mark.hazard("H08")
def test_an_order_is_voided_once_with_a_reason_and_never_after_it_was_given():
    chart = ordered()
    chart.refused(acts.VoidOrder(order_id=ORDER, reason=" "), BOATENG)
    chart.refused(acts.VoidOrder(order_id="other", reason="x"), BOATENG)
    chart.do(acts.VoidOrder(order_id=ORDER, reason="x"), BOATENG)
    chart.refused(acts.VoidOrder(order_id=ORDER, reason="x"), BOATENG)
    running().refused(acts.VoidOrder(order_id=ORDER, reason="x"), BOATENG)


# Booking ----------------------------------------------------------------------------------------------


def test_a_session_is_booked_once_for_a_known_protocol_and_not_for_the_past():
    act = acts.BookSession(session="s", planned_for=NINE, chair="1", protocol="iv_depression")
    chart = Chart()
    chart.refused(replace(act, session=""), VALE)
    chart.refused(replace(act, protocol="tea"), VALE)
    chart.refused(replace(act, planned_for=NINE - timedelta(days=2)), VALE)
    chart.do(act, VALE)
    chart.refused(act, VALE)
    assert prepared().session.booked is not None and SESSION in prepared().course.bookings
