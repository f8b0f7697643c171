"""Everything that can be written in a chart. A fact is what happened; it is past tense and never changes.

Who wrote it, when it happened, when it was recorded and to which session it belongs are stamped on
the chart's line, not repeated in the fact. A kind once written stays readable for ever: a changed
shape gets a new kind or a default, never an edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dayspring.quantities import Quantity

Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """A person as the chart names them. `verified` is false for a station nobody is signed in to."""

    id: str
    name: str
    role: str
    station: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """The marker of everything a chart line can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A fact as it stands in the chart: its line, its two clocks, its author and its session."""

    fact: Fact
    number: int
    happened_at: datetime
    recorded_at: datetime
    by: By
    session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A line to be struck through, why, and what stands instead; None when it was entered in error."""

    corrects: int
    reason: str
    instead: Fact | None


# Before the course ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralReceived(Fact):
    referrer: str
    reason: str
    goals: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeAnswered(Fact):
    """Answers of the intake by question key. A later one replaces only the keys that it names."""

    answers: Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class PreScreenReceived(Fact):
    """What the person themselves said online, before anybody had met them. It is asked again, never relied on."""

    answers: Answers
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightMeasured(Fact):
    weight: Quantity
    height: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phq9Answered(Fact):
    """Nine items of 0 to 3; an unanswered item is None and is never a zero."""

    items: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningDecided(Fact):
    """A prescriber's decision (`start`, `not_yet`, `no_course`) beside what the rules had said."""

    decision: str
    why: str
    status: str
    findings: tuple[str, ...]
    protocol: str = ""
    second_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningReviewed(Fact):
    """A second prescriber looked at a decision; `decided` is the line number of that ScreeningDecided."""

    decided: int
    agrees: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceAsked(Fact):
    """A question put to somebody outside, such as a cardiologist, and the rules that it is to settle."""

    clearance_id: str
    of: str
    question: str
    rules: tuple[str, ...] = ()
    to: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceAnswered(Fact):
    """The answer from outside: `cleared`, `with_conditions` or `not_cleared`, who gave it and in which words."""

    clearance_id: str
    outcome: str
    by_whom: str
    said_on: date
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdmpChecked(Fact):
    """The prescription-monitoring programme was asked: `as_told`, `differs` or `not_reachable`."""

    state: str
    outcome: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSigned(Fact):
    """Agreement of the patient to one route for one indication, in one version of the text.

    `digest` is the SHA-256 of the text that was read; `drawing` the signature as an SVG path, empty when none.
    """

    consent: str
    version: str
    route: str
    indication: str
    signed_name: str
    setting: str = "clinic"
    digest: str = ""
    drawing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Fact):
    """The patient takes back what they agreed to; every consent of that key ends."""

    consent: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimenPlanned(Fact):
    """A series laid out. On `decide_on` the response is judged; after `reevaluate_on` no drug without Reevaluated."""

    protocol: str
    indication: str
    dates: tuple[date, ...]
    goals: str = ""
    phase: str = ""
    decide_on: tuple[date, ...] = ()
    reevaluate_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reevaluated(Fact):
    """A prescriber judged whether to go on: `continue`, `change` or `stop`; `next_on` is the next such day."""

    outcome: str
    why: str
    next_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSigned(Fact):
    """A prescriber's signed instruction for one dose. `bound` is the SHA-256 of the canonical order."""

    order_id: str
    order: Answers
    bound: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChecked(Fact):
    """A second person entered the numbers again without seeing them, and they agreed."""

    order_id: str
    bound: str
    entered: Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCheckFailed(Fact):
    """The second entry differed from the order; nothing counts as checked."""

    order_id: str
    bound: str
    entered: Answers
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderVoided(Fact):
    order_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionBooked(Fact):
    """A visit at a chair. The session's own id is stamped on the line."""

    planned_for: datetime
    chair: str
    protocol: str


