"""Acts of leaving, of the note, and of correcting what was written."""

from __future__ import annotations

from collections.abc import Callable

from dayspring.quantities import span
from dayspring.therapy import acts, discharge, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.note import complete, digest, note_from
from dayspring.therapy.plausible import judged
from dayspring.therapy.session import State


def meet_escort(asked: Asked, act: acts.MeetEscort) -> Answer:
    if asked.session.state is not State.MONITORING:
        return refuse(f"The escort is met after the drug has ended; the session is {asked.session.stage}.")
    named = asked.session.last(facts.EscortNamed)
    if not act.name.strip():
        return refuse("Who is at the door? A name is needed.")
    if named and getattr(named.fact, "name", "") != act.name.strip():
        return (
            facts.EscortMet(name=act.name.strip()),
            facts.EventNoted(kind="another escort", words=act.name.strip()),
        )
    return (facts.EscortMet(name=act.name.strip()),)


def give_instructions(asked: Asked, act: acts.GiveInstructions) -> Answer:
    if asked.session.state is not State.MONITORING:
        return refuse(f"After-care is given after the drug has ended; the session is {asked.session.stage}.")
    if not act.acknowledged_by.strip():
        return refuse("Who acknowledged the after-care? A name is needed.")
    least = asked.limit("no_driving_hours")
    if act.no_driving_until < asked.at + span(least.quantity):
        return refuse(
            f"Driving cannot be allowed from {act.no_driving_until:%-d %B, %H:%M}: {least} must pass first."
        )
    return (
        facts.InstructionsGiven(
            no_driving_until=act.no_driving_until, acknowledged_by=act.acknowledged_by.strip()
        ),
    )


def override(asked: Asked, act: acts.OverrideDischarge) -> Answer:
    """Two different people, both named, each verified, and a reason."""
    if asked.session.state is not State.MONITORING:
        return refuse(f"There is no discharge to accept anything for; the session is {asked.session.stage}.")
    rows = {row.id: row for row in discharge.criteria(asked.scene)}
    row = rows.get(act.check)
    if row is None or not row.holds:
        return refuse(f"{act.check} does not hold the discharge.")
    if not discharge.may_override(asked.scene, row):
        return refuse(f"{row.name}: {row.says} This cannot be overridden.")
    if act.second.id == asked.by.id or not act.second.verified or not asked.by.verified:
        return refuse("An override of the discharge needs a second person who signs with their own password.")
    if "prescriber" not in (asked.by.role, act.second.role):
        return refuse("One of the two must be a prescriber.")
    if not act.reason.strip():
        return refuse("An override needs a reason.")
    return (facts.DischargeOverridden(check=act.check, reason=act.reason.strip(), second=act.second),)


def leave(asked: Asked, act: acts.Discharge) -> Answer:
    if asked.session.state is not State.MONITORING:
        return refuse(f"Not discharged. The session is {asked.session.stage}.")
    held = [row for row in discharge.criteria(asked.scene) if row.holds]
    if held:
        return refuse_all(f"Not discharged. {row.name}: {row.says}" for row in held)
    if not act.left_with.strip():
        return refuse("Not discharged. Who is the patient leaving with?")
    return (facts.Discharged(left_with=act.left_with.strip()),)


def sign_note(asked: Asked, act: acts.SignNote) -> Answer:
    """The note is what the facts say; it is signed as it was read."""
    note = note_from(asked.course, asked.session, asked.knowledge)
    if lacking := complete(note):
        return refuse_all(f"Not signed. {reason}" for reason in lacking)
    if act.digest != digest(note):
        return refuse("Not signed. The note changed since it was read; read it again.")
    return (facts.NoteSigned(digest=act.digest, upto=note.upto),)


def add_to_note(asked: Asked, act: acts.AddToNote) -> Answer:
    if not act.text.strip():
        return refuse("An empty addendum says nothing.")
    if asked.session.last(facts.NoteSigned) is None:
        return refuse("The note is not signed yet; there is nothing to add to.")
    return (facts.NoteAdded(text=act.text.strip()),)


# What may be struck and restated. What was done to the drug is corrected by an addendum, not by another past.
CORRECTABLE = (
    facts.VitalsTaken,
    facts.SedationScored,
    facts.DissociationScored,
    facts.RecoverySeen,
    facts.EventNoted,
    facts.WeightMeasured,
    facts.EscortNamed,
    facts.FastingConfirmed,
    facts.TodayAsked,
    facts.IntakeAnswered,
    facts.Phq9Answered,
    facts.ReferralReceived,
)


def correct(asked: Asked, act: acts.Correct) -> Answer:
    line = next((line for line in asked.lines if line.number == act.number), None)
    if line is None:
        return refuse(f"Line {act.number} does not stand: it is unknown or was corrected already.")
    if not isinstance(line.fact, CORRECTABLE):
        return refuse(f"A {type(line.fact).__name__} is never struck; add a note that says what was wrong.")
    if not act.reason.strip():
        return refuse("A correction needs a reason.")
    if act.instead is not None:
        if type(act.instead) is not type(line.fact):
            return refuse(f"{type(act.instead).__name__} cannot stand for {type(line.fact).__name__}.")
        if isinstance(act.instead, facts.VitalsTaken):
            refused, marks = judged(act.instead.values, asked.knowledge)
            if refused or set(marks) != set(act.instead.marks):
                return refuse_all(refused or (f"The marks of the new line must be {sorted(marks)}.",))
    return (facts.Correction(corrects=act.number, reason=act.reason.strip(), instead=act.instead),)


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.MeetEscort: meet_escort,
    acts.GiveInstructions: give_instructions,
    acts.OverrideDischarge: override,
    acts.Discharge: leave,
    acts.SignNote: sign_note,
    acts.AddToNote: add_to_note,
    acts.Correct: correct,
}
