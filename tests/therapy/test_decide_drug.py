"""Acts on the drug: a stop is always taken, nothing else runs without a person, a gate and the order's rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dayspring.knowledge import library
from dayspring.quantities import UnitMismatch
from dayspring.therapy import acts, facts
from dayspring.therapy.decide import AS_IT_HAPPENS, DECIDERS
from dayspring.therapy.roles import RoleRefusal, allowed
from dayspring.therapy.session import State
from tests.people import (
    ADA,
    BOATENG,
    SAM,
    SESSION,
    SYSTEM,
    VALE,
    Chart,
    monitoring,
    ordered,
    prepared,
    pressure,
    q,
    ready,
    running,
)
from tests.therapy.chairside import stream, vitals

FULL, HALF = q(150, "mL/h"), q(75, "mL/h")
STOP = acts.StopInfusion(session=SESSION)
CONFIRM = acts.ConfirmPump(session=SESSION)


def pausing() -> Chart:
    chart = running().later(minutes=5)
    chart.do(acts.PauseInfusion(session=SESSION))
    return chart


def paused() -> Chart:
    chart = pausing().later(seconds=2)
    chart.do(CONFIRM)
    return chart


def stopping() -> Chart:
    chart = running().later(minutes=5)
    chart.do(STOP)
    return chart


def closed() -> Chart:
    chart = ready()
    chart.do(acts.Discharge(session=SESSION, left_with="Jo Test"))
    return chart


def booked() -> Chart:
    chart = ordered()
    chart.do(
        acts.BookSession(session=SESSION, planned_for=chart.at, chair="2", protocol="iv_depression"), VALE
    )
    return chart


AT: dict[str, Callable[[], Chart]] = {
    "an empty chart": Chart,
    "not booked": ordered,
    "planned": booked,
    "preparing": prepared,
    "running": running,
    "pausing": pausing,
    "paused": paused,
    "stopping": stopping,
    "monitoring": monitoring,
    "closed": closed,
}


def resume(rate: object = FULL) -> acts.ResumeInfusion:
    return acts.ResumeInfusion(session=SESSION, rate=rate)  # type: ignore[arg-type]


def fresh(chart: Chart) -> Chart:
    chart.later(seconds=20).do(pressure(126, 80, rest=False))
    return chart


# Stop -------------------------------------------------------------------------------------------------


def test_every_state_is_tried_below():
    assert {make().session.state for make in AT.values()} == set(State)


@pytest.mark.hazard("H29")
@pytest.mark.hazard("H31")
@pytest.mark.parametrize("by", [ADA, SAM, BOATENG, VALE, SYSTEM, facts.By(id="", name="", role="", verified=False)],
                         ids=lambda by: by.role or "nobody")  # fmt: skip
@pytest.mark.parametrize("where", AT)
def test_a_stop_is_taken_from_everybody_in_every_state(where, by):
    chart = AT[where]()
    drug_may_flow = chart.session.state in (State.RUNNING, State.PAUSING, State.PAUSED)
    (fact,) = chart.do(STOP, by)
    assert isinstance(fact, facts.InfusionStopped if drug_may_flow else facts.StopPressed)
    assert chart.session.state not in (State.RUNNING, State.PAUSING, State.PAUSED)
    assert chart.session.out_of_order == ()


@pytest.mark.hazard("H29")
@pytest.mark.parametrize("where", AT)
def test_a_stop_is_taken_whatever_its_words_and_its_time(where):
    for span in (timedelta(days=-900), timedelta(seconds=-1), timedelta(days=900)):
        chart = AT[where]()
        before = chart.session.state
        act = acts.StopInfusion(session=SESSION, reason="\x00" * 9000, happened_at=chart.at + span)
        chart.do(act)
        if before in (State.RUNNING, State.PAUSING, State.PAUSED):
            assert chart.session.state is State.STOPPING
            assert chart.lines[-1].happened_at == chart.at


@pytest.mark.hazard("H29")
def test_a_stop_is_taken_beside_lines_that_cannot_be_read():
    chart = running().later(minutes=1)
    odd = facts.Stamped(fact=object(), number=chart.number + 1, happened_at=chart.at, recorded_at=chart.at,  # type: ignore[arg-type]
                        by=ADA, session=SESSION)  # fmt: skip
    chart.lines.append(odd)
    chart.number += 1
    chart.do(STOP)
    assert chart.session.state is State.STOPPING


@pytest.mark.hazard("H13")
@pytest.mark.hazard("H12")
def test_a_stop_pressed_again_is_kept_and_moves_nothing():
    chart = stopping()
    flows = chart.session.flows
    assert chart.later(seconds=1).do(STOP) == (facts.StopPressed(reason=""),)
    assert chart.session.state is State.STOPPING and chart.session.flows == flows


# Resume -----------------------------------------------------------------------------------------------


@pytest.mark.hazard("H31")
def test_a_person_resumes_a_seen_pause_after_a_fresh_pressure():
    chart = paused()
    assert chart.refused(resume()) == ("Not resumed. No fresh pressure since the pause.",)
    assert isinstance(fresh(chart).do(resume())[0], facts.InfusionResumed)
    assert chart.session.state is State.RUNNING


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("where", [name for name in AT if name != "paused"])
def test_nothing_but_a_seen_pause_can_be_resumed(where):
    chart = AT[where]()
    before = chart.session.state
    fresh(chart).refused(resume())
    chart.refused(resume(), BOATENG)
    assert chart.session.state is before


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("minutes, taken", [(10, True), (11, False)])
def test_a_pressure_older_than_ten_minutes_does_not_resume(minutes, taken):
    chart = fresh(paused()).later(minutes=minutes)
    assert isinstance(chart.ask(resume()), tuple) == taken


@pytest.mark.hazard("H31")
def test_a_pressure_from_before_the_pause_does_not_resume():
    chart = running().later(minutes=5)
    chart.do(pressure(126, 80, rest=False))
    chart.later(seconds=1).do(acts.PauseInfusion(session=SESSION))
    chart.later(seconds=2).do(CONFIRM)
    chart.refused(resume())


@pytest.mark.hazard("H31")
@pytest.mark.parametrize(
    "systolic, diastolic, taken",
    [(169, 104, True), (170, 80, False), (120, 105, False), (236, 90, False), (120, 30, False)],
)
def test_a_pressure_of_170_or_105_or_an_implausible_one_does_not_resume(systolic, diastolic, taken):
    chart = paused().later(seconds=20)
    chart.do(pressure(systolic, diastolic, rest=False))
    assert isinstance(chart.ask(resume()), tuple) == taken


@pytest.mark.hazard("H31")
def test_a_struck_pressure_does_not_resume():
    chart = fresh(paused())
    chart.do(acts.Correct(session=SESSION, number=chart.number, reason="another patient"))
    chart.refused(resume())


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("moaas, taken", [(5, True), (4, True), (3, False), (2, False)])
def test_a_patient_of_sedation_below_four_is_not_resumed(moaas, taken):
    chart = fresh(paused())
    chart.do(acts.ScoreSedation(session=SESSION, moaas=moaas))
    assert isinstance(chart.ask(resume(HALF)), tuple) == taken


def very_high(chart: Chart) -> None:
    chart.do(vitals(rest=False, systolic=184, diastolic=100, pulse=80))


def sleepy(chart: Chart) -> None:
    chart.do(acts.ScoreSedation(session=SESSION, moaas=3))


def merely_high(chart: Chart) -> None:
    chart.do(vitals(rest=False, systolic=165, diastolic=100, pulse=80))


def drowsy(chart: Chart) -> None:
    chart.do(acts.ScoreSedation(session=SESSION, moaas=4))


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize(
    "why, halved", [(very_high, True), (sleepy, True), (merely_high, False), (drowsy, False)]
)
def test_after_the_findings_that_say_so_the_rate_is_at_most_half_watched_or_not(why, halved, watched):
    chart = running().later(minutes=5)
    why(chart)
    if watched:
        chart.do(acts.Watch(session=SESSION, stream=stream(chart.at, spo2=98)), SYSTEM)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.later(seconds=2).do(CONFIRM)
    fresh(chart).do(acts.ScoreSedation(session=SESSION, moaas=5))
    assert isinstance(chart.ask(resume(q("75.1", "mL/h"))), tuple) != halved
    if halved:
        assert isinstance(chart.do(resume(HALF))[0], facts.InfusionResumed)


@pytest.mark.hazard("H31")
def test_what_was_found_while_paused_halves_too():
    chart = paused()
    chart.do(vitals(rest=False, systolic=184, diastolic=100, pulse=80))
    fresh(chart).refused(resume())
    chart.do(resume(HALF))


def cycled(times: int, every: timedelta) -> Chart:
    """Paused so many times, resumed between, the last pause seen and a fresh pressure taken."""
    chart = running()
    begun = chart.at
    for place in range(times):
        chart.at = begun + every * (place + 1)
        chart.do(acts.PauseInfusion(session=SESSION))
        chart.later(seconds=2).do(CONFIRM)
        fresh(chart)
        if place < times - 1:
            chart.do(resume(), BOATENG)
    return chart


@pytest.mark.hazard("H31")
def test_the_third_pause_in_ten_minutes_needs_a_prescriber():
    chart = cycled(2, timedelta(minutes=3))
    assert isinstance(chart.ask(resume()), tuple)
    chart = cycled(3, timedelta(minutes=3))
    assert "only a prescriber" in chart.refused(resume())[0]
    assert "only a prescriber" in chart.refused(resume(), SYSTEM)[0]
    assert isinstance(chart.do(resume(), BOATENG)[0], facts.InfusionResumed)


@pytest.mark.hazard("H31")
def test_waiting_does_not_open_the_lock():
    chart = cycled(3, timedelta(minutes=3))
    for _ in range(6):
        fresh(chart.later(minutes=15))
        assert "only a prescriber" in chart.refused(resume())[0]
    assert isinstance(chart.do(resume(), BOATENG)[0], facts.InfusionResumed)


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("minutes, locked", [(5, True), (6, False)])
def test_three_pauses_further_apart_than_ten_minutes_lock_nothing(minutes, locked):
    chart = cycled(3, timedelta(minutes=minutes))
    assert isinstance(chart.ask(resume()), tuple) != locked


@pytest.mark.hazard("H31")
@pytest.mark.parametrize(
    "role", ["system", "station", "front_desk", "manager", "therapist", "pharmacist", ""]
)
def test_only_a_nurse_or_a_prescriber_makes_drug_flow(role):
    for act in ("StartInfusion", "ResumeInfusion", "ChangeRate"):
        assert isinstance(allowed(act, role, library()), RoleRefusal)


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("rate", [q("150.1", "mL/h"), q(0, "mL/h"), q(-1, "mL/h")], ids=str)
def test_a_resume_is_never_faster_than_the_order_and_never_a_hidden_stop(rate):
    fresh(chart := paused()).refused(resume(rate))
    assert chart.session.state is State.PAUSED


# Every act from a held drug ---------------------------------------------------------------------------


def ordinary(chart: Chart) -> dict[type[acts.Act], acts.Act]:
    """One plausible act of every kind that can be asked of a session."""
    at = chart.at
    return {
        type(act): act
        for act in (
            acts.CheckIn(session=SESSION, order_id="order-1"),
            acts.StartInfusion(session=SESSION, rate=FULL),
            acts.ChangeRate(session=SESSION, rate=FULL),
            acts.PauseInfusion(session=SESSION),
            STOP,
            acts.CompleteInfusion(session=SESSION, volume=q(100, "mL")),
            acts.WasteDrug(session=SESSION, amount=q(1, "mg"), witness=SAM),
            acts.Watch(session=SESSION, stream=stream(at, spo2=99)),
            acts.TellClock(session=SESSION, seconds=Decimal(90), why="away"),
            vitals(rest=False, systolic=120, diastolic=80, pulse=70, spo2=99),
            acts.ScoreSedation(session=SESSION, moaas=5),
            acts.ScoreDissociation(session=SESSION, total=0),
            acts.SeeRecovery(session=SESSION, oriented=True),
            acts.NoteEvent(session=SESSION, kind="music"),
            acts.OverrideGate(session=SESSION, check="G-BP", reason="x"),
            acts.OverrideDischarge(session=SESSION, check="D-TIME", reason="x", second=BOATENG),
            acts.MeetEscort(session=SESSION, name="Jo Test"),
            acts.Discharge(session=SESSION, left_with="Jo Test"),
            acts.SignNote(session=SESSION, digest="", upto=0),
            acts.AddToNote(session=SESSION, text="x"),
            acts.VoidOrder(order_id="order-1", reason="x"),
            acts.Correct(session=SESSION, number=chart.number, reason="x"),
        )
    }


@pytest.mark.hazard("H31")
@pytest.mark.parametrize("where", ["pausing", "paused", "stopping"])
@pytest.mark.parametrize("by", [ADA, BOATENG, SYSTEM], ids=lambda by: by.role)
def test_no_act_but_a_resume_makes_a_held_drug_flow(where, by):
    for act in ordinary(AT[where]()).values():
        chart = AT[where]()
        flows = len(chart.session.flows)
        chart.ask(act, by)
        assert chart.session.state is not State.RUNNING, act
        assert len(chart.session.flows) == flows, act


@pytest.mark.hazard("H31")
@pytest.mark.hazard("H12")
def test_an_old_start_or_resume_that_comes_late_undoes_no_stop():
    for late in (
        acts.StartInfusion(session=SESSION, rate=FULL),
        resume(),
        acts.ChangeRate(session=SESSION, rate=HALF),
    ):
        chart = fresh(stopping())
        chart.refused(late)
        chart.do(CONFIRM)
        fresh(chart).refused(late)
        assert chart.session.state is State.MONITORING and len(chart.session.flows) == 1


def test_every_act_has_a_decider():
    assert set(DECIDERS) == set(acts.KINDS.values())


# Rates, ends, waste -----------------------------------------------------------------------------------


@pytest.mark.hazard("H05")
@pytest.mark.parametrize(
    "rate, taken", [("150", True), ("149.9", True), ("0.1", True), ("150.1", False), ("0", False)]
)
def test_a_rate_goes_down_by_the_nurse_and_never_above_the_order(rate, taken):
    chart = running().later(minutes=5)
    answer = chart.ask(acts.ChangeRate(session=SESSION, rate=q(rate, "mL/h")))
    assert isinstance(answer, tuple) == taken


@pytest.mark.hazard("H05")
@pytest.mark.parametrize("unit", ["mL/min", "mg/h", "mg/kg/h", "ug/kg/min", "mL"])
def test_a_number_in_another_unit_never_becomes_a_rate_or_a_volume(unit):
    for make, act in (
        (running, acts.ChangeRate(session=SESSION, rate=q(2, unit))),
        (lambda: fresh(paused()), resume(q(2, unit))),
        (stopping, replace(CONFIRM, volume=q(2, unit if unit != "mL" else "mg"))),
    ):
        chart = make()
        before = list(chart.lines)
        with pytest.raises(UnitMismatch):
            chart.ask(act)
        assert chart.lines == before


@pytest.mark.parametrize("where", [name for name in AT if name != "running"])
def test_a_rate_is_changed_and_a_bag_is_completed_and_paused_only_while_it_runs(where):
    for act in (acts.ChangeRate(session=SESSION, rate=HALF), acts.PauseInfusion(session=SESSION),
                acts.CompleteInfusion(session=SESSION)):  # fmt: skip
        AT[where]().refused(act)


@pytest.mark.hazard("H12")
@pytest.mark.parametrize("where", [name for name in AT if name != "preparing"])
def test_a_start_is_taken_only_once_and_only_while_preparing(where):
    AT[where]().refused(acts.StartInfusion(session=SESSION, rate=FULL))


@pytest.mark.hazard("H13")
@pytest.mark.parametrize("where", [name for name in AT if name not in ("pausing", "stopping")])
def test_there_is_a_pump_to_confirm_only_after_a_pause_or_a_stop(where):
    AT[where]().refused(CONFIRM)


@pytest.mark.hazard("H14")
@pytest.mark.parametrize("volume, taken", [("12.5", True), ("100", True), ("100.1", False), ("-1", False)])
def test_a_display_cannot_show_more_than_the_bag_or_less_than_nothing(volume, taken):
    answer = stopping().ask(replace(CONFIRM, volume=q(volume, "mL")))
    assert isinstance(answer, tuple) == taken


@pytest.mark.hazard("H14")
def test_a_display_cannot_go_back():
    chart = pausing()
    chart.do(replace(CONFIRM, volume=q(20, "mL")))
    fresh(chart).do(resume())
    chart.later(minutes=1).do(STOP)
    assert "gone back" in chart.refused(replace(CONFIRM, volume=q("19.9", "mL")))[0]
    chart.do(replace(CONFIRM, volume=q(20, "mL")))


@pytest.mark.parametrize("minutes, taken", [(38, True), (37, False)])
def test_a_bag_is_complete_from_95_in_a_hundred_on(minutes, taken):
    chart = running().later(minutes=minutes)
    assert isinstance(chart.ask(acts.CompleteInfusion(session=SESSION)), tuple) == taken


def test_what_the_display_says_decides_whether_a_bag_is_complete():
    chart = running().later(minutes=40)
    assert (
        "Only 90 mL of 100 mL" in chart.refused(acts.CompleteInfusion(session=SESSION, volume=q(90, "mL")))[0]
    )


def half_wasted() -> Chart:
    chart = running().later(minutes=20)
    chart.do(STOP)
    chart.do(CONFIRM)
    return chart


def waste(amount: str, witness: facts.By = SAM, unit: str = "mg") -> acts.WasteDrug:
    return acts.WasteDrug(session=SESSION, amount=q(amount, unit), witness=witness)


@pytest.mark.hazard("H57")
@pytest.mark.hazard("H05")
@pytest.mark.parametrize(
    "act", [waste("20.6"), waste("-5"), waste("0"), waste("0.4", unit="mL"), waste("20", ADA)], ids=str
)
def test_waste_is_in_mg_before_a_second_person_and_never_more_than_is_left(act):
    half_wasted().refused(act)


@pytest.mark.hazard("H57")
def test_waste_adds_up():
    chart = half_wasted()
    chart.do(waste("15"))
    assert "at most 5 mg is left" in chart.refused(waste("5.6"))[0]
    chart.do(waste("5.5"))


@pytest.mark.parametrize("where", ["planned", "preparing", "running", "pausing", "paused", "stopping"])
def test_nothing_is_wasted_before_the_drug_has_ended(where):
    AT[where]().refused(waste("1"))


# Time -------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H16")
@pytest.mark.hazard("H47")
@pytest.mark.parametrize("kind", sorted(AS_IT_HAPPENS, key=lambda k: k.__name__), ids=lambda k: k.__name__)
def test_no_act_on_the_drug_or_a_gate_is_dated_otherwise(kind):
    if kind is acts.StopInfusion:
        return
    chart = prepared()
    act = (
        ordinary(chart).get(kind)
        or {
            acts.ConfirmPump: CONFIRM,
            acts.ResumeInfusion: resume(),
            acts.SignOrder: acts.SignOrder(order_id="x", order={}),
            acts.CheckOrder: acts.CheckOrder(order_id="x", entered={}),
        }[kind]
    )
    for span in (timedelta(seconds=1), timedelta(minutes=-1), timedelta(hours=-5)):
        said = chart.refused(replace(act, happened_at=chart.at + span))
        assert any(word in said[0] for word in ("cannot be dated", "cannot have happened"))


def test_an_observation_may_be_entered_late_and_never_early():
    chart = running().later(minutes=12)
    late = replace(pressure(130, 80, rest=False), happened_at=chart.at - timedelta(minutes=2))
    chart.do(late)
    assert chart.lines[-1].happened_at == chart.at - timedelta(minutes=2)
    early = replace(late, happened_at=chart.at + timedelta(minutes=2))
    assert "It cannot have happened" in chart.refused(early)[0]


@pytest.mark.hazard("H13")
def test_an_unconfirmed_stop_blocks_all_new_drug():
    chart = stopping().later(hours=1)
    for act in (acts.StartInfusion(session=SESSION, rate=FULL), resume(), acts.ChangeRate(session=SESSION, rate=HALF),
                acts.CompleteInfusion(session=SESSION)):  # fmt: skip
        fresh(chart).refused(act)
    assert chart.session.state is State.STOPPING


@pytest.mark.hazard("H31")
def test_no_drug_is_resumed_while_a_finding_says_stop():
    chart = running().later(minutes=12)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.later(seconds=5).do(acts.ConfirmPump(session=SESSION))
    chart.later(minutes=1).do(pressure(128, 80, rest=False, spo2=85))
    chart.do(acts.Watch(session=SESSION), SYSTEM)
    reasons = chart.refused(acts.ResumeInfusion(session=SESSION, rate=q(75, "mL/h")))
    assert any("Saturation 85 %" in reason and "stands" in reason for reason in reasons)


@pytest.mark.hazard("H34")
def test_driving_is_not_allowed_before_a_day_has_passed():
    chart = monitoring()
    early = acts.GiveInstructions(
        session=SESSION, no_driving_until=chart.at + timedelta(hours=23), acknowledged_by="Rosa Test"
    )
    assert "must pass first" in chart.refused(early)[0]


@pytest.mark.hazard("H19")
def test_a_raised_pressure_with_a_symptom_is_an_emergency_from_160_on():
    chart = running().later(minutes=10)
    chart.do(acts.NoteEvent(session=SESSION, kind="headache"))
    chart.later(minutes=1).do(pressure(164, 92, rest=False, spo2=98))
    chart.do(acts.Watch(session=SESSION), SYSTEM)
    assert "pressure-crisis" in chart.session.findings
