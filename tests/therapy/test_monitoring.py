"""The rounds: due when the protocol says, late in words, and never given up while nobody has looked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dayspring.knowledge import library
from dayspring.therapy import acts
from dayspring.therapy.asked import protocol_of
from dayspring.therapy.monitoring import Round, minutes, next_due, ready_from, rounds
from tests.people import SESSION, Chart, monitoring, prepared, pressure, running
from tests.therapy.chairside import found


def rows(chart: Chart) -> tuple[Round, ...]:
    return rounds(chart.session, protocol_of(chart.session, library()), library(), chart.at)


def taken(chart: Chart, dissociation: bool = False) -> Chart:
    chart.do(pressure(124, 80, rest=False, spo2=98))
    chart.do(acts.ScoreSedation(session=SESSION, moaas=5))
    if dissociation:
        chart.do(acts.ScoreDissociation(session=SESSION, total=3))
    return chart


def test_no_round_is_due_before_the_drug():
    assert rows(prepared()) == () and next_due(()) is None


def test_the_rounds_of_an_infusion_are_those_of_the_rulebook():
    whole = [(r.minute, r.kinds) for r in rows(running()) if r.minute <= 130]
    both, asked = ("pressure", "sedation"), ("pressure", "sedation", "dissociation")
    assert whole == [
        (10, both),
        (20, asked),
        (30, both),
        (40, asked),
        (55, both),
        (60, ("dissociation",)),
        (70, both),
        (85, both),
        (100, both),
        (115, both),
        (130, both),
    ]


def test_rounds_after_the_drug_count_from_its_real_end():
    chart = running().later(minutes=12)
    chart.do(acts.StopInfusion(session=SESSION))
    chart.later(minutes=1).do(acts.ConfirmPump(session=SESSION))
    assert [r.minute for r in rows(chart)][:4] == [10, 20, 28, 40]


def test_whoever_stays_longer_stays_observed():
    chart = monitoring().later(hours=3)
    assert max(r.at for r in rows(chart)) > chart.at


@pytest.mark.hazard("H22")
@pytest.mark.hazard("H19")
@pytest.mark.parametrize(
    "seconds, late, said",
    [(-1, "", None), (0, "due", None), (29, "due", None), (30, "amber", "round-late"),
     (299, "amber", "round-late"), (300, "red", "round-overdue"), (3600, None, "round-overdue")],
)  # fmt: skip
def test_a_round_is_amber_after_30_seconds_and_red_after_5_minutes(seconds, late, said):
    chart = running().later(minutes=10, seconds=seconds)
    if late is not None:
        assert rows(chart)[0].late == late
    assert {c for c in found(chart) if c.startswith("round")} == ({said} if said else set())


@pytest.mark.hazard("H19")
def test_half_a_round_is_not_a_round():
    chart = running().later(minutes=10)
    chart.do(pressure(124, 80, rest=False))
    chart.later(minutes=5)
    assert rows(chart)[0].missing == ("sedation",) and rows(chart)[0].late == "red"
    assert found(chart)["round-overdue"] == "high"


@pytest.mark.hazard("H19")
def test_a_pressure_without_a_pulse_or_marked_as_implausible_makes_no_round():
    for systolic, pulse in ((235, 70), (124, None)):
        chart = running().later(minutes=10)
        act = pressure(systolic, 80, rest=False)
        if pulse is None:
            act = acts.TakeVitals(
                session=SESSION, values={k: v for k, v in act.values.items() if k != "pulse"}
            )
        chart.do(act)
        assert "pressure" in rows(chart)[0].missing


@pytest.mark.parametrize("early, counts", [(4, True), (5, False)])
def test_a_round_may_be_taken_four_minutes_early(early, counts):
    chart = taken(running().later(minutes=10 - early))
    chart.later(minutes=early)
    assert (rows(chart)[0].missing == ()) == counts


@pytest.mark.hazard("H22")
@pytest.mark.hazard("H19")
def test_from_the_first_missed_round_on_something_is_said_at_every_moment():
    chart = running().later(minutes=10, seconds=30)
    silent = []
    while chart.at < running().at + timedelta(hours=2):
        if not {"round-late", "round-overdue"} & set(found(chart)):
            silent.append(round((chart.at - running().at).total_seconds() / 60, 1))
        chart.later(seconds=30)
    assert silent == []


@pytest.mark.hazard("H19")
def test_an_observation_made_up_for_ends_the_overdue_one():
    chart = running().later(minutes=17)
    assert found(chart)["round-overdue"] == "high"
    taken(chart)
    assert rows(chart)[0].late == "missed" and rows(chart)[1].kinds[2:] == ("dissociation",)
    assert "round-overdue" not in found(chart)


def test_the_next_due_round_is_the_first_that_still_lacks_something():
    chart = taken(running().later(minutes=10))
    due = next_due(rows(chart))
    assert due is not None and (due.minute, due.words) == (20, "Pressure, pulse, sedation, dissociation")


def test_a_session_with_every_round_taken_is_never_late():
    chart = running()
    for row in rows(chart):
        chart.at = row.at
        taken(chart, dissociation="dissociation" in row.kinds)
        if row.minute == 40:
            chart.do(acts.CompleteInfusion(session=SESSION))
        assert not {c for c in found(chart) if c.startswith("round")}, row


def test_a_pause_moves_the_earliest_discharge_and_the_observing_goes_on():
    chart = running().later(minutes=10)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.later(minutes=60)
    spaced = [r.minute for r in rows(chart) if r.minute <= 70]
    assert spaced == [10, 20, 30, 40, 50, 60, 70]


@pytest.mark.hazard("H32")
def test_the_stay_counts_from_when_the_pump_was_seen_to_stand():
    chart = running().later(minutes=12)
    chart.do(acts.StopInfusion(session=SESSION))
    chart.later(minutes=9).do(acts.ConfirmPump(session=SESSION))
    ready = ready_from(chart.session, protocol_of(chart.session, library()), library())
    assert ready == chart.at + timedelta(minutes=90)


def test_a_limit_that_is_no_duration_is_refused_as_one():
    assert minutes(library(), "round_amber") == timedelta(seconds=30)
    with pytest.raises(TypeError, match="mmHg"):
        minutes(library(), "systolic_during_stop")
