"""A session folds from its facts: whatever they are, in whatever order, and only as NEXT allows."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.therapy import acts, course, facts
from dayspring.therapy.given import given as amount
from dayspring.therapy.note import digest, note_from
from dayspring.therapy.session import IN_THE_DRUG, MOVING, NEXT, STAGES, State, fold
from tests.chart.facts_at_random import any_of
from tests.people import ADA, BOATENG, NINE, SESSION, Chart, monitoring, prepared, pressure, q, ready, running

ORDINARY = {
    facts.InfusionStarted: facts.InfusionStarted(order_id="o", bound="", rate=q(150, "mL/h"),
                                                 concentration=q("0.4", "mg/mL"), drawn=q(40, "mg"), dose=q(40, "mg")),
    facts.RateChanged: facts.RateChanged(rate=q(75, "mL/h")),
    facts.InfusionResumed: facts.InfusionResumed(rate=q(75, "mL/h")),
    facts.InfusionPaused: facts.InfusionPaused(reason=""),
    facts.InfusionStopped: facts.InfusionStopped(reason=""),
    facts.PumpConfirmed: facts.PumpConfirmed(),
    facts.InfusionCompleted: facts.InfusionCompleted(),
    facts.CheckedIn: facts.CheckedIn(),
    facts.Discharged: facts.Discharged(left_with="Jo"),
}  # fmt: skip


def lined(*said: facts.Fact) -> list[facts.Stamped]:
    return [
        facts.Stamped(
            fact=fact,
            number=place,
            happened_at=NINE + timedelta(minutes=place),
            recorded_at=NINE + timedelta(minutes=place),
            by=ADA,
            session=SESSION,
        )
        for place, fact in enumerate(said, 1)
    ]


_STARTED = [facts.CheckedIn(), ORDINARY[facts.InfusionStarted]]
_PAUSED = [*_STARTED, facts.InfusionPaused(reason=""), facts.PumpConfirmed()]
_ENDED = [*_STARTED, facts.InfusionStopped(reason=""), facts.PumpConfirmed()]
PATHS: dict[State, list[facts.Fact]] = {
    State.PLANNED: [],
    State.PREPARING: _STARTED[:1],
    State.RUNNING: _STARTED,
    State.PAUSING: _PAUSED[:-1],
    State.PAUSED: _PAUSED,
    State.STOPPING: _ENDED[:-1],
    State.MONITORING: _ENDED,
    State.CLOSED: [*_ENDED, facts.Discharged(left_with="Jo")],
}
ANY_FACT = st.sampled_from(sorted(facts.KINDS)).flatmap(lambda kind: any_of(facts.KINDS[kind]))
MOVES = st.sampled_from(sorted(ORDINARY, key=lambda k: k.__name__)).map(ORDINARY.__getitem__)


# The table of moves ------------------------------------------------------------------------------------


def test_every_state_has_a_row_and_a_stage_and_every_move_an_ordinary_fact():
    assert set(NEXT) == set(STAGES) == set(State)
    assert set(ORDINARY) == MOVING


@pytest.mark.hazard("H31")
def test_drug_flows_again_only_by_a_start_a_resume_or_a_change_while_it_flows():
    into_running = {
        (state, kind) for state, row in NEXT.items() for kind, to in row.items() if to is State.RUNNING
    }
    assert into_running == {
        (State.PREPARING, facts.InfusionStarted),
        (State.RUNNING, facts.RateChanged),
        (State.PAUSED, facts.InfusionResumed),
    }


@pytest.mark.hazard("H31")
def test_from_a_stop_no_path_of_any_length_leads_to_running():
    reached, waiting = set(), [State.STOPPING, State.MONITORING, State.CLOSED]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [to for to in NEXT[state].values() if to not in reached]
    assert reached == {State.STOPPING, State.MONITORING, State.CLOSED}


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("kind", sorted(MOVING, key=lambda k: k.__name__), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("state", [State.PAUSING, State.PAUSED, State.STOPPING], ids=str)
def test_nothing_but_a_resume_of_a_seen_pause_makes_a_held_drug_flow(state, kind):
    before = fold(lined(*PATHS[state]), SESSION)
    after = fold(lined(*PATHS[state], ORDINARY[kind]), SESSION)
    resumed = state is State.PAUSED and kind is facts.InfusionResumed
    assert (after.state is State.RUNNING) == resumed
    assert (len(after.flows) > len(before.flows)) == resumed


@pytest.mark.hazard("H31")
@given(ANY_FACT.filter(lambda fact: type(fact) not in MOVING), st.sampled_from(list(State)))
def test_no_other_fact_moves_a_session_at_all(fact, state):
    before, after = (fold(lined(*PATHS[state], *more), SESSION) for more in ((), (fact,)))
    assert (after.state, after.flows) == (before.state, before.flows)


@pytest.mark.hazard("H29")
@pytest.mark.parametrize("state", [State.RUNNING, State.PAUSING, State.PAUSED], ids=str)
def test_from_every_state_in_which_drug_may_come_a_stop_leads_to_stopping(state):
    assert NEXT[state][facts.InfusionStopped] is State.STOPPING


@pytest.mark.parametrize("state", State, ids=str)
@pytest.mark.parametrize("kind", sorted(MOVING, key=lambda k: k.__name__), ids=lambda kind: kind.__name__)
def test_a_move_that_has_no_row_is_kept_out_of_order_and_moves_nothing(state, kind):
    path = PATHS[state]
    before = fold(lined(*path), SESSION)
    after = fold(lined(*path, ORDINARY[kind]), SESSION)
    assert before.state is state
    if kind in NEXT[state]:
        assert after.state is NEXT[state][kind] and after.out_of_order == before.out_of_order
    else:
        assert after.state is state and after.flows == before.flows
        assert len(after.out_of_order) == 1 and after.latest == before.latest


# Any facts at all --------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(ANY_FACT, MOVES), max_size=25))
def test_folding_never_raises_and_loses_no_line(said):
    lines = lined(*said)
    session = fold(lines, SESSION)
    assert session.lines == tuple(lines)
    assert session.state in State
    assert fold(lines, "another").lines == ()
    course.fold(lines)


@given(st.lists(MOVES, max_size=30))
def test_the_state_is_what_the_table_of_moves_says(said):
    state = State.PLANNED
    for fact in said:
        state = NEXT[state].get(type(fact), state)
    session = fold(lined(*said), SESSION)
    assert session.state is state
    if state in IN_THE_DRUG:
        assert session.last_drug_at is None and session.flows


@given(st.lists(MOVES, max_size=30))
def test_the_stage_only_goes_forward(said):
    order = ["planned", "preparing", "dosing", "monitoring", "closed"]
    lines = lined(*said)
    stages = [order.index(fold(lines[:n], SESSION).stage) for n in range(len(lines) + 1)]
    assert stages == sorted(stages)


@given(st.lists(MOVES, max_size=30))
def test_drug_never_runs_without_a_start_and_starts_once(said):
    session = fold(lined(*said), SESSION)
    taken = [x for x in session.lines if isinstance(x.fact, facts.InfusionStarted)]
    kept = [x for x in taken if x not in session.out_of_order]
    assert len(kept) <= 1
    assert bool(kept) == bool(session.flows)


def test_lines_of_another_session_are_not_seen():
    chart = running()
    for line in chart.lines:
        assert line.session in ("", SESSION)
    assert fold(chart.lines, "another").state is State.PLANNED
    assert fold(chart.lines, "another").vitals == ()


# What is read off the fold -----------------------------------------------------------------------------


def test_the_baseline_is_the_newest_good_pressure_before_the_drug():
    chart = prepared().later(seconds=10)
    chart.do(pressure(130, 84))
    chart.later(seconds=10).do(pressure(236, 120))
    chart.later(seconds=10).do(acts.TakeVitals(session=SESSION, values={"pulse": q(70, "/min")}))
    baseline = chart.session.baseline
    assert baseline is not None and baseline.fact.values["systolic"] == q(130, "mm[Hg]")


def test_a_pressure_during_the_drug_is_no_baseline():
    chart = running().later(minutes=5)
    chart.do(pressure(170, 95, rest=False))
    baseline = chart.session.baseline
    assert baseline is not None and baseline.fact.values["systolic"] == q(122, "mm[Hg]")


def test_the_last_drug_is_unknown_until_somebody_saw_the_pump():
    chart = running().later(minutes=5)
    assert chart.session.last_drug_at is None
    chart.do(acts.StopInfusion(session=SESSION))
    assert chart.session.last_drug_at is None
    chart.later(minutes=2).do(acts.ConfirmPump(session=SESSION))
    assert chart.session.last_drug_at == chart.at


@pytest.mark.hazard("H13")
def test_asked_to_stop_is_not_stopped():
    chart = running().later(minutes=5)
    chart.do(acts.StopInfusion(session=SESSION))
    assert chart.session.state is State.STOPPING and chart.session.stage == "dosing"


# Speed -------------------------------------------------------------------------------------------------


def test_a_session_of_two_hundred_lines_folds_in_milliseconds(capsys):
    chart = ready()
    while len(chart.lines) < 200:
        chart.later(seconds=1).do(pressure(124, 78, rest=False, spo2=98))
    spent = []
    for _ in range(30):
        begun = time.perf_counter()
        fold(chart.lines, SESSION)
        spent.append(time.perf_counter() - begun)
    median = statistics.median(spent) * 1000
    with capsys.disabled():
        print(f"\na session of {len(chart.lines)} lines folds in {median:.2f} ms (median of 30)")
    assert median < 25


def test_what_is_made_of_a_fold_is_the_same_for_the_same_lines():
    chart = monitoring()
    notes = [digest(note_from(chart.course, chart.session, library())) for _ in range(2)]
    assert notes[0] == notes[1]
    assert amount(chart.session, chart.at) == amount(chart.session, chart.at)


def test_a_corrected_line_keeps_its_place_and_a_struck_one_is_gone():
    chart = running().later(minutes=5)
    chart.do(pressure(170, 95, rest=False))
    first = chart.number
    chart.later(minutes=1).do(pressure(150, 90, rest=False))
    kept = facts.VitalsTaken(values=chart.session.vitals[-2].fact.values, source="cuff")
    chart.do(acts.Correct(session=SESSION, number=first, reason="by the cuff", instead=kept))
    assert [v.fact.source for v in chart.session.vitals][-2:] == ["cuff", "manual"]
    chart.do(acts.Correct(session=SESSION, number=chart.number, reason="twice"), BOATENG)
    assert len(chart.session.vitals) == 2
    assert Chart().session.vitals == ()
