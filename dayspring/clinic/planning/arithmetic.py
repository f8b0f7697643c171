"""An order in large numbers, each with the sum that gives it, and the same dose on each of the three weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dayspring.quantities import Quantity
from dayspring.therapy import dosing
from dayspring.therapy.orders import AnyOrder, Drip, Injection, Order, Spray, Tablets

Row = tuple[str, Quantity | None, Quantity | None, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Big:
    """One number of an order: what it is, the number, and how it comes about."""

    what: str
    number: str
    how: str


def big(order: AnyOrder) -> list[Big]:
    """What a person reads from across the desk: the numbers that are drawn, counted or set."""
    match order:
        case Order():
            return [_per_kg(order), _drawn(order), _bag(order), _rate(order)]
        case Injection():
            return [_per_kg(order), _drawn(order), _into(order)]
        case Spray():
            return _devices(order)
        case Tablets():
            return _counted(order)
        case Drip():
            return _long(order)


def _per_kg(order: Order | Injection) -> Big:
    return Big(
        what=_("Dose"),
        number=str(order.dose),
        how=f"{order.mg_per_kg} × {order.dosing_weight} ({basis(order.basis)})",
    )


def _drawn(order: Order | Injection | Drip) -> Big:
    how = f"{order.dose if not isinstance(order, Drip) else order.bag_dose} ÷ {order.source}"
    if order.source != order.stock:
        how += ", " + _("diluted first from %(stock)s") % {"stock": order.stock}
    return Big(what=_("Draw"), number=str(order.drawn), how=how)


def _bag(order: Order) -> Big:
    return Big(
        what=_("Bag"),
        number=str(order.total_volume),
        how=_("in all, %(concentration)s") % {"concentration": _six(order.concentration)},
    )


def _rate(order: Order) -> Big:
    how = f"{order.total_volume} " + _("over %(minutes)s") % {"minutes": order.minutes}
    return Big(what=_("Rate"), number=str(order.rate), how=how)


def _into(order: Injection) -> Big:
    where = {"im": _("into a muscle"), "sc": _("under the skin")}.get(order.route, order.route)
    return Big(what=_("Give"), number=_("at once"), how=f"{where}{', ' + order.site if order.site else ''}")


def _devices(order: Spray) -> list[Big]:
    device = ngettext("%(n)d device", "%(n)d devices", order.devices) % {"n": order.devices}
    sprays = order.devices * order.sprays
    return [
        Big(what=_("Dose"), number=str(order.dose), how=_("%(asked)s asked for") % {"asked": order.asked}),
        Big(what=_("Devices"), number=device, how=f"{order.devices} × {order.device_dose}"),
        Big(
            what=_("Sprays"),
            number=str(sprays),
            how=_("%(n)d from each device") % {"n": order.sprays},
        ),
        Big(what=_("Rest"), number=str(order.rest), how=_("after each device")),
    ]


def _counted(order: Tablets) -> list[Big]:
    asked = _("%(asked)s asked for") % {"asked": order.asked}
    if order.mg_per_kg is not None:
        asked = f"{order.mg_per_kg} × {order.dosing_weight} ({basis(order.basis)}) = {order.asked}"
    rows = [Big(what=_("Dose"), number=str(order.dose), how=asked)]
    for strength, count in ((order.large, order.large_count), (order.small, order.small_count)):
        if count:
            whole = ngettext("%(n)d tablet", "%(n)d tablets", count) % {"n": count}
            rows.append(
                Big(what=_("of %(strength)s") % {"strength": strength}, number=whole,
                    how=f"{count} × {strength} = {strength.times(count)}")
            )  # fmt: skip
    per_kg = order.dose.per(order.dosing_weight).rounded(Decimal("0.01"))
    rows.append(Big(what=_("Per kilogram"), number=str(per_kg), how=f"{order.dose} ÷ {order.dosing_weight}"))
    return rows


def _long(order: Drip) -> list[Big]:
    how = f"{order.speed_per_kg} × {order.dosing_weight} ({basis(order.basis)})" if order.speed_per_kg else ""
    sum_of = f"{order.speed} × {order.lasting}" + (f" + {order.bolus}" if order.bolus.value else "")
    bags = ngettext("%(n)d bag", "%(n)d bags", order.bags) % {"n": order.bags}
    return [
        Big(what=_("Speed"), number=str(order.speed), how=how or _("as asked for")),
        Big(what=_("Dose in all"), number=str(order.dose), how=sum_of),
        Big(
            what=_("Bags"),
            number=bags,
            how=f"{order.bag_dose} / {order.bag_volume} = {_six(order.concentration)}",
        ),
        _drawn(order),
        Big(what=_("Rate"), number=str(order.rate), how=f"{order.speed} ÷ {_six(order.concentration)}"),
        Big(
            what=_("Bolus"),
            number=str(order.bolus) if order.bolus.value else _("none"),
            how=_("before the bags"),
        ),
    ]


def beside(order: AnyOrder) -> list[str]:
    """The same speed in the other units of the trade, where an order has a speed."""
    if not isinstance(order, Order | Drip):
        return []
    dose = order.dose if isinstance(order, Order) else dosing.dose_over(order.speed, order.lasting)
    per_hour = dosing.per_kg_per_hour(dose, order.dosing_weight, order.minutes)
    mcg = dosing.micrograms_per_kg_per_minute(dose, order.dosing_weight, order.minutes)
    return [str(per_hour.rounded(Decimal("0.001"))), str(mcg.rounded(Decimal("0.1")))]


def by_basis(bases: dosing.WeightBases | None, order: AnyOrder) -> list[Row]:
    """The same wish per kilogram on each weight: basis, weight, what it comes to, and whether it was chosen.

    Empty for an order that rests on no weight.
    """
    on_weight, chosen = per_weight(order), getattr(order, "basis", "")
    if on_weight is None or bases is None:
        return []
    rows: list[Row] = []
    for name in dosing.BASES:
        weight: Quantity | None = getattr(bases, name)
        rows.append((basis(name), weight, on_weight(weight) if weight else None, name == chosen))
    return rows


def per_weight(order: AnyOrder) -> Callable[[Quantity], Quantity] | None:
    """What the order's wish per kilogram comes to on a weight; None when it wishes for none."""
    match order:
        case Drip(speed_per_kg=Quantity() as per_kg):
            return lambda weight: dosing.speed_for_weight(per_kg, weight)
        case Order(mg_per_kg=Quantity() as per_kg) | Injection(mg_per_kg=Quantity() as per_kg):
            return lambda weight: dosing.dose_for_weight(per_kg, weight)
        case Tablets(mg_per_kg=Quantity() as per_kg):
            return lambda weight: dosing.dose_for_weight(per_kg, weight)
    return None


def basis(name: str) -> str:
    """A weight basis in words."""
    return {"actual": _("actual"), "ideal": _("ideal"), "adjusted": _("adjusted")}.get(name, name)


def _six(amount: Quantity) -> str:
    """Six figures are enough for a sentence."""
    return str(Quantity(Decimal(f"{amount.value:.6g}"), amount.unit))
