"""Laws of deciding: it answers, it changes nothing by itself, and the same question has the same answer."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import get_type_hints

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.quantities import NotANumber, UnitMismatch
from dayspring.therapy import acts, course, facts, session
from dayspring.therapy.acts import Refusal
from dayspring.therapy.decide import decide
from dayspring.therapy.session import IN_THE_DRUG, State
from tests.chart.facts_at_random import any_of
from tests.people import (
    ADA,
    BOATENG,
    SESSION,
    SYSTEM,
    Chart,
    monitoring,
    ordered,
    prepared,
    pressure,
    q,
    ready,
    running,
)


def paused() -> Chart:
    chart = running().later(minutes=5)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.later(seconds=2).do(acts.ConfirmPump(session=SESSION))
    return chart


STAGES: list[Callable[[], Chart]] = [Chart, ordered, prepared, running, paused, monitoring, ready]
MADE = {make.__name__: make() for make in STAGES}
STAGE = st.sampled_from(sorted(MADE))
BY = st.sampled_from([ADA, BOATENG, SYSTEM])
OWN = {"session", "happened_at"}


def any_act(kind: type[acts.Act]) -> st.SearchStrategy[acts.Act]:
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name not in OWN | {"when_stale"}}
    known = {"stream": st.just({})}
    return st.builds(
        kind,
        session=st.sampled_from([SESSION, "", "another"]),
        **{name: known[name] if name in known else any_of(hint) for name, hint in hints.items()},
    )


ANY_ACT = st.sampled_from(sorted(acts.KINDS)).flatmap(lambda kind: any_act(acts.KINDS[kind]))
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SLOW
@given(STAGE, ANY_ACT, BY)
def test_any_act_of_any_content_is_answered_with_facts_or_with_reasons(stage, act, by):
    chart = MADE[stage]
    try:
        answer = decide(chart.lines, act, library(), by=by, at=chart.at)
    except (UnitMismatch, NotANumber):
        # Amounts in units that no form of ours sends: nothing is written, and no stop carries an amount.
        assert not isinstance(act, acts.StopInfusion)
        assume(False)
        return
    if isinstance(answer, Refusal):
        assert answer.reasons and all(reason.strip() for reason in answer.reasons)
    else:
        assert all(isinstance(fact, facts.Fact | facts.Correction) for fact in answer)


@SLOW
@given(STAGE, ANY_ACT, BY)
def test_asking_changes_nothing_and_asking_again_gets_the_same_answer(stage, act, by):
    chart = MADE[stage]
    before = deepcopy(chart.lines)

    def answer() -> object:
        try:
            return decide(chart.lines, act, library(), by=by, at=chart.at)
        except (UnitMismatch, NotANumber) as wrong:
            return str(wrong)

    assert answer() == answer()
    assert chart.lines == before


@pytest.mark.hazard("H29")
@SLOW
@given(STAGE, any_act(acts.StopInfusion), st.integers(-(10**6), 10**6))
def test_no_stop_is_ever_refused(stage, act, seconds):
    chart = MADE[stage]
    for dated in (act, acts.StopInfusion(session=SESSION, happened_at=chart.at + timedelta(seconds=seconds))):
        assert not isinstance(decide(chart.lines, dated, library(), by=ADA, at=chart.at), Refusal)


@pytest.mark.hazard("H29")
@pytest.mark.hazard("H31")
@SLOW
@given(STAGE, st.lists(ANY_ACT, max_size=6))
def test_after_any_acts_at_all_a_stop_ends_the_flow(stage, asked):
    made = MADE[stage]
    chart = Chart(at=made.at, lines=list(made.lines), number=made.number)
    for act in asked:
        try:
            chart.later(seconds=3).ask(act, ADA)
        except (UnitMismatch, NotANumber):
            continue
    chart.do(acts.StopInfusion(session=SESSION))
    assert chart.session.state not in IN_THE_DRUG - {State.STOPPING}


@pytest.mark.hazard("H31")
@SLOW
@given(ANY_ACT.filter(lambda act: not isinstance(act, acts.ResumeInfusion)), BY, st.integers(0, 7200))
def test_from_a_pause_no_act_but_a_resume_gives_drug(act, by, seconds):
    made = MADE["paused"]
    chart = Chart(at=made.at + timedelta(seconds=seconds), lines=list(made.lines), number=made.number)
    try:
        chart.ask(act, by)
    except (UnitMismatch, NotANumber):
        return
    assert chart.session.state is not State.RUNNING


# Order, and lines that come late -----------------------------------------------------------------------


def in_order(lines: list[facts.Stamped]) -> list[facts.Stamped]:
    return sorted(lines, key=lambda line: (line.happened_at, line.number))


@pytest.mark.parametrize("stage", MADE)
def test_a_chart_written_as_it_happened_is_in_the_order_of_its_numbers(stage):
    lines = MADE[stage].lines
    assert in_order(lines) == sorted(lines, key=lambda line: line.number)


@given(st.integers(1, 2000))
def test_an_observation_entered_late_stands_where_it_happened(seconds):
    chart = running().later(seconds=2000)
    late = replace(pressure(150, 88, rest=False), happened_at=chart.at - timedelta(seconds=seconds))
    chart.do(pressure(130, 80, rest=False))
    chart.later(seconds=1).do(late)
    fold = session.fold(in_order(chart.lines), SESSION)
    newest = fold.vitals[-1].fact
    assert isinstance(newest, facts.VitalsTaken) and newest.values["systolic"] == q(130, "mm[Hg]")
    assert len(fold.vitals) == 3 and fold.out_of_order == ()


def test_lines_of_another_chart_part_change_nothing_in_a_session():
    chart = ready()
    alone = [line for line in chart.lines if line.session == SESSION]
    assert session.fold(alone, SESSION) == session.fold(chart.lines, SESSION)
    assert course.fold(alone).orders == {}
