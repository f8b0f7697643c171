"""A long infusion, as for pain: from a speed and a time to bags, a rate, and the dose in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from dayspring.knowledge import Library
from dayspring.quantities import NotANumber, Quantity
from dayspring.therapy import dosing
from dayspring.therapy.aim import CLINIC
from dayspring.therapy.dosing import WeightBases
from dayspring.therapy.held import BAGS, Row, ceilings
from dayspring.therapy.order_findings import BLOCK, OrderFinding, block, moved, unlike
from dayspring.therapy.order_kinds import Drip, in_hand

NO_BOLUS = Quantity(Decimal(0), "mg")


def bags_for(dose: Quantity, bag_dose: Quantity) -> int:
    """How many bags hold at least that dose."""
    return int(dose.per(bag_dose).value.to_integral_value(rounding=ROUND_CEILING))


def rate_under(
    speed: Quantity, bag_dose: Quantity, bag_volume: Quantity, weight: Quantity, knowledge: Library
) -> Quantity:
    """The pump's rate for the speed; rounded down where up would pass a limit that the speed keeps.

    It is reckoned from the bag itself and divided last, so that a half is a half.
    """
    step = knowledge.limit("rate_step").value
    in_bag = Quantity(speed.value * bag_volume.value, "mL/h")
    rate = Quantity(in_bag.per(bag_dose).value, "mL/h").rounded(step)
    flows = Quantity(rate.value * bag_dose.value / bag_volume.value, "mg/h")
    if any(speed <= top < flows for top in _speeds(weight, knowledge)):
        return rate - Quantity(step, "mL/h")
    return rate


def _speeds(weight: Quantity, knowledge: Library) -> tuple[Quantity, ...]:
    """The speeds in mg/h that the upper limits allow at this weight."""
    upper = [(name, knowledge.limit(key)) for name, _, key in BAGS if name in ("speed", "speed in all")]
    return tuple(
        dosing.speed_for_weight(limit.quantity, weight) if name == "speed" else limit.quantity
        for name, limit in upper
        if limit.at_most is not None
    )


def draft_drip(
    *,
    knowledge: Library,
    route: str,
    drug: str,
    form: str,
    protocol: str,
    session_no: int,
    basis: str,
    bases: WeightBases,
    weight_measured_at: datetime,
    product: str,
    stock: Quantity,
    lasting: Quantity,
    bag_dose: Quantity,
    bag_volume: Quantity,
    planned_for: datetime,
    not_after: date,
    speed: Quantity | None = None,
    speed_per_kg: Quantity | None = None,
    bolus: Quantity = NO_BOLUS,
    setting: str = CLINIC,
    diluted_first: bool = False,
) -> Drip:
    """The whole order from a speed in mg/h or in mg/kg/h: exactly one of the two, else NotANumber."""
    weight = bases.of(basis)
    if (speed is None) == (speed_per_kg is None):
        raise NotANumber(f"one of a speed and a speed per kilogram is needed, not {speed} and {speed_per_kg}")
    if speed is None:
        assert speed_per_kg is not None
        speed = dosing.speed_for_weight(speed_per_kg, weight)
    source = dosing.first_dilution(stock, knowledge) if diluted_first else stock
    concentration = dosing.bag_concentration(bag_dose, bag_volume)
    exact = dosing.dose_over(speed, lasting) + bolus
    dose = dosing.drawable_dose(exact, knowledge, ceilings(BAGS, weight, knowledge))
    return Drip(
        route=route,
        setting=setting,
        drug=drug,
        form=form,
        protocol=protocol,
        session_no=session_no,
        dose=dose,
        product=product,
        weight=bases.actual,
        weight_measured_at=weight_measured_at,
        planned_for=planned_for,
        not_after=not_after,
        basis=basis,
        dosing_weight=weight,
        height=bases.height,
        sex=bases.sex,
        speed=speed,
        speed_per_kg=speed_per_kg,
        lasting=lasting,
        bolus=bolus,
        stock=stock,
        source=source,
        drawn=dosing.drawn_volume(bag_dose, source, knowledge),
        bag_dose=bag_dose,
        bag_volume=bag_volume,
        concentration=concentration,
        bags=bags_for(dose, bag_dose),
        rate=rate_under(speed, bag_dose, bag_volume, weight, knowledge),
    )


def follows(order: Drip, knowledge: Library, rows: Iterable[Row]) -> Iterator[OrderFinding]:
    """Strength, rate, dose and number of bags follow from the speed, the time and one bag."""
    weight = order.dosing_weight
    if order.speed_per_kg is not None:
        wish = dosing.speed_for_weight(order.speed_per_kg, weight)
        yield from unlike((("speed", order.speed, wish),))
    top = ceilings(rows, weight, knowledge)
    yield from unlike(
        (
            ("dose", order.dose, dosing.drawable_dose(order.asked, knowledge, top)),
            ("number of bags", order.bags, bags_for(order.dose, order.bag_dose)),
            ("drawn volume", order.drawn, dosing.drawn_volume(order.bag_dose, order.source, knowledge)),
            (
                "concentration",
                order.concentration,
                dosing.bag_concentration(order.bag_dose, order.bag_volume),
            ),
            (
                "rate",
                order.rate,
                rate_under(order.speed, order.bag_dose, order.bag_volume, weight, knowledge),
            ),
        )
    )
    if order.drawn > order.bag_volume:
        yield block("arithmetic", f"{order.drawn} of drug does not fit into a bag of {order.bag_volume}.")
    in_bag = Quantity(order.drawn.value * order.source.value, "mg")
    yield from moved(
        BLOCK,
        knowledge.limit("rounding_deviation"),
        (
            ("dose", order.dose, order.asked),
            ("dose that the pump gives", in_hand(order), order.asked),
            ("drug in one bag", in_bag, order.bag_dose),
        ),
    )
