"""What is found while a person is in the chair: each row of the rulebook, its boundary, and its absence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dayspring.knowledge import library
from dayspring.therapy import acts, facts, safety
from dayspring.therapy.session import State
from tests.people import ADA, SESSION, SYSTEM, Chart, monitoring, prepared, q, running
from tests.therapy.chairside import cases, found, look, stream, trace, vitals, without

CALM = {"systolic": 124, "diastolic": 80, "pulse": 74, "spo2": 98, "respiration": 14}


def tapped(chart: Chart, kind: str) -> Chart:
    chart.do(acts.NoteEvent(session=SESSION, kind=kind))
    return chart


def met(case: dict[str, Any], chart: Chart) -> Chart:
    if values := case.get("vitals"):
        chart.do(vitals(rest=False, **values))
    for kind in case.get("taps", ()):
        tapped(chart, kind)
    if "moaas" in case:
        chart.do(acts.ScoreSedation(session=SESSION, moaas=case["moaas"]))
    if "no_suicidal_intent" in case:
        chart.do(acts.SeeRecovery(session=SESSION, no_suicidal_intent=case["no_suicidal_intent"]))
    return chart


@pytest.mark.hazard("H27")
@pytest.mark.parametrize("case", cases("findings.toml"), ids=lambda case: case["name"])
def test_what_is_said_is_what_a_clinician_signed(case):
    chart = met(case, running().later(minutes=2))
    if case.get("vitals", {}).get("spo2"):
        assert found(chart, {}) == case["says"]
    else:
        assert found(chart) == case["says"]


@pytest.mark.parametrize("case", cases("findings.toml"), ids=lambda case: case["name"])
def test_the_same_is_said_after_the_drug_has_ended(case):
    chart = met(case, monitoring().later(seconds=10))
    ours = {c: p for c, p in found(chart).items() if c not in ("round-late", "round-overdue")}
    if spo2 := case.get("vitals", {}).get("spo2"):
        ours = {c: p for c, p in found(chart, {}).items() if c not in ("round-late", "round-overdue")}
        assert spo2
    assert ours == case["says"]


@pytest.mark.parametrize("case", cases("findings.toml"), ids=lambda case: case["name"])
def test_before_the_drug_the_rules_of_the_room_say_nothing(case):
    assert found(met(case, prepared())) == {}


@pytest.mark.hazard("H27")
def test_every_condition_of_the_table_is_raised_somewhere_in_these_tests():
    worked = {condition for case in cases("findings.toml") for condition in case["says"]}
    elsewhere = {"saturation-silent", "saturation-gone", "round-late", "round-overdue", "pump-unconfirmed",
                 "pump-ending", "server-away", "restarts-locked"}  # fmt: skip
    rows = {key for key, row in library().conditions.items() if "priority" in row}
    assert rows == worked | elsewhere


def test_a_finding_says_its_value_what_to_do_its_limit_and_the_line_that_shows_it():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=186, diastolic=112))
    (said,) = safety.findings(look(chart))
    assert said.says == "Pressure 186/112" and said.do.startswith("Pause the drug")
    assert said.limit is not None and str(said.limit.value) == "179"
    assert said.evidence == (chart.number,)


def test_the_second_reading_this_high_says_that_it_is_the_second_and_names_both():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=186, diastolic=112))
    first = chart.number
    chart.later(seconds=60).do(vitals(rest=False, systolic=184, diastolic=111))
    (said,) = safety.findings(look(chart))
    assert "second reading" in said.says and said.evidence == (first, chart.number)


@pytest.mark.parametrize("minutes, crisis", [(9, True), (10, True), (11, False)])
def test_a_symptom_belongs_to_a_pressure_within_ten_minutes_of_it(minutes, crisis):
    chart = tapped(running().later(minutes=1), "headache")
    chart.later(minutes=minutes).do(vitals(rest=False, systolic=184, diastolic=100))
    said = found(chart)
    assert ("pressure-crisis" in said) == crisis and ("pressure-very-high" in said) != crisis


@pytest.mark.parametrize("minutes, stands", [(10, True), (11, False)])
def test_a_tap_stands_for_ten_minutes(minutes, stands):
    chart = tapped(running().later(minutes=1), "vomiting").later(minutes=minutes)
    assert ("vomiting" in found(chart)) == stands


def test_the_newest_reading_ends_what_an_older_one_said():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=186, diastolic=112))
    chart.later(minutes=1).do(vitals(rest=False, systolic=140, diastolic=88))
    assert found(chart) == {}


def test_a_struck_pressure_no_longer_says_anything():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=205, diastolic=112))
    assert found(chart) == {"pressure-crisis": "high"}
    chart.do(acts.Correct(session=SESSION, number=chart.number, reason="cuff on the arm of the chair"))
    assert found(chart) == {}


def test_an_implausible_number_says_nothing_and_stands_for_nothing():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=240, diastolic=150, pulse=200, spo2=60))
    assert found(chart) == {}


# What a clip and a monitor say -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "seconds, said", [(1, "saturation-low"), (30, "saturation-low"), (31, "saturation-very-low")]
)
def test_a_clip_below_90_says_stop_after_more_than_thirty_seconds(seconds, said):
    chart = running().later(minutes=2)
    values: list[object] = [97] * 5 + [88] * (seconds + 1)
    assert set(found(chart, trace(chart.at, "spo2", values))) == {said}


def test_one_value_of_90_begins_the_thirty_seconds_again():
    chart = running().later(minutes=2)
    values: list[object] = [88] * 40 + [90] + [88] * 20
    assert set(found(chart, trace(chart.at, "spo2", values))) == {"saturation-low"}


def test_a_clip_that_falls_for_a_second_does_not_become_a_stop_by_being_charted():
    chart = running().later(minutes=2)
    falling = trace(chart.at, "spo2", [97, 97, 88])
    chart.do(acts.Watch(session=SESSION, stream=falling, device="clip"), SYSTEM)
    chart.later(seconds=1)
    assert set(found(chart, falling)) == {"saturation-low"}


@pytest.mark.parametrize("seconds, said", [(299, set()), (300, {"pulse-fast"})])
def test_a_pulse_over_120_says_pause_after_five_minutes(seconds, said):
    chart = running().later(minutes=9)
    values: list[object] = [118] + [121] * (seconds + 1)
    readings = {**stream(chart.at, spo2=98), **trace(chart.at, "pulse", values)}
    assert set(found(chart, readings)) == said


def test_a_pulse_that_falls_to_120_begins_the_five_minutes_again():
    chart = running().later(minutes=9)
    values: list[object] = [130] * 250 + [120] + [130] * 250
    readings = {**stream(chart.at, spo2=98), **trace(chart.at, "pulse", values)}
    assert found(chart, readings) == {}


@pytest.mark.hazard("H21")
@pytest.mark.hazard("H19")
@pytest.mark.parametrize(
    "seconds, said",
    [(15, {}), (16, {"saturation-silent": "low"}), (30, {"saturation-silent": "low"}),
     (31, {"saturation-gone": "high"}), (3600, {"saturation-gone": "high"})],
)  # fmt: skip
def test_a_silent_oximeter_is_told_after_15_and_is_high_after_30_seconds(seconds, said):
    chart = running().later(minutes=2)
    silent = stream(chart.at, spo2=98, seconds=0)
    chart.later(seconds=seconds)
    only_this = {c: p for c, p in found(chart, silent).items() if c.startswith("saturation")}
    assert only_this == said


@pytest.mark.hazard("H19")
@pytest.mark.parametrize("taken_before", [True, False])
def test_an_oximeter_that_never_spoke_is_told_from_the_first_drug(taken_before):
    chart = running()
    if not taken_before:
        without(chart, facts.VitalsTaken)
    chart.later(minutes=11)
    assert found(chart, {})["saturation-gone"] == "high"


@pytest.mark.hazard("H19")
@pytest.mark.parametrize(
    "seconds, said",
    [(300, set()), (301, {"saturation-silent"}), (601, {"saturation-gone"})],
)
def test_a_saturation_charted_by_hand_stands_for_five_minutes(seconds, said):
    chart = running()
    chart.do(vitals(rest=False, spo2=97))
    chart.later(seconds=seconds)
    assert {c for c in found(chart, {}) if c.startswith("saturation")} == said


@pytest.mark.hazard("H19")
def test_an_implausible_saturation_is_no_sign_of_life_of_the_oximeter():
    for value, said in ((65, {"saturation-gone"}), (96, set())):
        chart = running().later(minutes=11)
        chart.do(vitals(rest=False, spo2=value))
        assert {c for c in found(chart, {}) if c.startswith("saturation")} == said


@pytest.mark.hazard("H19")
def test_a_silent_oximeter_is_told_while_paused_and_while_stopping():
    chart = running().later(minutes=2)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.later(minutes=1)
    assert "saturation-gone" in found(chart, stream(chart.at, spo2=98, seconds=60))
    chart.do(acts.StopInfusion(session=SESSION))
    assert "saturation-gone" in found(chart, stream(chart.at, spo2=98, seconds=60))


# The pump ---------------------------------------------------------------------------------------------


@pytest.mark.hazard("H13")
@pytest.mark.parametrize("act", [acts.StopInfusion, acts.PauseInfusion])
def test_a_pump_that_nobody_has_seen_is_told_three_seconds_after_it_was_asked_to_stand(act):
    chart = running().later(minutes=2)
    chart.do(act(session=SESSION))
    chart.later(seconds=2)
    assert "pump-unconfirmed" not in found(chart)
    chart.later(seconds=1)
    assert found(chart)["pump-unconfirmed"] == "high"
    chart.later(minutes=30)
    assert found(chart)["pump-unconfirmed"] == "high"
    chart.do(acts.ConfirmPump(session=SESSION))
    assert "pump-unconfirmed" not in found(chart)


@pytest.mark.hazard("H13")
def test_a_stop_of_an_unseen_pause_counts_its_three_seconds_from_the_stop():
    chart = running().later(minutes=2)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.later(seconds=60).do(acts.StopInfusion(session=SESSION))
    (said,) = (f for f in safety.findings(look(chart.later(seconds=4))) if f.condition == "pump-unconfirmed")
    assert said.says == "Stop asked 4 s ago, pump not seen"


@pytest.mark.hazard("H14")
def test_a_bag_that_should_be_empty_is_told_after_its_planned_end():
    chart = running().later(minutes=40)
    assert "pump-ending" not in found(chart)
    chart.later(seconds=1)
    assert found(chart)["pump-ending"] == "low"


def test_three_pauses_in_ten_minutes_say_that_a_prescriber_is_needed():
    chart = running()
    for place in range(3):
        chart.later(minutes=1).do(acts.PauseInfusion(session=SESSION))
        assert ("restarts-locked" in found(chart)) == (place == 2)
        chart.later(seconds=2).do(acts.ConfirmPump(session=SESSION))
        chart.do(vitals(rest=False, **CALM))
        if place < 2:
            chart.do(acts.ResumeInfusion(session=SESSION, rate=q(150, "mL/h")))
    assert "restarts-locked" in found(chart)


# Arising, standing, ending ----------------------------------------------------------------------------


def watched(chart: Chart, readings: Any = None) -> list[str]:
    """One look of the server: what it wrote, as `raised`, `cleared` and the name."""
    fresh = stream(chart.at, spo2=98) if readings is None else readings
    wrote = chart.do(acts.Watch(session=SESSION, stream=fresh, device="monitor"), SYSTEM)
    said = {facts.FindingRaised: "raised", facts.FindingCleared: "cleared"}
    return [f"{said[type(f)]} {f.condition}" for f in wrote if type(f) in said]


def looked(chart: Chart, condition: str) -> Chart:
    episode = chart.session.findings[condition].number
    chart.do(acts.SeeFinding(session=SESSION, condition=condition, episode=episode))
    return chart


def test_a_finding_is_raised_once_and_again_on_a_newer_measurement():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=165, diastolic=90))
    assert watched(chart) == ["raised pressure-high"]
    assert watched(chart.later(seconds=1)) == []
    chart.do(vitals(rest=False, systolic=166, diastolic=90))
    assert watched(chart.later(seconds=1)) == ["raised pressure-high"]


def test_a_medium_finding_ends_with_the_numbers():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=165, diastolic=90))
    watched(chart)
    chart.do(vitals(rest=False, systolic=130, diastolic=80))
    assert watched(chart) == ["cleared pressure-high"]


@pytest.mark.hazard("H25")
def test_a_high_finding_stays_until_a_person_has_seen_it():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=186, diastolic=112))
    assert watched(chart) == ["raised pressure-very-high"]
    chart.later(minutes=1).do(vitals(rest=False, systolic=130, diastolic=80))
    assert watched(chart) == [] and "pressure-very-high" in chart.session.findings
    looked(chart, "pressure-very-high")
    assert watched(chart.later(seconds=1)) == ["cleared pressure-very-high"]


@pytest.mark.hazard("H25")
def test_having_seen_one_episode_does_not_clear_the_next():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=186, diastolic=112))
    watched(chart)
    looked(chart, "pressure-very-high")
    chart.later(minutes=1).do(vitals(rest=False, systolic=188, diastolic=112))
    assert watched(chart) == ["raised pressure-very-high"]
    chart.later(minutes=1).do(vitals(rest=False, systolic=130, diastolic=80))
    assert watched(chart) == []


def test_an_episode_that_has_ended_cannot_be_seen():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=165, diastolic=90))
    watched(chart)
    old = chart.session.findings["pressure-high"].number
    chart.do(vitals(rest=False, systolic=170, diastolic=90))
    watched(chart)
    chart.refused(acts.SeeFinding(session=SESSION, condition="pressure-high", episode=old))
    chart.refused(acts.SeeFinding(session=SESSION, condition="vomiting", episode=old))


def test_seeing_a_finding_that_still_holds_does_not_end_it():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, systolic=186, diastolic=112))
    watched(chart)
    looked(chart, "pressure-very-high")
    assert watched(chart.later(seconds=1)) == [] and "pressure-very-high" in chart.session.findings


@pytest.mark.hazard("H47")
def test_after_a_step_of_the_clock_a_person_looks_once_and_it_is_over():
    chart = running().later(minutes=2)
    chart.do(acts.TellClock(session=SESSION, seconds=Decimal(3600), why="The clock was moved."), SYSTEM)
    assert watched(chart) == ["raised server-away"]
    assert watched(chart.later(seconds=1)) == []
    looked(chart, "server-away")
    assert watched(chart.later(seconds=1)) == ["cleared server-away"]
    assert [watched(chart.later(seconds=1)) for _ in range(3)] == [[], [], []]
    chart.do(acts.TellClock(session=SESSION, seconds=Decimal(-3600), why="Moved back."), SYSTEM)
    assert watched(chart) == ["raised server-away"]


def test_a_streamed_value_that_a_finding_rests_on_is_charted():
    chart = running().later(minutes=2)
    chart.do(acts.Watch(session=SESSION, stream=stream(chart.at, spo2=91), device="clip 7"), SYSTEM)
    taken = chart.session.vitals[-1].fact
    assert isinstance(taken, facts.VitalsTaken)
    assert taken.values["spo2"] == q(91, "%") and taken.source == "clip 7"


def test_a_cuff_that_measures_by_itself_is_charted_once_marked_or_not():
    for systolic in (140, 240):
        chart = running().later(minutes=2)
        readings = stream(chart.at, systolic=systolic, diastolic=90, pulse=80, spo2=97)
        before = len(chart.session.vitals)
        for _ in range(3):
            chart.later(seconds=1).do(acts.Watch(session=SESSION, stream=readings, device="m"), SYSTEM)
        assert len(chart.session.vitals) == before + 1


def test_a_look_at_a_session_that_was_never_booked_writes_nothing():
    assert Chart().do(acts.Watch(session=SESSION), SYSTEM) == ()


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("readings", [{}, {"spo2": 80}, {"spo2": 99, "pulse": 70}], ids=str)
def test_neither_a_look_nor_the_clock_moves_the_drug(readings):
    for act in (acts.PauseInfusion, acts.StopInfusion):
        chart = running().later(minutes=2)
        chart.do(act(session=SESSION))
        for confirmed in (False, True):
            if confirmed:
                chart.do(acts.ConfirmPump(session=SESSION))
            state, flows = chart.session.state, len(chart.session.flows)
            for _ in range(3):
                chart.later(minutes=7)
                chart.do(acts.Watch(session=SESSION, stream=stream(chart.at, **readings)), SYSTEM)
                chart.do(acts.TellClock(session=SESSION, seconds=Decimal(99), why="step"), SYSTEM)
            assert (chart.session.state, len(chart.session.flows)) == (state, flows)
            assert state is not State.RUNNING


def test_a_person_who_charts_one_low_saturation_has_looked():
    chart = running().later(minutes=2)
    chart.do(vitals(rest=False, spo2=88), ADA)
    assert found(chart, {}) == {"saturation-very-low": "high"}
