"""The note is made from facts alone: complete or saying what it lacks, and the same for the same facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dayspring.knowledge import library
from dayspring.therapy import acts, facts
from dayspring.therapy.note import Note, complete, digest, note_from
from tests.people import ADA, BOATENG, NINE, SAM, SESSION, Chart, pressure, q, ready, running
from tests.therapy.chairside import without


def noted(chart: Chart) -> Note:
    return note_from(chart.course, chart.session, library())


def whole() -> Chart:
    """A whole visit, planned, given, left."""
    chart = ready()
    days = tuple(NINE.date() + timedelta(days=day) for day in (0, 2))
    chart.do(acts.PlanRegimen(protocol="iv_depression", indication="depression", dates=days), BOATENG)
    chart.do(acts.Discharge(session=SESSION, left_with="Jo Test"))
    return chart


def value(note: Note, name: str) -> str:
    return next(row.value for _, rows in note.sections for row in rows if row.name == name)


def sign(chart: Chart) -> acts.SignNote:
    note = noted(chart)
    return acts.SignNote(session=SESSION, digest=digest(note), upto=note.upto)


def test_a_whole_visit_makes_a_complete_note():
    assert complete(noted(whole())) == ()


def test_the_note_says_what_was_ordered_drawn_given_by_whom_and_how_it_ended():
    note = noted(whole())
    assert value(note, "Prescriber") == BOATENG.name and value(note, "Second check") == SAM.name
    assert "40 mg" in value(note, "Ordered") and "lot T-100" in value(note, "Product")
    assert value(note, "Given") == "40 mg" and value(note, "Wasted") == "none"
    assert value(note, "Given by") == ADA.name and "with Jo Test" in value(note, "Left")


@pytest.mark.parametrize(
    "kind, lacks",
    [
        (facts.RegimenPlanned, "Indication"),
        (facts.ConsentSigned, "Consent"),
        (facts.IdentityConfirmed, "Identity"),
        (facts.EscortNamed, "Escort"),
        (facts.FastingConfirmed, "Last meal and drink"),
        (facts.TodayAsked, "Suicidal intent before"),
        (facts.WeightMeasured, "Weight"),
        (facts.OrderSigned, "Ordered"),
        (facts.OrderChecked, "Second check"),
        (facts.DrugPrepared, "Product"),
        (facts.InfusionStarted, "Started"),
        (facts.InfusionCompleted, "Ended"),
        (facts.RecoverySeen, "Orientation"),
        (facts.InstructionsGiven, "After-care"),
        (facts.Discharged, "Left"),
    ],
    ids=lambda kind: getattr(kind, "__name__", kind),
)
def test_what_is_absent_is_said_and_holds_the_signature(kind, lacks):
    chart = without(whole(), kind)
    assert any(reason.startswith(lacks) for reason in complete(noted(chart)))
    assert any("Not signed" in reason for reason in chart.refused(sign(chart)))


def test_an_amount_that_nobody_read_is_a_range_and_waste_is_asked_for():
    chart = running().later(minutes=20)
    chart.do(acts.StopInfusion(session=SESSION))
    assert "nobody has seen the pump" in " ".join(complete(noted(chart)))
    chart.later(minutes=2).do(acts.ConfirmPump(session=SESSION))
    note = noted(chart)
    assert value(note, "Given") == "20 to 22 mg"
    assert "Wasted: up to 20 mg is not accounted for." in complete(note)
    chart.do(acts.WasteDrug(session=SESSION, amount=q(19, "mg"), witness=SAM))
    assert value(noted(chart), "Wasted") == f"19 mg, seen by {SAM.name}"


def test_the_digest_is_stable_and_changes_with_every_observation_and_act():
    chart = whole()
    assert digest(noted(chart)) == digest(noted(chart))
    seen = {digest(noted(chart))}
    chart.later(minutes=1)
    for act in (pressure(128, 80, rest=False), acts.NoteEvent(session=SESSION, kind="nausea"),
                acts.ScoreSedation(session=SESSION, moaas=5), acts.StopInfusion(session=SESSION)):  # fmt: skip
        chart.do(act)
        seen.add(digest(noted(chart)))
    assert len(seen) == 5


def test_a_correction_changes_the_digest():
    chart = whole()
    before = digest(noted(chart))
    line = chart.session.vitals[-1]
    same = facts.VitalsTaken(values=line.fact.values, source="cuff")
    chart.do(acts.Correct(session=SESSION, number=line.number, reason="by the cuff", instead=same))
    assert digest(noted(chart)) != before


def test_refusals_signatures_and_addenda_do_not_change_the_digest():
    chart = whole()
    before = digest(noted(chart))
    chart.do(sign(chart), BOATENG)
    chart.do(acts.AddToNote(session=SESSION, text="Called the next day: well."))
    assert digest(noted(chart)) == before


def test_a_note_that_changed_since_it_was_read_is_not_signed():
    chart = whole()
    read = sign(chart)
    chart.later(minutes=1).do(acts.NoteEvent(session=SESSION, kind="nausea"))
    assert chart.refused(read) == ("Not signed. The note changed since it was read; read it again.",)
    chart.do(sign(chart))


def test_the_signature_names_the_last_line_of_the_note_and_not_what_the_form_said():
    chart = whole()
    (signed,) = chart.do(replace(sign(chart), upto=9999))
    assert isinstance(signed, facts.NoteSigned) and signed.upto == noted(chart).upto < 9999


def test_the_note_tells_every_stop_finding_override_and_step_of_the_clock():
    chart = running().later(minutes=5)
    chart.do(acts.PauseInfusion(session=SESSION, reason="nausea"))
    chart.do(acts.ConfirmPump(session=SESSION))
    chart.do(acts.StopInfusion(session=SESSION))
    chart.do(acts.StopInfusion(session=SESSION))
    told = [type(line.fact).__name__ for line in noted(chart).happenings]
    assert told == ["InfusionPaused", "PumpConfirmed", "InfusionStopped", "StopPressed"]
