"""Acts on screening: what keeps a start back, who else has to look, and what is asked of somebody outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dayspring.knowledge import library
from dayspring.therapy import acts, facts
from dayspring.therapy.aim import Aim, aim_of
from dayspring.therapy.decide_screening import (
    ASKED_OF,
    is_overdue,
    monitoring_programme,
    not_cleared,
    second_prescriber,
)
from dayspring.therapy.facts import By
from dayspring.therapy.screening import rules, screen
from tests.people import ADA, BOATENG, NINE, Chart

OTHER = By(id="other", name="Dr Other", role="prescriber")
START = acts.DecideScreening(decision="start", why="two adequate trials", protocol="iv_depression")
HEART = acts.AskClearance(
    clearance_id="c1", of="cardiology", question="May pressure rise?", rules=("EX-CV-STABLE",)
)
TOLD = acts.AnswerClearance(
    clearance_id="c1", outcome="cleared", by_whom="Dr Heart", said_on=NINE.date(), words=""
)


def started(chart: Chart, act: acts.DecideScreening = START) -> facts.ScreeningDecided:
    (fact,) = chart.do(act, BOATENG)
    assert isinstance(fact, facts.ScreeningDecided)
    return fact


# The second prescriber ----------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol, needed", [("sl_home_depression", True), ("oral_home_depression", True),
                                              ("iv_belief", True), ("iv_depression", False),
                                              ("in_esketamine_trd", False)])  # fmt: skip
def test_home_and_experimental_treatment_need_a_second_prescriber_and_others_do_not(protocol, needed):
    aim = aim_of(protocol, library())
    nothing_found = replace(screen({}, library(), on=NINE.date(), aim=aim), findings=())
    assert bool(second_prescriber(nothing_found, aim, library())) is needed


@pytest.mark.parametrize("condition, rule", [("ptsd", "IND-PTSD"), ("ocd", "IND-OCD"), ("none", "IND-NONE")])
def test_a_condition_of_weak_evidence_needs_a_second_prescriber_and_the_decision_says_so(condition, rule):
    chart = Chart()
    chart.do(acts.AnswerIntake(answers={"diagnosis": condition}))
    fact = started(chart)
    assert fact.second_needed
    assert any(line.split(" ")[1] == f"{rule}:" for line in fact.findings)


def test_a_decision_that_starts_nothing_needs_no_second_prescriber():
    chart = Chart()
    chart.do(acts.AnswerIntake(answers={"diagnosis": "none"}))
    assert not started(chart, replace(START, decision="not_yet")).second_needed


def test_whoever_decided_does_not_review_and_not_agreeing_has_its_reason():
    chart = Chart()
    started(chart)
    review = acts.ReviewScreening(decided=chart.number, agrees=True)
    assert BOATENG.name in chart.refused(review, BOATENG)[0]
    assert "reason" in chart.refused(replace(review, agrees=False), OTHER)[0]
    chart.do(replace(review, agrees=False, words="labs are missing"), OTHER)
    assert chart.course.review is not None
    assert not chart.course.review.agrees


def test_only_the_newest_decision_is_reviewed():
    chart = Chart()
    started(chart)
    old = chart.number
    started(chart, replace(START, decision="not_yet"))
    assert "newest" in chart.refused(acts.ReviewScreening(decided=old, agrees=True), OTHER)[0]


def test_a_plan_waits_for_the_second_prescriber():
    chart = Chart()
    chart.do(acts.AnswerIntake(answers={"diagnosis": "ptsd"}))
    started(chart)
    decided = chart.number
    day = NINE.date()
    plan = acts.PlanRegimen(protocol="iv_depression", indication="depression", dates=(day,))
    assert any("second prescriber" in reason for reason in chart.refused(plan, BOATENG))
    chart.do(acts.ReviewScreening(decided=decided, agrees=True), OTHER)
    assert not any("second prescriber" in reason for reason in _reasons(chart.ask(plan, BOATENG)))


def _reasons(answer: object) -> tuple[str, ...]:
    return answer.reasons if isinstance(answer, acts.Refusal) else ()


# A protocol that is not in use -----------------------------------------------------------------------------


def test_no_course_starts_by_a_protocol_that_is_not_in_use():
    reasons = Chart().refused(replace(START, protocol="sc_home_depression"), BOATENG)
    assert library().protocols["sc_home_depression"]["name"] in reasons[0]


# Clearance from outside -----------------------------------------------------------------------------------


def test_a_clearance_that_was_asked_for_and_not_answered_keeps_a_start_back_and_nothing_else():
    chart = Chart()
    chart.do(HEART)
    assert any("cardiology" in reason for reason in chart.refused(START, BOATENG))
    assert started(chart, replace(START, decision="not_yet")).decision == "not_yet"
    chart.do(TOLD)
    assert started(chart).decision == "start"


def test_a_clearance_answered_with_no_keeps_a_start_back_until_a_newer_answer():
    chart = Chart()
    chart.do(HEART)
    chart.do(replace(TOLD, outcome="not_cleared"))
    (reason,) = not_cleared(chart.course, NINE.date())
    assert "cardiology" in reason
    assert "Dr Heart" in reason
    assert f"Not started. {reason}" in chart.refused(START, BOATENG)
    chart.do(replace(TOLD, outcome="with_conditions", words="pressure below 130/80"))
    assert not_cleared(chart.course, NINE.date()) == ()


@pytest.mark.parametrize("days, late", [(-1, False), (0, False), (1, True)])
def test_a_clearance_is_overdue_on_the_day_after_the_day_it_was_wanted_by(days, late):
    chart = Chart()
    due = NINE.date() + timedelta(days=7)
    chart.do(replace(HEART, due_on=due))
    on = due + timedelta(days=days)
    assert is_overdue(chart.course.clearances["c1"], on) is late
    assert ("was due" in not_cleared(chart.course, on)[0]) is late
    chart.do(TOLD)
    assert not is_overdue(chart.course.clearances["c1"], on)


@pytest.mark.parametrize("act", [
    replace(HEART, of="astrology"), replace(HEART, question=" "), replace(HEART, clearance_id=""),
    replace(HEART, due_on=NINE.date() - timedelta(days=1)),
])  # fmt: skip
def test_a_clearance_is_asked_of_somebody_with_a_question_and_not_for_yesterday(act):
    Chart().refused(act, ADA)


@pytest.mark.parametrize("act", [
    replace(TOLD, clearance_id="c2"), replace(TOLD, outcome="perhaps"), replace(TOLD, by_whom=" "),
    replace(TOLD, outcome="with_conditions"), replace(TOLD, said_on=NINE.date() + timedelta(days=1)),
])  # fmt: skip
def test_an_answer_from_outside_names_who_gave_it_and_when_and_on_which_conditions(act):
    chart = Chart()
    chart.do(HEART)
    chart.refused(act, ADA)


def test_every_rule_that_is_put_outside_or_to_a_second_prescriber_is_one_that_screening_can_fire():
    known = rules(library())
    table = library().screening["second_review"]
    named = {rule for part in table.values() for row in part.values() for rule in row.get("rules", ())}
    assert named - known == set()
    assert set(table["clearance"]) == set(ASKED_OF)
    protocols = {key for row in table["second"].values() for key in row.get("protocols", ())}
    assert protocols - set(library().protocols) == set()


# The prescription-monitoring programme ----------------------------------------------------------------------


def programme(chart: Chart, law: str = "US") -> list[str]:
    aim = Aim(route="iv", jurisdiction=law)
    return [f.reason for f in monitoring_programme(chart.course, library(), at=chart.at, aim=aim)]


def test_a_start_without_a_look_into_the_programme_is_taken_and_the_decision_keeps_that_there_was_none():
    fact = started(Chart())
    assert any(line.startswith("REVIEW REG-RX:") for line in fact.findings)


def test_a_look_that_agrees_settles_it_until_it_is_too_old():
    chart = Chart()
    assert "has not been looked into" in programme(chart)[0]
    chart.do(acts.CheckPdmp(state="NY", outcome="as_told"))
    assert programme(chart) == []
    days = int(library().limit("pdmp_max_age").value)
    assert programme(chart.later(days=days)) == []
    assert "too old" in programme(chart.later(days=1))[0]


@pytest.mark.parametrize("outcome, says", [("differs", "other prescriptions"), ("not_reachable", "reached")])
def test_a_look_that_differs_or_failed_stays_a_thing_to_weigh(outcome, says):
    chart = Chart()
    chart.refused(acts.CheckPdmp(state="NY", outcome=outcome))
    chart.do(acts.CheckPdmp(state="NY", outcome=outcome, words="alprazolam twice"))
    assert says in programme(chart)[0]


def test_a_look_names_its_state_and_one_of_three_outcomes():
    Chart().refused(acts.CheckPdmp(state=" ", outcome="as_told"))
    Chart().refused(acts.CheckPdmp(state="NY", outcome="fine"))


def test_where_another_law_holds_there_is_no_such_programme_to_look_into():
    assert programme(Chart(), law="EU") == []


def test_the_day_of_a_decision_decides_what_is_late():
    chart = Chart()
    chart.do(replace(HEART, due_on=date(NINE.year, NINE.month, NINE.day)))
    assert "was due" not in chart.refused(START, BOATENG)[-1]
    assert "was due" in chart.later(days=1).refused(START, BOATENG)[-1]
