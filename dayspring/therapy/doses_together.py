"""Doses beside one another: the least time between two, and the most within a week, four weeks or a year.

Counting looks both ways. A dose already signed for a coming day has its place in every window, by any route. Where
two kinds of treatment meet, the stricter of their limits holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from dayspring.knowledge import Library, Limit
from dayspring.quantities import Quantity, converted, span, spoken_days
from dayspring.therapy.aim import HOME
from dayspring.therapy.order_findings import BLOCK, REVIEW, DoseAt, Known, OrderFinding, short
from dayspring.therapy.order_kinds import AnyOrder, Drip, lighter

# The least time between two doses by a route, where no protocol is known that names its own.
INTERVALS: Mapping[tuple[str, str], str] = {
    ("iv", "ketamine"): "iv_interval",
    ("im", "ketamine"): "im_interval",
    ("sc", "ketamine"): "sc_interval",
    ("in", "ketamine"): "inr_interval",
    ("in", "esketamine"): "esk_interval",
    ("sl", "ketamine"): "sl_interval",
    ("oral", "ketamine"): "oral_interval",
}
# Under another law the label of a limit may be stricter.
STRICTER_IN: Mapping[tuple[str, str], str] = {("EU", "esk_interval"): "esk_interval_eu"}
PERIODS = ("week", "month")
BY_MOUTH = ("sl", "oral")
YEAR = (("year_window", "doses_in_year", REVIEW),)
# Limits over a long stretch that one protocol's doses alone are held by.
SERIES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "iv_crps_ten_days": (("crps_series_apart", "crps_ten_days", BLOCK),),
    "iv_crps_four_days": (("crps_series_apart", "crps_four_days_sessions", BLOCK),),
    "iv_pain": (
        ("year_window", "pain_in_year_block", BLOCK),
        ("year_window", "pain_in_year_review", REVIEW),
    ),
}


def this_dose(order: AnyOrder, at: datetime) -> DoseAt:
    """The order as a dose at that moment, with its end where it runs long."""
    return DoseAt(
        at=at,
        route=order.route,
        drug=order.drug,
        dose=order.dose,
        protocol=order.protocol,
        setting=order.setting,
        until=at + span(order.lasting) if isinstance(order, Drip) else None,
    )


def interval(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """No dose, given or signed for another day, lies closer than the stricter minimum interval, before or after."""
    ours = this_dose(order, known.at)
    for other in known.others:
        least, between = _least(ours, other, knowledge), _between(ours, other)
        if least is not None and between < span(least.quantity):
            yield OrderFinding(
                kind=BLOCK,
                rule=least.key,
                limit=least,
                says=(
                    f"A dose of {other.dose} ({other.route}) on {other.at:%d %b %Y %H:%M} is {spoken_days(between)} "
                    f"away; at least {least} must lie between."
                ),
            )


def _between(one: DoseAt, other: DoseAt) -> timedelta:
    """From the start of the earlier to the start of the later; from its end where it runs on for long."""
    first, second = sorted((one, other), key=lambda dose: dose.at)
    return max(timedelta(), second.at - (first.until or first.at))


def _least(ours: DoseAt, other: DoseAt, knowledge: Library) -> Limit | None:
    """The strictest of both intervals, and of the gap that a change of drug asks for."""
    keys = [_interval_of(dose, knowledge) for dose in (ours, other)]
    if ours.drug != other.drug:
        keys.append("switch_interval")
    limits = [knowledge.limit(key) for key in keys if key]
    return max(limits, key=lambda limit: span(limit.quantity), default=None)


def _interval_of(dose: DoseAt, knowledge: Library) -> str:
    row = knowledge.protocols.get(dose.protocol, {})
    key = str(row.get("minimum_interval", "")) or INTERVALS.get((dose.route, dose.drug), "")
    return STRICTER_IN.get((knowledge.jurisdiction, key), key)


def windows(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """In each stretch of time with this dose in it, past and coming doses of all routes keep the limits."""
    ours = this_dose(order, known.at)
    doses = sorted((*known.others, ours), key=lambda dose: dose.at)
    found: dict[str, OrderFinding] = {}
    for period in PERIODS:
        window = knowledge.limit(f"{period}_window")
        for stretch in _stretches(doses, ours, span(window.quantity)):
            for key, amount in _amounts(stretch, period, order, knowledge):
                if key not in found and not (limit := knowledge.limit(key)).allows(amount):
                    found[key] = _too_much(BLOCK, limit, amount, window)
    yield from found.values()
    yield from _over_long(ours, doses, knowledge)


def _stretches(doses: Sequence[DoseAt], ours: DoseAt, long: timedelta) -> list[list[DoseAt]]:
    """Each stretch that begins with a dose and holds ours, the fullest first."""
    found = [
        [d for d in doses if first.at <= d.at < first.at + long]
        for first in doses
        if first.at <= ours.at < first.at + long
    ]
    return sorted(found, key=len, reverse=True)


def _amounts(
    stretch: Sequence[DoseAt], period: str, order: AnyOrder, knowledge: Library
) -> Iterator[tuple[str, Quantity]]:
    """What is held in one stretch: doses and drug per kilogram, by the limits of each protocol that is in it."""
    count = Quantity(Decimal(len(stretch)), "1")
    drug = Quantity(sum((counted(d, knowledge) for d in stretch), Decimal(0)), "mg").per(lighter(order))
    keys = [f"{route}_doses_in_{period}" for route in BY_MOUTH if any(d.route == route for d in stretch)]
    if period == PERIODS[-1] and any(dose.setting == HOME for dose in stretch):
        keys.append("home_doses_in_month")
    keys += _own(stretch, f"doses_in_{period}", knowledge)
    yield from ((key, count) for key in keys)
    yield from ((key, drug) for key in _own(stretch, f"dose_per_kg_in_{period}", knowledge))


def _own(stretch: Sequence[DoseAt], name: str, knowledge: Library) -> list[str]:
    """The keys of that limit for the protocols in a stretch: a protocol's own, else the one for all."""
    tables = [knowledge.protocols.get(dose.protocol, {}).get("windows", {}) for dose in stretch]
    return sorted({str(table.get(name, name)) for table in tables})


