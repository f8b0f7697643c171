"""A plan keeps to its protocol; what was not judged in time, by day or by number, blocks further drug."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dayspring.knowledge import library
from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts
from dayspring.therapy.dosing import weight_bases
from dayspring.therapy.facts import Stamped
from dayspring.therapy.orders import draft_tablets, order_dict
from dayspring.therapy.standing import judgement_due
from dayspring.therapy.supply import supply, unjudged
from tests.people import BOATENG, NINE, SAM, Chart, an_order, decided, q

KNOWN = library()
HOME = "sl_home_depression"
TODAY = NINE.date()


def dated(*numbers: int) -> tuple[date, ...]:
    return tuple(TODAY + timedelta(days=n) for n in numbers)


def planning(
    *numbers: int, protocol: str = "iv_depression", phase: str = "", **other: str
) -> acts.PlanRegimen:
    row = KNOWN.protocols[protocol]
    said = {"indication": row["indication"], "goals": "to sleep", **other}
    return acts.PlanRegimen(protocol=protocol, dates=dated(*numbers), phase=phase, **said)


def decided_for(protocol: str, **other: object) -> Chart:
    """A course that was decided for one protocol, written and not asked for."""
    chart = decided(Chart())
    line = chart.lines[-1]
    assert isinstance(line.fact, facts.ScreeningDecided)
    chart.lines[-1] = replace(line, fact=replace(line.fact, protocol=protocol, **other))
    return chart


def weighed(chart: Chart) -> Chart:
    for again in (False, True):
        chart.do(acts.MeasureWeight(weight=q(80, "kg"), height=q(178, "cm"), again=again))
        chart.later(minutes=1)
    return chart


def signing(chart: Chart, order_id: str) -> acts.SignOrder:
    return acts.SignOrder(order_id=order_id, order=an_order(chart), why="as planned")


# The plan ----------------------------------------------------------------------------------------------


def test_a_plan_says_on_which_days_its_answer_is_judged():
    (planned,) = decided_for("iv_depression").do(planning(0, 3, 7, 10, 14, 17), BOATENG)
    assert isinstance(planned, facts.RegimenPlanned)
    assert planned.decide_on == dated(10, 24)
    assert planned.reevaluate_on == dated(24)[0]


def test_every_fault_of_the_dates_is_told_at_once():
    said = decided_for("iv_depression").refused(planning(0, 1, 7, 8), BOATENG)
    assert len(said) == 2 and all("closer than" in text for text in said)


def test_a_plan_is_for_the_protocol_and_the_indication_that_were_decided():
    chart = decided_for("iv_depression")
    said = chart.refused(planning(0, 7, protocol="sc_anxiety", phase="ascending"), BOATENG)
    assert "The decision to start was for “Ketamine into a vein for depression”" in said[0]
    said = chart.refused(planning(0, 3, indication="pain"), BOATENG)
    assert said == (
        "Not planned. The dates are for pain; “Ketamine into a vein for depression” is for depression.",
    )


def test_a_protocol_that_is_switched_off_is_not_planned():
    said = decided_for("sc_home_depression").refused(planning(0, 7, protocol="sc_home_depression"), BOATENG)
    assert len(said) == 1 and "is switched off in this clinic" in said[0]


def test_a_phase_that_the_protocol_does_not_have_is_not_planned():
    chart = decided_for("iv_depression")
    assert (
        "has no phase “taper”; it has induction" in chart.refused(planning(0, 3, phase="taper"), BOATENG)[0]
    )
    assert len(chart.do(planning(0, 7, 14, 21, phase="weekly"), BOATENG)) == 1


@pytest.mark.hazard("H09")
def test_the_first_date_of_a_plan_keeps_its_distance_from_the_last_dose():
    chart = decided_for("iv_depression")
    given(chart)
    assert "to the last dose" in chart.refused(planning(1, 4), BOATENG)[0]
    chart.do(planning(2, 5), BOATENG)


def given(chart: Chart, order_id: str = "earlier") -> None:
    """A dose that was begun now, written and not asked for."""
    put(
        chart,
        facts.InfusionStarted(order_id=order_id, bound="x", rate=q(150, "mL/h"),
                              concentration=q("0.4", "mg/mL"), drawn=q(40, "mg"), dose=q(40, "mg")),
        session=f"session-{chart.number}",
    )  # fmt: skip


def put(chart: Chart, fact: facts.Fact, session: str = "") -> None:
    chart.number += 1
    chart.lines.append(
        Stamped(fact=fact, number=chart.number, happened_at=chart.at, recorded_at=chart.at, by=BOATENG,
                session=session)
    )  # fmt: skip


# Judging whether to go on ----------------------------------------------------------------------------


def test_a_judgement_is_one_of_three_with_its_reason_and_going_on_names_the_next_day():
    chart = decided_for("iv_depression")
    good = acts.Reevaluate(outcome="continue", why="half as ill", next_on=dated(14)[0])
    for wrong in (replace(good, outcome="wait"), replace(good, why=" "), replace(good, next_on=None),
                  replace(good, next_on=TODAY)):  # fmt: skip
        chart.refused(wrong, BOATENG)
    assert chart.do(good, BOATENG) == (
        facts.Reevaluated(outcome="continue", why="half as ill", next_on=dated(14)[0]),
    )
    chart.do(acts.Reevaluate(outcome="stop", why="no answer"), BOATENG)


@pytest.mark.parametrize("day, signed", [(23, True), (24, True), (25, False), (40, False)])
def test_after_the_day_of_judging_no_order_is_signed_until_somebody_judges(day, signed):
    chart = decided_for("iv_depression")
    chart.do(planning(0, 3, 7, 10, 14, 17), BOATENG)
    weighed(chart.later(days=day))
    answer = chart.ask(signed_for(chart), BOATENG)
    assert isinstance(answer, tuple) is signed
    if not signed:
        assert "was to be judged by 14 December 2026, and nobody has" in answer.reasons[0]  # type: ignore[union-attr]
        chart.do(
            acts.Reevaluate(outcome="continue", why="an answer", next_on=chart.at.date() + timedelta(days=9)),
            BOATENG,
        )
        chart.do(signed_for(chart), BOATENG)


def signed_for(chart: Chart, order_id: str = "next") -> acts.SignOrder:
    """The usual order, planned for now and valid until tomorrow."""
    written = {**an_order(chart), "not_after": (chart.at.date() + timedelta(days=1)).isoformat()}
    return acts.SignOrder(order_id=order_id, order=written, why="as planned")


def test_a_course_that_was_judged_to_stop_gets_no_order_until_it_is_planned_anew():
    chart = decided_for("iv_depression")
    chart.do(planning(0, 3, 7), BOATENG)
    chart.do(acts.Reevaluate(outcome="stop", why="no answer"), BOATENG)
    weighed(chart)
    assert "judged that the course stops" in chart.refused(signed_for(chart), BOATENG)[0]
    chart.do(planning(2, 5), BOATENG)
    chart.do(signed_for(chart), BOATENG)


def test_when_the_doses_of_a_phase_are_used_up_the_next_waits_for_a_judgement_though_its_day_is_not_past():
    chart = decided_for("iv_depression")
    chart.do(planning(0, 3, 7, 10, 14, 17), BOATENG)
    for _ in range(6):
        given(chart)
        chart.later(days=4)
    weighed(chart)
    said = chart.refused(signed_for(chart), BOATENG)
    assert (
        said[0]
        == "Not signed. 6 doses were given or ordered; after 6 somebody judges whether to go on first."
    )
    judged = acts.Reevaluate(outcome="continue", why="partial", next_on=chart.at.date() + timedelta(days=20))
    chart.do(judged, BOATENG)
    chart.do(signed_for(chart), BOATENG)


def test_a_judgement_before_the_last_dose_of_a_phase_does_not_answer_for_it():
    chart = decided_for("iv_depression")
    chart.do(planning(0, 3, 7, 10, 14, 17), BOATENG)
    for place in range(6):
        given(chart)
        chart.later(days=2)
        if place == 2:
            chart.do(acts.Reevaluate(outcome="continue", why="mid-point", next_on=dated(24)[0]), BOATENG)
    assert unjudged(chart.course, 6, at=chart.at) == 6
    assert unjudged(chart.course, 7, at=chart.at) == 0


def test_an_order_that_was_voided_or_ran_out_unused_is_no_dose():
    chart = weighed(decided_for("iv_depression"))
    chart.do(signed_for(chart, "one"), BOATENG)
    assert unjudged(chart.course, 1, at=chart.at) == 1
    assert unjudged(chart.course, 1, at=chart.at + timedelta(days=2)) == 0
    chart.do(acts.VoidOrder(order_id="one", reason="wrong day"), BOATENG)
    assert unjudged(chart.course, 1, at=chart.at) == 0


def test_a_day_of_judging_is_due_from_that_day_until_it_is_answered():
    chart = decided_for("iv_depression")
    chart.do(planning(0, 3, 7, 10, 14, 17), BOATENG)
    assert judgement_due(chart.course, dated(9)[0]) is None
    assert judgement_due(chart.course, dated(10)[0]) == dated(10)[0]
    chart.later(days=11).do(
        acts.Reevaluate(outcome="continue", why="a good half", next_on=dated(24)[0]), BOATENG
    )
    assert judgement_due(chart.course, dated(23)[0]) is None
    assert judgement_due(chart.course, dated(30)[0]) == dated(24)[0]
    assert judgement_due(Chart().course, dated(30)[0]) is None


# What is taken at home -----------------------------------------------------------------------------------


def pack(chart: Chart, doses: int, *, first: int = 0) -> None:
    """So many doses of two tablets prescribed, one a week, written and not asked for."""
    bases = weight_bases(q(80, "kg"), q(178, "cm"), "male", KNOWN)
    for place in range(doses):
        planned = NINE + timedelta(days=first + 7 * place)
        order = draft_tablets(
            knowledge=KNOWN, route="sl", drug="ketamine", form="racemic", protocol=HOME, session_no=1,
            setting="home", basis="actual", bases=bases, weight_measured_at=NINE, product="ketamine-tablet-50",
            planned_for=planned, not_after=planned.date(), asked=Quantity(Decimal(150), "mg"),
        )  # fmt: skip
        put(chart, facts.OrderSigned(order_id=f"home-{chart.number}", order=order_dict(order), bound="x"))


def at_home() -> Chart:
    chart = decided_for(HOME)
    chart.do(planning(0, 7, 14, 21, 28, 35, protocol=HOME), BOATENG)
    return chart


@pytest.mark.hazard("H36")
def test_a_protocol_of_the_clinic_has_no_supply_at_home():
    assert supply(decided_for("iv_depression").course, "iv_depression", KNOWN, at=NINE) is None


def test_tablets_are_counted_by_strength_and_a_dose_that_nobody_saw_counts_from_its_day():
    chart = at_home()
    pack(chart, 3)
    seen = supply(chart.course, HOME, KNOWN, at=NINE + timedelta(days=8))
    assert seen is not None
    assert (seen.doses, seen.due, seen.ahead, seen.refill_from) == (3, 2, 1, None)
    assert seen.tablets == {q(100, "mg"): 3, q(50, "mg"): 3}
    assert "3 doses of 6 tablets" in seen.says[0]


@pytest.mark.parametrize("day, allowed", [(0, False), (18, False), (19, True), (22, True)])
@pytest.mark.hazard("H36")
def test_the_next_pack_waits_until_two_days_before_the_last_dose_of_a_pack_of_four(day, allowed):
    chart = at_home()
    pack(chart, 4)
    seen = supply(chart.course, HOME, KNOWN, at=NINE + timedelta(days=day))
    assert seen is not None
    assert (seen.refill_from is None) is allowed
    said = refused_at_home(chart, day)
    assert any("the next can be prescribed from 9 December 2026" in text for text in said) is not allowed


def refused_at_home(chart: Chart, day: int) -> tuple[str, ...]:
    """Why an order for home is not signed on that day; empty when nothing of the supply stands in its way."""
    weighed(chart.later(days=day))
    pack_of_one = Chart(at=chart.at)
    pack(pack_of_one, 1, first=day + 7)
    written = pack_of_one.lines[0].fact
    assert isinstance(written, facts.OrderSigned)
    answer = chart.ask(acts.SignOrder(order_id="one-more", order=written.order, why="x"), BOATENG)
    return () if isinstance(answer, tuple) else answer.reasons


@pytest.mark.hazard("H36")
def test_after_six_doses_for_home_supply_waits_for_a_judgement():
    chart = at_home()
    pack(chart, 6)
    said = refused_at_home(chart, 36)
    assert said == (
        "Not signed. 6 doses were given or ordered; after 6 somebody judges whether to go on first.",
    )


def test_a_planned_day_without_a_prescribed_dose_is_told():
    chart = at_home()
    pack(chart, 1)
    seen = supply(chart.course, HOME, KNOWN, at=NINE + timedelta(days=15))
    assert seen is not None and seen.missed_days == dated(7, 14)
    assert "For 2 planned days" in seen.says[1]


# Booking -------------------------------------------------------------------------------------------------


def test_booking_needs_a_protocol_that_exists():
    act = acts.BookSession(session="s", planned_for=NINE, chair="1", protocol="nothing")
    assert Chart().refused(act, SAM) == ("No protocol is called nothing.",)
