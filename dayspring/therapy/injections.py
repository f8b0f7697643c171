"""An injection into a muscle or under the skin: from a dose per kilogram to what is drawn into the syringe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import dosing
from dayspring.therapy.aim import CLINIC
from dayspring.therapy.dosing import WeightBases
from dayspring.therapy.held import HELD, Row, ceilings
from dayspring.therapy.order_findings import BLOCK, OrderFinding, moved, unlike
from dayspring.therapy.order_kinds import Injection, in_hand


def draft_injection(
    *,
    knowledge: Library,
    route: str,
    drug: str,
    form: str,
    protocol: str,
    session_no: int,
    mg_per_kg: Quantity,
    basis: str,
    bases: WeightBases,
    weight_measured_at: datetime,
    product: str,
    stock: Quantity,
    planned_for: datetime,
    not_after: date,
    setting: str = CLINIC,
    site: str = "",
) -> Injection:
    """The whole order from what a prescriber chooses; `limits_of` says what is wrong with it.

    Neither rounding the dose nor rounding the drawn volume carries the drug over a limit that the exact dose keeps.
    """
    weight = bases.of(basis)
    top = ceilings(HELD.get((Injection.kind, route, "", setting), ()), weight, knowledge)
    dose = dosing.drawable_dose(dosing.dose_for_weight(mg_per_kg, weight), knowledge, top)
    return Injection(
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
        mg_per_kg=mg_per_kg,
        stock=stock,
        drawn=drawn_under(dose, stock, knowledge, top),
        site=site,
    )


def drawn_under(
    dose: Quantity, stock: Quantity, knowledge: Library, top: Iterable[Quantity] = ()
) -> Quantity:
    """The volume that holds the dose, to what a syringe shows; rounded down where up would pass one of `top`."""
    nearest = dosing.drawn_volume(dose, stock, knowledge)
    holds = Quantity(nearest.value * stock.value, "mg")
    if any(dose <= most < holds for most in top):
        return nearest - Quantity(knowledge.limit("volume_step").value, "mL")
    return nearest


def follows(order: Injection, knowledge: Library, rows: Iterable[Row]) -> Iterator[OrderFinding]:
    """Dose and drawn volume follow from the wish and the vial, and rounding moves neither too far."""
    top = ceilings(rows, order.dosing_weight, knowledge)
    yield from unlike(
        (
            ("dose", order.dose, dosing.drawable_dose(order.asked, knowledge, top)),
            ("drawn volume", order.drawn, drawn_under(order.dose, order.stock, knowledge, top)),
        )
    )
    yield from moved(
        BLOCK,
        knowledge.limit("rounding_deviation"),
        (("dose", order.dose, order.asked), ("dose in the drawn volume", in_hand(order), order.asked)),
    )