def _over_long(ours: DoseAt, doses: Sequence[DoseAt], knowledge: Library) -> Iterator[OrderFinding]:
    """The year of all doses, and the long stretches of a protocol's own: of one stretch only the gravest."""
    alike = [dose for dose in doses if dose.protocol == ours.protocol]
    told: set[str] = set()
    rows = [(row, alike) for row in SERIES.get(ours.protocol, ())] + [(row, list(doses)) for row in YEAR]
    for (window_key, key, kind), among in rows:
        window, limit = knowledge.limit(window_key), knowledge.limit(key)
        fullest = _stretches(among, ours, span(window.quantity))[0]
        amount = Quantity(Decimal(len(fullest)), "1")
        if window_key not in told and not limit.allows(amount):
            told.add(window_key)
            yield _too_much(kind, limit, amount, window)


def _too_much(kind: str, limit: Limit, amount: Quantity, window: Limit) -> OrderFinding:
    what = f"{short(amount)} doses" if amount.unit == "1" else short(amount)
    return OrderFinding(
        kind=kind,
        rule=limit.key,
        limit=limit,
        says=f"With doses given and signed, {what} within {window.quantity} is above {limit}.",
    )


def counted(dose: DoseAt, knowledge: Library) -> Decimal:
    """Milligrams as if given iv. A route or a drug without its own share counts whole."""
    limit = knowledge.limits.get(f"iv_share_of_{dose.drug}_{dose.route}")
    return dose.dose.value * (limit.value if limit else 1)


def _hours(length: timedelta) -> Decimal:
    seconds = Quantity(Decimal(length // timedelta(seconds=1)), "s")
    return converted(converted(seconds, "min"), "h").value
