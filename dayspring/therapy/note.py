"""The administration note, made from facts alone: complete by the rulebook's section 5.7, or saying what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dayspring.knowledge import Library
from dayspring.quantities import TENTH, Quantity, plain
from dayspring.therapy import facts
from dayspring.therapy.course import Course
from dayspring.therapy.discharge import SEEN
from dayspring.therapy.facts import Stamped
from dayspring.therapy.given import Given, given
from dayspring.therapy.session import Session, State

MISSING = "not recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the note. `lacks` says what is missing where the note cannot be closed without it."""

    name: str
    value: str
    lacks: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Sections of rows, the table of observations and the list of what happened, in the order of a session."""

    sections: tuple[tuple[str, tuple[Row, ...]], ...]
    observations: tuple[Stamped, ...]
    happenings: tuple[Stamped, ...]
    upto: int


def note_from(course: Course, session: Session, knowledge: Library) -> Note:
    """The note of a session as its facts tell it at their last line."""
    observed = sorted(
        (*session.vitals, *session.sedation, *session.dissociation), key=lambda x: (x.happened_at, x.number)
    )
    return Note(
        sections=(
            ("Before", _before(course, session)),
            ("Drug", _drug(course, session)),
            ("After", _after(session)),
        ),
        observations=tuple(observed),
        happenings=tuple(x for x in session.lines if isinstance(x.fact, TOLD)),
        upto=max(
            (x.number for x in session.lines if not isinstance(x.fact, facts.NoteSigned | facts.NoteAdded)),
            default=0,
        ),
    )


TOLD = (
    facts.EventNoted,
    facts.FindingRaised,
    facts.RateChanged,
    facts.InfusionPaused,
    facts.InfusionResumed,
    facts.InfusionStopped,
    facts.PumpConfirmed,
    facts.InfusionCompleted,
    facts.GateOverridden,
    facts.DischargeOverridden,
    facts.StopPressed,
    facts.ClockStepped,
)


def complete(note: Note) -> tuple[str, ...]:
    """What the note still lacks; empty when it can be closed."""
    return tuple(row.lacks for _, rows in note.sections for row in rows if row.lacks)


def digest(note: Note) -> str:
    """SHA-256 of the note's content in canonical form: what a signature binds."""
    content = {
        "sections": [[title, [[row.name, row.value] for row in rows]] for title, rows in note.sections],
        "observations": [line.number for line in note.observations],
        "happenings": [line.number for line in note.happenings],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _row(name: str, line: Stamped | None, value: str, lacks: str = "") -> Row:
    """A row that rests on one line; when that line is absent the note is not complete."""
    if line is None:
        return Row(name=name, value=MISSING, lacks=lacks or f"{name}: {MISSING}.")
    return Row(name=name, value=value, lines=(line.number,))


def _said(line: Stamped | None, name: str) -> str:
    return str(getattr(line.fact, name)) if line else ""


def _clock(when: datetime) -> str:
    return when.isoformat(timespec="seconds")


def _before(course: Course, session: Session) -> tuple[Row, ...]:
    consent = course.consents[-1] if course.consents else None
    escort = session.last(facts.EscortNamed)
    fasting = session.last(facts.FastingConfirmed)
    asked = session.last(facts.TodayAsked)
    identity = session.last(facts.IdentityConfirmed)
    took = [
        f.replace("_", " ")
        for f in ("benzodiazepine", "opioid", "stimulant")
        if asked and getattr(asked.fact, f) == "yes"
    ]
    weight = course.weight
    return (
        Row(
            name="Indication",
            value=_said(course.plan, "indication") or MISSING,
            lacks="" if course.plan else "Indication: no plan is recorded.",
        ),
        _row(
            "Consent",
            consent,
            f"{_said(consent, 'consent')}, version {_said(consent, 'version')}, {_said(consent, 'signed_name')}",
        ),
        _row("Identity", identity, "name and birth date confirmed"),
        _row(
            "Escort",
            escort,
            f"{_said(escort, 'name')}, {_said(escort, 'phone')}, {_said(escort, 'transport')}",
        ),
        _row("Last meal and drink", fasting, _fasting(fasting)),
        _row("Sedatives, opioids, stimulants today", asked, ", ".join(took) or "none"),
        _row("Suicidal intent before", asked, _said(asked, "suicidal_intent")),
        _row("Weight", weight, _said(weight, "weight")),
    )


def _fasting(line: Stamped | None) -> str:
    if line is None or not isinstance(line.fact, facts.FastingConfirmed):
        return MISSING
    return f"solids {_clock(line.fact.last_solids_at)}, liquids {_clock(line.fact.last_liquids_at)}"


def _ordered(course: Course, session: Session) -> Stamped | None:
    checked_in = session.last(facts.CheckedIn)
    standing = course.orders.get(_said(checked_in, "order_id"))
    return standing.signed if standing else None


def _drug(course: Course, session: Session) -> tuple[Row, ...]:
    signed = _ordered(course, session)
    order: Mapping[str, object] = (
        signed.fact.order if signed and isinstance(signed.fact, facts.OrderSigned) else {}
    )
    standing = course.orders.get(_said(session.last(facts.CheckedIn), "order_id"))
    checked = standing.checked if standing else None
    drawn = session.last(facts.DrugPrepared)
    begun = session.started
    ended = session.last_drug_at
    had = given(session, ended) if ended else None
    return (
        _row(
            "Ordered",
            signed,
            f"{order.get('dose')}, {order.get('mg_per_kg')}, {order.get('basis')} weight {order.get('dosing_weight')}",
        ),
        _row("Prescriber", signed, signed.by.name if signed else ""),
        _row("Second check", checked, checked.by.name if checked else ""),
        _row(
            "Product",
            drawn,
            f"{_said(drawn, 'product')}, {_said(drawn, 'stock')}, lot {_said(drawn, 'lot')}, "
            f"expires {_said(drawn, 'expires')}",
        ),
        _row("Drawn", drawn, f"{_said(drawn, 'drawn')} to {_said(drawn, 'total_volume')}"),
        _row("Route", signed, f"{order.get('route')}, over {order.get('minutes')}"),
        _row("Rate at the start", begun, _said(begun, "rate")),
        _row("Given by", begun, begun.by.name if begun else ""),
        _row("Started", begun, _clock(begun.happened_at) if begun else ""),
        Row(
            name="Ended",
            value=_clock(ended) if ended else MISSING,
            lacks="" if ended else "Ended: nobody has seen the pump stand still.",
        ),
        Row(
            name="Given",
            value=amount(had) if had else MISSING,
            lacks="" if had else "Given: the drug has not ended.",
        ),
        _wasted(session, had, begun),
    )


def amount(had: Given) -> str:
    """One amount when it is known to a tenth of a milligram, else the range."""
    low, high = (Quantity(q.value.quantize(TENTH), q.unit) for q in (had.low, had.high))
    return str(low) if low == high else f"{plain(low.value)} to {high}"


def _wasted(session: Session, had: Given | None, begun: Stamped | None) -> Row:
    """Drawn is given plus wasted; the witness is named. Nothing to waste when all was given."""
    if had is None or begun is None or not isinstance(begun.fact, facts.InfusionStarted):
        return Row(name="Wasted", value=MISSING, lacks="Wasted: the drug has not ended.")
    poured = [line.fact for line in session.wasted if isinstance(line.fact, facts.DrugWasted)]
    left = begun.fact.drawn.value - had.low.value
    if not poured and left < 1:
        return Row(name="Wasted", value="none")
    if not poured:
        return Row(
            name="Wasted",
            value=MISSING,
            lacks=f"Wasted: up to {plain(left.quantize(TENTH))} mg is not accounted for.",
        )
    return Row(
        name="Wasted",
        value="; ".join(f"{fact.amount}, seen by {fact.witness.name}" for fact in poured),
        lines=tuple(line.number for line in session.wasted),
    )


def _after(session: Session) -> tuple[Row, ...]:
    rows = []
    for name, attribute, good, bad in SEEN.values():
        looked = [r for r in session.recovery if getattr(r.fact, attribute) is not None]
        line = looked[-1] if looked else None
        rows.append(_row(name, line, good if line and getattr(line.fact, attribute) else bad))
    care = session.last(facts.InstructionsGiven)
    left = session.last(facts.Discharged)
    rows.append(
        _row(
            "After-care",
            care,
            f"no driving before {_said(care, 'no_driving_until')}, acknowledged by {_said(care, 'acknowledged_by')}",
        )
    )
    if session.state is State.CLOSED and left:
        rows.append(_row("Left", left, f"with {_said(left, 'left_with')} at {_clock(left.happened_at)}"))
    else:
        rows.append(Row(name="Left", value=MISSING, lacks="Left: the patient has not been discharged."))
    return tuple(rows)
