"""Leaving, and correcting: what was observed can be struck with a reason, what was done to the drug cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dayspring.therapy import acts, facts
from dayspring.therapy.decide_leave import CORRECTABLE
from dayspring.therapy.session import MOVING
from tests.people import ADA, BOATENG, SESSION, Chart, monitoring, prepared, pressure, q, ready, running
from tests.therapy.chairside import door_rows, gate_rows, holding


def struck(chart: Chart, kind: type[facts.Fact], reason: str = "entered in error") -> acts.Correct:
    line = next(x for x in reversed(chart.lines) if isinstance(x.fact, kind))
    return acts.Correct(session=SESSION, number=line.number, reason=reason)


# Corrections ------------------------------------------------------------------------------------------


@pytest.mark.hazard("H08")
def test_nothing_that_moved_a_session_or_bound_a_dose_can_be_struck():
    binding = {facts.OrderSigned, facts.OrderChecked, facts.OrderCheckFailed, facts.OrderVoided, facts.ConsentSigned,
               facts.ScreeningDecided, facts.DrugPrepared, facts.DrugWasted, facts.GateOverridden,
               facts.DischargeOverridden, facts.SessionBooked, facts.IdentityConfirmed, facts.PregnancyTested,
               facts.FindingRaised, facts.FindingSeen, facts.FindingCleared, facts.ActRefused, facts.ClockStepped,
               facts.StopPressed, facts.NoteSigned, facts.NoteAdded}  # fmt: skip
    assert not (MOVING | binding) & set(CORRECTABLE)


@pytest.mark.hazard("H08")
def test_every_line_of_a_whole_session_about_the_drug_refuses_to_be_struck():
    chart = ready()
    refused = {type(line.fact).__name__ for line in chart.lines if not isinstance(line.fact, CORRECTABLE)}
    for line in list(chart.lines):
        if not isinstance(line.fact, CORRECTABLE):
            said = chart.refused(acts.Correct(session=SESSION, number=line.number, reason="x"), BOATENG)
            assert "never struck" in said[0]
    assert {"InfusionStarted", "InfusionCompleted", "OrderSigned", "OrderChecked", "DrugPrepared"} <= refused


@pytest.mark.hazard("H32")
def test_a_struck_escort_named_before_does_not_open_the_door_and_a_struck_score_closes_it():
    chart = ready()
    for kind, check in ((facts.SedationScored, "D-SED"), (facts.DissociationScored, "D-DISS"),
                        (facts.RecoverySeen, "D-GAIT")):  # fmt: skip
        chart = ready()
        chart.do(struck(chart, kind))
        assert check in holding(door_rows(chart))
        chart.refused(acts.Discharge(session=SESSION, left_with="Jo"))


def test_a_line_is_struck_once_with_a_reason_and_only_for_its_own_kind():
    chart = running().later(minutes=2)
    chart.do(pressure(150, 90, rest=False))
    act = struck(chart, facts.VitalsTaken)
    chart.refused(struck(chart, facts.VitalsTaken, reason="  "))
    chart.refused(acts.Correct(session=SESSION, number=99999, reason="x"))
    other = acts.Correct(
        session=SESSION, number=act.number, reason="x", instead=facts.SedationScored(moaas=5)
    )
    assert chart.refused(other) == ("SedationScored cannot stand for VitalsTaken.",)
    chart.do(act)
    assert "does not stand" in chart.refused(act)[0]


@pytest.mark.hazard("H11")
@pytest.mark.parametrize(
    "systolic, marks, taken",
    [
        (150, (), True),
        (301, (), False),
        (240, (), False),
        (240, ("systolic",), True),
        (150, ("systolic",), False),
    ],
)
def test_a_restated_pressure_meets_the_bounds_and_carries_its_mark(systolic, marks, taken):
    chart = running().later(minutes=2)
    chart.do(pressure(170, 90, rest=False))
    instead = facts.VitalsTaken(values={"systolic": q(systolic, "mm[Hg]"), "diastolic": q(90, "mm[Hg]")},
                                source="manual", marks=marks)  # fmt: skip
    act = acts.Correct(session=SESSION, number=chart.number, reason="misread", instead=instead)
    assert isinstance(chart.ask(act), tuple) == taken


@pytest.mark.hazard("H11")
def test_a_struck_answer_of_today_holds_the_gate_again():
    chart = prepared()
    chart.do(struck(chart, facts.TodayAsked))
    assert {"G-SUBST", "G-SI", "G-MANIA", "G-URO", "G-BZD", "G-PREG"} == holding(gate_rows(chart))


# Leaving ----------------------------------------------------------------------------------------------


@pytest.mark.hazard("H34")
def test_another_escort_than_the_one_that_was_named_is_kept_as_an_event():
    chart = monitoring().later(minutes=90)
    met, event = chart.do(acts.MeetEscort(session=SESSION, name=" Kim Other "))
    assert met == facts.EscortMet(name="Kim Other")
    assert event == facts.EventNoted(kind="another escort", words="Kim Other")
    assert chart.do(acts.MeetEscort(session=SESSION, name="Jo Test")) == (facts.EscortMet(name="Jo Test"),)
    chart.refused(acts.MeetEscort(session=SESSION, name="  "))


@pytest.mark.hazard("H34")
@pytest.mark.parametrize("by, hours", [("", 24), ("  ", 24), ("Rosa", 0), ("Rosa", -1)])
def test_after_care_is_acknowledged_by_name_and_driving_lies_ahead(by, hours):
    chart = monitoring().later(minutes=90)
    until = chart.at + timedelta(hours=hours)
    chart.refused(acts.GiveInstructions(session=SESSION, no_driving_until=until, acknowledged_by=by))


def test_after_care_before_the_drug_has_ended_counts_for_nothing():
    chart = running().later(minutes=5)
    until = chart.at + timedelta(hours=24)
    chart.refused(acts.GiveInstructions(session=SESSION, no_driving_until=until, acknowledged_by="Rosa"))


# The note ---------------------------------------------------------------------------------------------


def test_an_addendum_follows_a_signature_and_says_something():
    chart = ready()
    assert "not signed yet" in chart.refused(acts.AddToNote(session=SESSION, text="x"))[0]
    chart.refused(acts.AddToNote(session=SESSION, text=" "))
    assert chart.refused(acts.AddToNote(session=SESSION, text="x"), ADA)
