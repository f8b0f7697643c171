"""The arithmetic of an order written out, a line for each step, so that a person can do it again by hand."""

from __future__ import annotations

from collections.abc import Iterator

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import dosing
from dayspring.therapy.dosing import WeightBases
from dayspring.therapy.order_findings import short
from dayspring.therapy.order_kinds import AnyOrder, Drip, Injection, Order, Spray, Tablets


def weights(bases: WeightBases, knowledge: Library) -> Iterator[str]:
    """The three weights side by side, and which one is on offer and why."""
    shown = {basis: getattr(bases, basis) for basis in dosing.BASES}
    yield "weights: " + ", ".join(f"{basis} {weight or 'unknown'}" for basis, weight in shown.items())
    if bases.bmi is not None:
        yield f"body mass index: {bases.bmi.rounded(knowledge.limit('bmi_step').value)}"
    yield f"on offer: {bases.suggested} weight. {bases.why}"


def worked(order: AnyOrder, knowledge: Library) -> tuple[str, ...]:
    """Each step from the wish to what is drawn, sprayed, counted or set."""
    match order:
        case Order():
            return tuple(_infusion(order, knowledge))
        case Injection():
            return (*_wish(order), f"drawn: {_divided(order.dose, order.stock, order.drawn)}")
        case Spray():
            return tuple(_spray(order))
        case Tablets():
            return tuple(_tablets(order))
        case Drip():
            return tuple(_drip(order))


def _divided(one: Quantity, other: Quantity, gives: Quantity) -> str:
    return f"{one} ÷ {other} = {gives}"


def _rounded(exact: Quantity, dose: Quantity) -> str:
    if exact == dose:
        return f"{exact}"
    return f"{short(exact)}, rounded to {dose} ({short(dosing.deviation(dose, exact))})"


def _wish(order: Order | Injection) -> Iterator[str]:
    yield (
        f"dose: {order.mg_per_kg} × {order.dosing_weight} ({order.basis}) = "
        f"{_rounded(order.asked, order.dose)}"
    )


def _infusion(order: Order, knowledge: Library) -> Iterator[str]:
    yield from _wish(order)
    if order.source != order.stock:
        yield f"first dilution: {order.stock} with an equal volume = {order.source}"
    yield f"drawn: {_divided(order.dose, order.source, order.drawn)}"
    yield f"bag: {_divided(order.dose, order.total_volume, order.concentration)}"
    exact = dosing.exact_rate(order.total_volume, order.minutes)
    yield f"rate: {order.total_volume} in {order.minutes} = {_rounded(exact, order.rate)}"
    by_hour = dosing.per_kg_per_hour(order.dose, order.dosing_weight, order.minutes)
    by_minute = dosing.micrograms_per_kg_per_minute(order.dose, order.dosing_weight, order.minutes)
    yield f"speed: {short(by_hour)} = {short(by_minute)}"
    yield _slowed(order, order.rate.times(knowledge.limit("resume_rate_share").value))


def _slowed(order: Order, slower: Quantity) -> str:
    """What a slow-down halfway would leave, and when the bag would then be empty."""
    ran = Quantity(order.minutes.value / 2, "min")
    left = dosing.left_after(dose=order.dose, total=order.total_volume, rate=order.rate, ran=ran, then=slower)
    return (
        f"slowed to {short(slower)} after {short(ran)}: {short(left.dose)} in {short(left.volume)} are left, "
        f"for {short(left.minutes)}"
    )


def _spray(order: Spray) -> Iterator[str]:
    yield f"devices: {order.asked} ÷ {order.device_dose}, in whole devices = {order.devices}"
    yield f"dose: {order.devices} × {order.device_dose} = {_rounded(order.asked, order.dose)}"
    yield f"sprays: {order.devices} × {order.sprays} = {order.devices * order.sprays}"
    yield f"rest after each device: {order.rest}"


def _tablets(order: Tablets) -> Iterator[str]:
    if order.mg_per_kg is not None:
        yield f"wish: {order.mg_per_kg} × {order.dosing_weight} ({order.basis}) = {short(order.asked)}"
    yield (
        f"tablets: {order.large_count} × {order.large} + {order.small_count} × {order.small} = "
        f"{_rounded(order.asked, order.dose)}"
    )
    yield f"dose per kg: {order.dose} ÷ {order.dosing_weight} = {short(order.dose.per(order.dosing_weight))}"


def _drip(order: Drip) -> Iterator[str]:
    if order.speed_per_kg is not None:
        yield f"speed: {order.speed_per_kg} × {order.dosing_weight} ({order.basis}) = {short(order.speed)}"
    bolus = f" + {order.bolus}" if order.bolus.value else ""
    yield f"dose: {short(order.speed)} × {order.lasting}{bolus} = {_rounded(order.asked, order.dose)}"
    yield f"bag: {_divided(order.bag_dose, order.bag_volume, order.concentration)}"
    yield f"drawn for each bag: {_divided(order.bag_dose, order.source, order.drawn)}"
    yield f"rate: {_divided(order.speed, order.concentration, order.rate)}"
    hangs = Quantity(order.bag_volume.per(order.rate).value, "h")
    yield f"bags: {order.bags}, each for {short(hangs)}"
