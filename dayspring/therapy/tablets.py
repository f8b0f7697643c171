"""Tablets under the tongue or swallowed: from the wished dose to whole tablets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dayspring.knowledge import Library
from dayspring.quantities import NotANumber, Quantity
from dayspring.therapy import dosing
from dayspring.therapy.dosing import WeightBases
from dayspring.therapy.held import HELD, Row, ceilings
from dayspring.therapy.order_findings import REVIEW, OrderFinding, block, moved, unlike
from dayspring.therapy.order_kinds import Tablets, in_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many of a larger and so many of a smaller tablet; both are the same where there is only one."""

    product: str
    small: Quantity
    small_count: int
    large_product: str
    large: Quantity
    large_count: int

    @property
    def dose(self) -> Quantity:
        return self.large.times(self.large_count) + self.small.times(self.small_count)


def strengths(drug: str, route: str, knowledge: Library) -> tuple[tuple[str, Quantity], ...]:
    """The tablets of a drug for a route, the weakest first."""
    rows = knowledge.drugs.get(drug, {}).get("products", {})
    found = [
        (key, Quantity(Decimal(row["strength"]), "mg"))
        for key, row in rows.items()
        if row.get("kind") == "tablet" and route in row["routes"]
    ]
    return tuple(sorted(found, key=lambda pair: pair[1]))


def counted(
    asked: Quantity,
    kinds: Sequence[tuple[str, Quantity]],
    product: str = "",
    top: Iterable[Quantity] = (),
) -> Count:
    """The whole tablets that come nearest to the wish, as few as can be; none is halved.

    `product` is the smallest that may be used, by default the weakest. Of two counts equally near it is the lower,
    and none passes a limit in `top` that the wish keeps. Raises NotANumber for a product that is no tablet here,
    or when the wish is nearer to none than to one.
    """
    usable = [(key, strength) for key, strength in kinds if product in ("", key)]
    if not usable:
        raise NotANumber(f"“{product}” is no tablet that this clinic knows for that route")
    key, small = usable[0]
    large_key, large = max(
        ((k, s) for k, s in kinds if s >= small and not s.value % small.value), key=lambda pair: pair[1]
    )
    units = dosing.whole_units(asked, small, top)
    if not units:
        raise NotANumber(f"{asked} is nearer to no tablet than to one of {small}")
    in_large = int(large.per(small).value)
    return Count(
        product=key,
        small=small,
        small_count=units % in_large,
        large_product=large_key,
        large=large,
        large_count=units // in_large,
    )


def draft_tablets(
    *,
    knowledge: Library,
    route: str,
    drug: str,
    form: str,
    protocol: str,
    session_no: int,
    setting: str,
    basis: str,
    bases: WeightBases,
    weight_measured_at: datetime,
    planned_for: datetime,
    not_after: date,
    product: str = "",
    asked: Quantity | None = None,
    mg_per_kg: Quantity | None = None,
    target: Quantity | None = None,
) -> Tablets:
    """The order in whole tablets, from a dose in mg or from one per kilogram: exactly one of the two.

    Raises NotANumber when both or neither is given, or when no tablet comes near the wish.
    """
    weight = bases.of(basis)
    if (asked is None) == (mg_per_kg is None):
        raise NotANumber(f"one of a dose and a dose per kilogram is needed, not {asked} and {mg_per_kg}")
    wish = asked if asked is not None else dosing.dose_for_weight(mg_per_kg, weight)  # type: ignore[arg-type]
    top = ceilings(HELD.get((Tablets.kind, route, "", setting), ()), weight, knowledge)
    count = counted(wish, strengths(drug, route, knowledge), product, top)
    return Tablets(
        route=route,
        setting=setting,
        drug=drug,
        form=form,
        protocol=protocol,
        session_no=session_no,
        dose=count.dose,
        weight=bases.actual,
        weight_measured_at=weight_measured_at,
        planned_for=planned_for,
        not_after=not_after,
        basis=basis,
        dosing_weight=weight,
        height=bases.height,
        sex=bases.sex,
        asked=wish,
        mg_per_kg=mg_per_kg,
        target=target,
        product=count.product,
        small=count.small,
        small_count=count.small_count,
        large_product=count.large_product,
        large=count.large,
        large_count=count.large_count,
    )


def follows(order: Tablets, knowledge: Library, rows: Iterable[Row]) -> Iterator[OrderFinding]:
    """The tablets are the dose and come nearest to the wish; how far they are from it is said."""
    top = ceilings(rows, order.dosing_weight, knowledge)
    if order.mg_per_kg is not None:
        wish = dosing.dose_for_weight(order.mg_per_kg, order.dosing_weight)
        yield from unlike((("wished dose", order.asked, wish),))
    try:
        count = counted(order.asked, strengths(order.drug, order.route, knowledge), order.product, top)
    except NotANumber as wrong:
        yield block("arithmetic", str(wrong))
        return
    written = _told(order)
    yield from unlike((("dose", order.dose, in_hand(order)), ("count of tablets", written, _told(count))))
    yield from moved(REVIEW, knowledge.limit("whole_deviation"), (("dose", order.dose, order.asked),))


def _told(of: Tablets | Count) -> str:
    return (
        f"{of.large_count} of {of.large} ({of.large_product}) and "
        f"{of.small_count} of {of.small} ({of.product})"
    )
