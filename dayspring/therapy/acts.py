"""Everything a person can ask the record to take. An act is imperative; what comes of it is facts.

Most acts say the fact they ask for and nothing else: `Write(fact)` would hide who may do what, so each
keeps its own name, which is the name in the table of roles.

`when_stale` says what happens when the chart moved on since the person looked: `refuse` shows what
changed first (acts that give drug or sign), `accept` takes it and shows what changed (what was seen or
done is true whatever else happened; a stop is always taken).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from dayspring.quantities import Quantity
from dayspring.therapy import facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody wants. `session` is empty for acts on the course; `happened_at` is set for a late entry."""

    when_stale: ClassVar[str] = "accept"
    session: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReferral(Act):
    referrer: str
    reason: str
    goals: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerIntake(Act):
    answers: facts.Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePreScreen(Act):
    answers: facts.Answers
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureWeight(Act):
    """`again` says that a weight far from the last one was measured a second time and was the same."""

    weight: Quantity
    height: Quantity | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPhq9(Act):
    items: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideScreening(Act):
    when_stale: ClassVar[str] = "refuse"
    decision: str
    why: str
    protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewScreening(Act):
    """A second prescriber agrees with the decision of that line, or does not."""

    when_stale: ClassVar[str] = "refuse"
    decided: int
    agrees: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskClearance(Act):
    clearance_id: str
    of: str
    question: str
    rules: tuple[str, ...] = ()
    to: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerClearance(Act):
    clearance_id: str
    outcome: str
    by_whom: str
    said_on: date
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPdmp(Act):
    state: str
    outcome: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignConsent(Act):
    """`digest` is that of the text shown; `drawing` the drawn signature as an SVG path."""

    when_stale: ClassVar[str] = "refuse"
    consent: str
    version: str
    signed_name: str
    route: str = ""
    indication: str = ""
    digest: str = ""
    drawing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent(Act):
    consent: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRegimen(Act):
    when_stale: ClassVar[str] = "refuse"
    protocol: str
    indication: str
    dates: tuple[date, ...]
    goals: str = ""
    phase: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reevaluate(Act):
    when_stale: ClassVar[str] = "refuse"
    outcome: str
    why: str
    next_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOrder(Act):
    """`order` is the canonical order of dosing.order_dict; `why` answers the soft limits it crosses."""

    when_stale: ClassVar[str] = "refuse"
    order_id: str
    order: facts.Answers
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOrder(Act):
    when_stale: ClassVar[str] = "refuse"
    order_id: str
    entered: facts.Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidOrder(Act):
    order_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSession(Act):
    planned_for: datetime
    chair: str
    protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Act):
    order_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmIdentity(Act):
    name_agrees: bool
    birth_date_agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEscort(Act):
    name: str
    phone: str
    transport: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmFasting(Act):
    last_solids_at: datetime
    last_liquids_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToday(Act):
    alcohol_or_drugs: str
    benzodiazepine: str
    opioid: str
    stimulant: str
    bladder_pain_or_urgency: str
    blood_in_urine: str
    suicidal_intent: str
    mania_concern: str
    pregnancy_possible: str
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPregnancyTest(Act):
    result: str
    tested_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareDrug(Act):
    product: str
    stock: Quantity
    lot: str
    expires: date
    seal_intact: bool
    drawn: Quantity
    total_volume: Quantity
    balance_agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideGate(Act):
    when_stale: ClassVar[str] = "refuse"
    check: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeVitals(Act):
    values: Mapping[str, Quantity]
    source: str = "manual"
    at_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSedation(Act):
    moaas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDissociation(Act):
    total: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeRecovery(Act):
    oriented: bool | None = None
    walks_steadily: bool | None = None
    nausea_controlled: bool | None = None
    no_suicidal_intent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEvent(Act):
    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInfusion(Act):
    """The rate is typed again from the pump's display; it must agree with the order."""

    when_stale: ClassVar[str] = "refuse"
    rate: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRate(Act):
    when_stale: ClassVar[str] = "refuse"
    rate: Quantity
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseInfusion(Act):
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeInfusion(Act):
    when_stale: ClassVar[str] = "refuse"
    rate: Quantity
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopInfusion(Act):
    """Happens when it is asked for. Another time is dropped: a stop dated elsewhere would stop nothing."""

    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "happened_at", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPump(Act):
    volume: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteInfusion(Act):
    volume: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WasteDrug(Act):
    amount: Quantity
    witness: facts.By


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch(Act):
    """The server looks at the room: findings that arise or end at `at` become facts. Asked by no person.

    `stream` holds the recent device readings of each kind, oldest first, each with the time it was received.
    """

    stream: Mapping[str, tuple[tuple[Quantity, datetime], ...]] = field(default_factory=dict)
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellClock(Act):
    """The server's wall clock was moved, or the server was away. Asked by no person."""

    seconds: Decimal
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeFinding(Act):
    condition: str
    episode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetEscort(Act):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveInstructions(Act):
    no_driving_until: datetime
    acknowledged_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideDischarge(Act):
    when_stale: ClassVar[str] = "refuse"
    check: str
    reason: str
    second: facts.By


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge(Act):
    when_stale: ClassVar[str] = "refuse"
    left_with: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignNote(Act):
    when_stale: ClassVar[str] = "refuse"
    digest: str
    upto: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToNote(Act):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Act):
    """Strike line `number` and, if `instead` is given, restate it. Only observations and notes can be restated."""

    when_stale: ClassVar[str] = "refuse"
    number: int
    reason: str
    instead: facts.Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A clinical no: why, in words a person can act on. Written in the chart like anything else."""

    reasons: tuple[str, ...]


KINDS: dict[str, type[Act]] = {kind.__name__: kind for kind in Act.__subclasses__()}
