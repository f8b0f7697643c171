"""A spray into the nose: from the wished dose to a number of whole devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from dayspring.knowledge import Library
from dayspring.quantities import NotANumber, Quantity
from dayspring.therapy import dosing
from dayspring.therapy.aim import CLINIC
from dayspring.therapy.held import HELD, Row, ceilings
from dayspring.therapy.order_findings import REVIEW, OrderFinding, moved, unlike
from dayspring.therapy.order_kinds import Spray, in_hand

ESKETAMINE = "esketamine"


def device_of(drug: str, product: str, knowledge: Library) -> tuple[Quantity, int, Quantity]:
    """What one device gives, in how many sprays, and the rest after it. Raises NotANumber for no known spray."""
    row = knowledge.drugs.get(drug, {}).get("products", {}).get(product, {})
    if row.get("kind") != "spray":
        raise NotANumber(f"“{product}” is no spray of {drug} that this clinic knows")
    rest = "esk_rest_between_devices" if drug == ESKETAMINE else "inr_rest_between_sprays"
    sprays = int(row["sprays"])
    return Quantity(Decimal(row["per_spray"]) * sprays, "mg"), sprays, knowledge.limit(rest).quantity


def draft_spray(
    *,
    knowledge: Library,
    route: str,
    drug: str,
    form: str,
    protocol: str,
    session_no: int,
    asked: Quantity,
    product: str,
    weight: Quantity,
    weight_measured_at: datetime,
    planned_for: datetime,
    not_after: date,
    setting: str = CLINIC,
) -> Spray:
    """The order in whole devices. Raises NotANumber when the wish is nearer to no device than to one."""
    one, sprays, rest = device_of(drug, product, knowledge)
    top = ceilings(HELD.get((Spray.kind, route, drug, setting), ()), weight, knowledge)
    devices = dosing.whole_units(asked, one, top)
    if not devices:
        raise NotANumber(f"{asked} is nearer to no device than to one of {one}")
    return Spray(
        route=route,
        setting=setting,
        drug=drug,
        form=form,
        protocol=protocol,
        session_no=session_no,
        dose=one.times(Decimal(devices)),
        product=product,
        weight=weight,
        weight_measured_at=weight_measured_at,
        planned_for=planned_for,
        not_after=not_after,
        asked=asked,
        device_dose=one,
        devices=devices,
        sprays=sprays,
        rest=rest,
    )


def follows(order: Spray, knowledge: Library, rows: Iterable[Row]) -> Iterator[OrderFinding]:
    """So many whole devices of what one gives are the dose; how far that is from the wish is said."""
    top = ceilings(rows, order.weight, knowledge)
    yield from unlike(
        (
            ("dose", order.dose, in_hand(order)),
            ("number of devices", order.devices, dosing.whole_units(order.asked, order.device_dose, top)),
        )
    )
    limit = knowledge.limit("whole_deviation")
    yield from moved(REVIEW, limit, (("dose", order.dose, order.asked),))
