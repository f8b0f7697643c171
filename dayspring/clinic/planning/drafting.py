"""From what a prescriber typed to a draft order of the protocol's kind. A fault names its field; nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dayspring.clinic.planning.choosing import products
from dayspring.clinic.showing.folded import Folded
from dayspring.clinic.zone import zone
from dayspring.knowledge import Library
from dayspring.quantities import Quantity, typed
from dayspring.therapy import dosing
from dayspring.therapy.drips import NO_BOLUS
from dayspring.therapy.facts import WeightMeasured
from dayspring.therapy.held import kind_of
from dayspring.therapy.orders import (
    AnyOrder,
    Drip,
    Injection,
    Spray,
    Tablets,
    draft_drip,
    draft_injection,
    draft_order,
    draft_spray,
    draft_tablets,
)

Posted = Mapping[str, str]


def bases_of(fold: Folded, knowledge: Library) -> dosing.WeightBases | None:
    """The three weights of the newest weighing; None before any."""
    line = fold.course.weight
    if line is None or not isinstance(line.fact, WeightMeasured):
        return None
    sex = str(fold.course.answers.get("sex", ""))
    return dosing.weight_bases(line.fact.weight, line.fact.height, sex, knowledge)


def drafted(fold: Folded, posted: Posted, protocol: str, knowledge: Library) -> AnyOrder:
    """The order from what was typed; raises NotANumber or ValueError that names the field."""
    kind = kind_of(protocol, knowledge)
    draft = {Injection.kind: _injection, Spray.kind: _spray, Tablets.kind: _tablets, Drip.kind: _drip}.get(
        kind, _infusion
    )
    return draft(_common(fold, posted, protocol, kind, knowledge), posted)


class _Shared(dict[str, Any]):
    """What every kind of order is drafted from, with the row of the product that was chosen."""

    row: Mapping[str, Any]


def _common(fold: Folded, posted: Posted, protocol: str, kind: str, knowledge: Library) -> _Shared:
    line, bases = fold.course.weight, bases_of(fold, knowledge)
    if line is None or bases is None:
        raise ValueError(_("No weight is in this chart."))
    row = knowledge.protocols[protocol]
    product, shelf = posted.get("product", ""), products(row, kind, knowledge)
    if product not in shelf:
        raise ValueError(_("“%(product)s” is not on the shelf.") % {"product": product})
    planned = _moment(posted.get("planned_for", ""))
    shared = _Shared(
        knowledge=knowledge,
        route=row["route"],
        drug=row["drug"],
        form=row["form"],
        protocol=protocol,
        session_no=len(fold.course.doses) + 1,
        bases=bases,
        basis=posted.get("basis", ""),
        weight_measured_at=line.happened_at,
        product=product,
        planned_for=planned,
        not_after=planned.date() + timedelta(days=1),
        setting=row.get("setting", "clinic"),
    )
    shared.row = shelf[product]
    return shared


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone())
    except ValueError as wrong:
        raise ValueError(_("Planned for: “%(text)s” is no date and time.") % {"text": text}) from wrong


def _typed(posted: Posted, name: str, unit: str) -> Quantity:
    return typed(posted.get(name, ""), unit)


def _either(posted: Posted, name: str, unit: str) -> Quantity | None:
    """A field that may be left empty; anything else in it is read as strictly as always."""
    return typed(posted[name], unit) if posted.get(name, "").strip() else None


def _stock(shared: _Shared) -> Quantity:
    return Quantity(Decimal(shared.row["stock"]), "mg/mL")


def _infusion(shared: _Shared, posted: Posted) -> AnyOrder:
    del shared["setting"]
    return draft_order(
        **shared,
        mg_per_kg=_typed(posted, "mg_per_kg", "mg/kg"),
        stock=_stock(shared),
        diluted_first=bool(shared.row["must_dilute"]),
        total_volume=_typed(posted, "total_volume", "mL"),
        minutes=_typed(posted, "minutes", "min"),
    )


def _injection(shared: _Shared, posted: Posted) -> AnyOrder:
    return draft_injection(
        **shared,
        mg_per_kg=_typed(posted, "mg_per_kg", "mg/kg"),
        stock=_stock(shared),
        site=posted.get("site", "").strip(),
    )


def _spray(shared: _Shared, posted: Posted) -> AnyOrder:
    bases: dosing.WeightBases = shared.pop("bases")
    del shared["basis"]
    return draft_spray(**shared, asked=_typed(posted, "asked", "mg"), weight=bases.actual)


def _tablets(shared: _Shared, posted: Posted) -> AnyOrder:
    return draft_tablets(
        **shared,
        asked=_either(posted, "asked", "mg"),
        mg_per_kg=_either(posted, "mg_per_kg", "mg/kg"),
        target=_either(posted, "target", "mg"),
    )


def _drip(shared: _Shared, posted: Posted) -> AnyOrder:
    return draft_drip(
        **shared,
        speed=_either(posted, "speed", "mg/h"),
        speed_per_kg=_either(posted, "speed_per_kg", "mg/kg/h"),
        stock=_stock(shared),
        diluted_first=bool(shared.row["must_dilute"]),
        lasting=_typed(posted, "lasting", "h"),
        bolus=_either(posted, "bolus", "mg") or NO_BOLUS,
        bag_dose=_typed(posted, "bag_dose", "mg"),
        bag_volume=_typed(posted, "bag_volume", "mL"),
    )