# Before the dose --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn(Fact):
    order_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfirmed(Fact):
    """Two identifiers said by the patient and compared with the record."""

    name_agrees: bool
    birth_date_agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EscortNamed(Fact):
    name: str
    phone: str
    transport: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FastingConfirmed(Fact):
    last_solids_at: datetime
    last_liquids_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayAsked(Fact):
    """The questions of the day; each answer is `no`, `yes` or `unknown`."""

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
class PregnancyTested(Fact):
    result: str
    tested_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugPrepared(Fact):
    """What was drawn from which vial and how it was diluted, with the running balance compared."""

    product: str
    stock: Quantity
    lot: str
    expires: date
    seal_intact: bool
    drawn: Quantity
    total_volume: Quantity
    balance_agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOverridden(Fact):
    """A named person accepted one unmet check before the dose, with a reason."""

    check: str
    reason: str


# Observations -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsTaken(Fact):
    """Measurements by kind, as in codes.toml. `marks` names kinds that are implausible: kept, never trusted.

    `source` is `cuff`, `oximeter`, `manual` or a device's name.
    """

    values: Mapping[str, Quantity]
    source: str
    marks: tuple[str, ...] = ()
    at_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SedationScored(Fact):
    moaas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DissociationScored(Fact):
    """Total of the clinic's own three questions, 0 to 24; the patient's words are kept with it."""

    total: int
    scale: str = "dayspring-three"
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySeen(Fact):
    """What was seen after the drug; None is not looked at, which is never fine."""

    oriented: bool | None = None
    walks_steadily: bool | None = None
    nausea_controlled: bool | None = None
    no_suicidal_intent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNoted(Fact):
    """A one-tap entry or a note, such as nausea, anxious, reassured, repositioned, music, toilet."""

    kind: str
    words: str = ""


# The drug ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStarted(Fact):
    order_id: str
    bound: str
    rate: Quantity
    concentration: Quantity
    drawn: Quantity
    dose: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged(Fact):
    rate: Quantity
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionPaused(Fact):
    """Asked for; what the pump did is unknown until PumpConfirmed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionResumed(Fact):
    rate: Quantity
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStopped(Fact):
    """Asked for; what the pump did is unknown until PumpConfirmed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPressed(Fact):
    """Someone asked to stop when nothing was running. Kept, because it was asked."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpConfirmed(Fact):
    """A person looked: the pump stands still. `volume` is what its display says was given, if read."""

    volume: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionCompleted(Fact):
    """The pump ran to its end and a person saw it; `volume` is what its display says."""

    volume: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugWasted(Fact):
    amount: Quantity
    witness: By


# Findings, refusals -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRaised(Fact):
    """A rule had something to say: what, on which evidence, against which limit, as quoted that day."""

    condition: str
    priority: str
    says: str
    do: str
    evidence: tuple[int, ...] = ()
    limit: str = ""
    cites: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCleared(Fact):
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSeen(Fact):
    """A named person has seen this episode; `episode` is the line number of its FindingRaised."""

    condition: str
    episode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRefused(Fact):
    """An act was asked for and the rules said no. The reasons are kept word for word."""

    act: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStepped(Fact):
    """The server's wall clock moved against its monotonic clock, or the server came back after a gap."""

    seconds: Decimal
    why: str


# Leaving, the note --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EscortMet(Fact):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionsGiven(Fact):
    """After-care said and handed over; no driving before this time."""

    no_driving_until: datetime
    acknowledged_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeOverridden(Fact):
    """Two people accept one unmet criterion: the line's author and the second."""

    check: str
    reason: str
    second: By


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharged(Fact):
    left_with: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSigned(Fact):
    """The note as it stood: the SHA-256 of its canonical content and the last line it was made from."""

    digest: str
    upto: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Fact):
    text: str


KINDS: dict[str, type[Fact]] = {kind.__name__: kind for kind in Fact.__subclasses__()}
