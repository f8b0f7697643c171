"""The kinds of a prescriber's order: an infusion, an injection, a spray, tablets, a long infusion in bags.

Each says all that its safety rests on, in fixed units. None of them is computed here: each kind is drafted in
its own file, and order_limits believes nothing that an order says of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from dayspring.quantities import Quantity, UnitMismatch, converted

UNITS: Mapping[str, str] = {
    "mg_per_kg": "mg/kg",
    "dosing_weight": "kg",
    "weight": "kg",
    "height": "cm",
    "dose": "mg",
    "asked": "mg",
    "target": "mg",
    "stock": "mg/mL",
    "source": "mg/mL",
    "drawn": "mL",
    "total_volume": "mL",
    "concentration": "mg/mL",
    "minutes": "min",
    "rate": "mL/h",
    "device_dose": "mg",
    "rest": "min",
    "large": "mg",
    "small": "mg",
    "speed": "mg/h",
    "speed_per_kg": "mg/kg/h",
    "lasting": "h",
    "bolus": "mg",
    "bag_dose": "mg",
    "bag_volume": "mL",
}


class _InUnits:
    """An order holds each amount in the one unit of its field."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:  # type: ignore[attr-defined]
            amount = getattr(self, name)
            if isinstance(amount, Quantity) and amount.unit != UNITS[name]:
                raise UnitMismatch(f"{name} is {amount}; an order holds it in {UNITS[name]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(_InUnits):
    """One infusion as it is signed. `stock` is the vial's strength, `source` the strength that is drawn from:
    the same, unless a strong vial was diluted first. Limits are held against the numbers written here.
    """

    kind: ClassVar[str] = "infusion"
    setting: ClassVar[str] = "clinic"
    route: str
    drug: str
    form: str
    protocol: str
    session_no: int
    mg_per_kg: Quantity
    basis: str
    dosing_weight: Quantity
    weight: Quantity
    weight_measured_at: datetime
    height: Quantity | None
    sex: str
    dose: Quantity
    product: str
    stock: Quantity
    source: Quantity
    drawn: Quantity
    total_volume: Quantity
    concentration: Quantity
    minutes: Quantity
    rate: Quantity
    planned_for: datetime
    not_after: date

    @property
    def asked(self) -> Quantity:
        """The exact dose that the wish per kilogram comes to."""
        return Quantity(self.mg_per_kg.value * self.dosing_weight.value, "mg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(_InUnits):
    """What the orders of every other kind say. `weight` is the actual one, for what is counted per kilogram."""

    route: str
    setting: str
    drug: str
    form: str
    protocol: str
    session_no: int
    dose: Quantity
    weight: Quantity
    weight_measured_at: datetime
    planned_for: datetime
    not_after: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed(Planned):
    """An order whose dose is judged by a weight, and which of the three weights that is."""

    basis: str
    dosing_weight: Quantity
    height: Quantity | None
    sex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection(Weighed):
    """Into a muscle or under the skin, drawn from a vial as it stands, given at once."""

    kind: ClassVar[str] = "injection"
    mg_per_kg: Quantity
    product: str
    stock: Quantity
    drawn: Quantity
    site: str = ""

    @property
    def asked(self) -> Quantity:
        return Quantity(self.mg_per_kg.value * self.dosing_weight.value, "mg")

    @property
    def source(self) -> Quantity:
        """An injection is drawn from the vial itself."""
        return self.stock


@dataclass(frozen=True, slots=True, kw_only=True)
class Spray(Planned):
    """Into the nose, in whole devices. Of a compounded bottle each press counts as one device of one spray.

    `asked` is the dose that was wished for; `dose` is what the devices give.
    """

    kind: ClassVar[str] = "spray"
    asked: Quantity
    product: str
    device_dose: Quantity
    devices: int
    sprays: int
    rest: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablets(Weighed):
    """Under the tongue or swallowed, in whole tablets of at most two strengths; `product` is the smaller one.

    `asked` is the dose that was wished for and `dose` what the tablets hold; `target` is the dose that the course
    is to reach, None when none is named.
    """

    kind: ClassVar[str] = "tablets"
    asked: Quantity
    mg_per_kg: Quantity | None
    target: Quantity | None
    product: str
    small: Quantity
    small_count: int
    large_product: str
    large: Quantity
    large_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip(Weighed):
    """A long infusion at one speed, from one or several bags alike, with or without a bolus before it.

    `dose` is all of it: the speed for so many hours, and the bolus. `drawn` goes into each bag.
    """

    kind: ClassVar[str] = "drip"
    speed: Quantity
    speed_per_kg: Quantity | None
    lasting: Quantity
    bolus: Quantity
    product: str
    stock: Quantity
    source: Quantity
    drawn: Quantity
    bag_dose: Quantity
    bag_volume: Quantity
    concentration: Quantity
    bags: int
    rate: Quantity

    @property
    def asked(self) -> Quantity:
        """The exact dose that speed, time and bolus come to."""
        return Quantity(self.speed.value * self.lasting.value, "mg") + self.bolus

    @property
    def flows(self) -> Quantity:
        """The speed that the pump's rate gives, from the bag itself and divided last."""
        return Quantity(self.rate.value * self.bag_dose.value / self.bag_volume.value, "mg/h")

    @property
    def minutes(self) -> Quantity:
        return converted(self.lasting, "min")


AnyOrder = Order | Injection | Spray | Tablets | Drip
KINDS: Mapping[str, type[AnyOrder]] = {cls.kind: cls for cls in (Order, Injection, Spray, Tablets, Drip)}
SAID: Mapping[str, str] = {
    "infusion": "an infusion",
    "injection": "an injection",
    "spray": "a spray",
    "tablets": "made of tablets",
    "drip": "a long infusion from bags",
}


def dosing_weight(order: AnyOrder) -> Quantity:
    """The weight that the dose rests on; a spray rests on none, and its actual weight stands in."""
    return order.weight if isinstance(order, Spray) else order.dosing_weight


def lighter(order: AnyOrder) -> Quantity:
    """The lighter of dosing and actual weight: no basis makes a dose look smaller than it is."""
    return min(dosing_weight(order), order.weight)


def in_hand(order: AnyOrder) -> Quantity:
    """The drug that the written volume, devices or tablets really hold, in mg."""
    match order:
        case Order() | Injection():
            return Quantity(order.drawn.value * order.source.value, "mg")
        case Spray():
            return order.device_dose.times(Decimal(order.devices))
        case Tablets():
            return order.large.times(order.large_count) + order.small.times(order.small_count)
        case Drip():
            return Quantity(order.flows.value * order.lasting.value, "mg") + order.bolus


def most(order: AnyOrder) -> Quantity:
    """The highest dose that any of the order's numbers speaks of: wished for, written, or held in hand."""
    return max(order.asked, order.dose, in_hand(order))
