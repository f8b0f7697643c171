"""How much drug has been given: the integral of the recorded rates, and an interval where nobody has seen the pump."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dayspring.quantities import TENTH, Quantity, lasted, span
from dayspring.therapy import facts
from dayspring.therapy.session import Flow, Session, State

NONE_YET = Quantity(Decimal(0), "mL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Between `low` and `high`; equal when the amount is known. Volumes in mL, drug in mg."""

    volume_low: Quantity
    volume_high: Quantity
    low: Quantity
    high: Quantity

    @property
    def known(self) -> bool:
        return self.volume_low == self.volume_high


def given(session: Session, at: datetime) -> Given:
    """What had been given by `at`.

    While pumping, both ends follow the recorded rate. From a pause or stop until a person has seen the
    pump, the low end stands at the moment of asking and the high end goes on at the last rate. What a
    person read from the pump's display replaces what was computed. Never more than was drawn.
    """
    begun = session.started
    if begun is None or not isinstance(begun.fact, facts.InfusionStarted):
        nothing = Quantity(Decimal(0), "mg")
        return Given(volume_low=NONE_YET, volume_high=NONE_YET, low=nothing, high=nothing)
    start = begun.fact
    low, high = NONE_YET, NONE_YET
    for flow in session.flows:
        low, high = _after(flow, low=low, high=high, at=at)
    whole = start.drawn.per(start.concentration).value
    low, high = (Quantity(min(v.value, whole), "mL") for v in (low, high))
    return Given(volume_low=low, volume_high=high, low=_drug(low, start), high=_drug(high, start))


def expected_end(session: Session, at: datetime) -> timedelta | None:
    """How long from `at` until the bag is empty at the present rate; None unless it is running."""
    begun = session.started
    if (
        begun is None
        or not isinstance(begun.fact, facts.InfusionStarted)
        or session.state is not State.RUNNING
    ):
        return None
    whole = begun.fact.drawn.per(begun.fact.concentration).value
    left = whole - given(session, at).volume_low.value
    rate = session.flows[-1].rate.value
    return span(Quantity(left / rate, "h")) if rate > 0 else None


def _after(flow: Flow, *, low: Quantity, high: Quantity, at: datetime) -> tuple[Quantity, Quantity]:
    if flow.volume is not None and flow.seen is not None and flow.seen <= at:
        return flow.volume, flow.volume
    first = min(flow.until or at, at)
    latest = min(flow.seen or at, at)
    return low + _pumped(flow, first), high + _pumped(flow, max(first, latest))


def _pumped(flow: Flow, until: datetime) -> Quantity:
    ran = max(until - flow.since, timedelta())
    return Quantity(flow.rate.value * lasted(ran, "h"), "mL")


def _drug(volume: Quantity, start: facts.InfusionStarted) -> Quantity:
    return Quantity(volume.value * start.concentration.value, "mg")


def unaccounted(session: Session, at: datetime) -> Quantity | None:
    """What was drawn and is neither given, at its low end, nor wasted; None before any drug."""
    begun = session.started
    if begun is None or not isinstance(begun.fact, facts.InfusionStarted):
        return None
    poured = sum(
        (w.fact.amount.value for w in session.wasted if isinstance(w.fact, facts.DrugWasted)), Decimal(0)
    )
    return Quantity(begun.fact.drawn.value - given(session, at).low.value - poured, "mg").rounded(TENTH)
