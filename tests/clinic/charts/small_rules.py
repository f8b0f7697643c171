"""Rules just large enough to write with. The real ones have their own tests, and change for clinical reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace

from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act, Refusal
from dayspring.therapy.facts import By, Correction, Fact, Stamped

ADA = By(id="ada", name="Ada", role="nurse", station="chair 1")
BOATENG = By(id="boateng", name="Dr Boateng", role="prescriber")
SERVER = By(id="system", name="Dayspring", role="system")
RATE = Quantity(Decimal("51"), "mL/h")


# Who may do what here: everything to everyone, but for one act.
KNOWLEDGE = SimpleNamespace(
    roles={
        "roles": {"nurse": "Nurse", "prescriber": "Prescriber", "system": "Dayspring"},
        "acts": {
            kind: {"says": kind, "roles": ["nurse", "prescriber", "system"]}
            for kind in acts.KINDS
            if kind != "StopInfusion"
        }
        | {"PauseInfusion": {"says": "Pause the infusion", "roles": ["prescriber"]}},
    }
)


def decide(
    lines: Sequence[Stamped], act: Act, knowledge: object, *, by: By, at: datetime
) -> tuple[Fact | Correction, ...] | Refusal:
    """One infusion at a time in each session; a stop is always taken; the rest is written as it is said."""
    running = _running(lines, act.session)
    match act:
        case acts.StartInfusion(rate=rate):
            return Refusal(reasons=("An infusion is running.",)) if running else (_started(rate),)
        case acts.ChangeRate(rate=rate):
            changed = facts.RateChanged(rate=rate)
            return (changed,) if running else Refusal(reasons=("Nothing is running.",))
        case acts.StopInfusion(reason=reason):
            stop = facts.InfusionStopped if running else facts.StopPressed
            return (stop(reason=reason),)
        case acts.TakeVitals(values=values):
            taken = facts.VitalsTaken(values=values, source="manual")
            raised = facts.FindingRaised(condition="c", priority="amber", says="Look.", do="Look again.")
            return (taken, raised)
        case acts.NoteEvent(kind=kind, words=words):
            return (facts.EventNoted(kind=kind, words=words),)
        case acts.Correct(number=number, reason=reason, instead=instead):
            return (Correction(corrects=number, reason=reason, instead=instead),)
        case acts.Watch():
            return ()
    raise AssertionError(f"the small rules do not know {type(act).__name__}")


def _running(lines: Sequence[Stamped], session: str) -> bool:
    moves = [x.fact for x in lines if x.session == session]
    last = [f for f in moves if isinstance(f, facts.InfusionStarted | facts.InfusionStopped)][-1:]
    return bool(last) and isinstance(last[0], facts.InfusionStarted)


def _started(rate: Quantity) -> facts.InfusionStarted:
    amount = Quantity(Decimal("34"), "mg")
    concentration = Quantity(Decimal("1"), "mg/mL")
    return facts.InfusionStarted(
        order_id="o", bound="b", rate=rate, concentration=concentration, drawn=amount, dose=amount
    )
