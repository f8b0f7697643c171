"""`dayspring dose`: an order reckoned line by line, and what every limit says of it. Nothing is written anywhere."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dayspring.knowledge import Library, library
from dayspring.quantities import NotANumber, Quantity, typed
from dayspring.therapy.dosing import WeightBases, must_be_diluted_first, weight_bases
from dayspring.therapy.drips import NO_BOLUS, draft_drip
from dayspring.therapy.held import kind_of
from dayspring.therapy.injections import draft_injection
from dayspring.therapy.order_findings import OrderFinding, Taker
from dayspring.therapy.order_kinds import AnyOrder
from dayspring.therapy.orders import draft_order, limits_of, order_dict
from dayspring.therapy.sprays import draft_spray
from dayspring.therapy.tablets import draft_tablets
from dayspring.therapy.worked import weights, worked

WORDS = "reckon a dose by a protocol, line by line, and say what the limits make of it"
# A number that is typed: its flag, its unit, and what it is.
NUMBERS: tuple[tuple[str, str, str], ...] = (
    ("weight", "kg", "the weight in kg"),
    ("height", "cm", "the height in cm"),
    ("age", "a", "the age in years"),
    ("mg-per-kg", "mg/kg", "the dose per kilogram"),
    ("mg", "mg", "the dose of a spray or of tablets"),
    ("target", "mg", "the dose that tablets for home are to reach"),
    ("volume", "mL", "what the bag or syringe holds in all"),
    ("minutes", "min", "how long the infusion runs"),
    ("mg-per-hour", "mg/h", "the speed of a long infusion"),
    ("mg-per-kg-per-hour", "mg/kg/h", "the same, per kilogram"),
    ("hours", "h", "how long a long infusion runs"),
    ("bolus", "mg", "what is given before a long infusion"),
    ("bag-mg", "mg", "the drug in one bag"),
    ("bag-ml", "mL", "the volume of one bag"),
)
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("--protocol",), {"default": "iv_depression", "help": "the protocol's key"}),
    (("--product",), {"default": "", "help": "what it is drawn from or made of, as knowledge/drugs has it"}),
    (("--sex",), {"default": "", "help": "male or female, for the ideal weight"}),
    (("--basis",), {"default": "actual", "help": "actual, ideal or adjusted"}),
    (("--child-pugh",), {"default": "", "help": "A, B or C"}),
    *(((f"--{flag}",), {"default": "", "help": words}) for flag, _, words in NUMBERS),
    (("--on",), {"default": "", "metavar": "DATE", "help": "the day, as 2026-12-31; today when left out"}),
    (("--json",), {"action": "store_true", "help": "all of it as one JSON document"}),
]
TAKEN = "Taken as weighed that day, twice, with no other dose given or ordered."

Numbers = Mapping[str, Quantity]


class Unreadable(ValueError):
    """What was typed could not be read; each fault names its flag."""


def run(asked: argparse.Namespace) -> int:
    """Exit status 0 when no limit stops the order, 1 when one does, 2 when what was typed cannot be read."""
    shelf = library()
    try:
        order, bases, numbers = drafted(asked, shelf)
    except Unreadable as wrong:
        print(wrong, file=sys.stderr)
        return 2
    said = limits_of(
        order,
        shelf,
        weight_age=timedelta(),
        last_doses=(),
        committed=(),
        second_reading=order.weight,
        taker=Taker(age=numbers.get("age"), liver=asked.child_pugh),
    )
    if asked.json:
        print(json.dumps(document(order, bases, said, shelf), indent=2, ensure_ascii=False))
    else:
        print("\n".join(spoken(order, bases, said, shelf)))
    return 1 if any(finding.kind == "BLOCK" for finding in said) else 0


def drafted(asked: argparse.Namespace, shelf: Library) -> tuple[AnyOrder, WeightBases, Numbers]:
    """The order that was typed. Raises Unreadable with every fault that can be told at once."""
    faults: list[str] = []
    numbers: dict[str, Quantity] = {}
    for flag, unit, _ in NUMBERS:
        if text := getattr(asked, flag.replace("-", "_")):
            try:
                numbers[flag] = typed(text, unit)
            except NotANumber as wrong:
                faults.append(f"--{flag}: {wrong}")
    if "weight" not in numbers and not asked.weight:
        faults.append("--weight: a weight is needed")
    if asked.protocol not in shelf.protocols:
        faults.append(f"--protocol: no protocol is called {asked.protocol}: {', '.join(shelf.protocols)}")
    if asked.child_pugh not in ("", "A", "B", "C"):
        faults.append(f"--child-pugh: “{asked.child_pugh}” is none of A, B and C")
    try:
        on = date.fromisoformat(asked.on) if asked.on else datetime.now(UTC).date()
    except ValueError as wrong:
        faults.append(f"--on: {wrong}")
    if faults:
        raise Unreadable("\n".join(faults))
    kind = kind_of(asked.protocol, shelf)
    if kind == "drip" and ("minutes" in numbers or "volume" in numbers):
        kind = "infusion"
    if lacking := [f"--{flag}: needed for {asked.protocol}" for flag in NEEDS[kind] if flag not in numbers]:
        raise Unreadable("\n".join(lacking))
    try:
        bases = weight_bases(numbers["weight"], numbers.get("height"), asked.sex, shelf)
        return DRAFTS[kind](_shared(asked, shelf, bases, on), numbers), bases, numbers
    except ValueError as wrong:
        raise Unreadable(str(wrong)) from wrong


NEEDS: Mapping[str, tuple[str, ...]] = {
    "infusion": ("mg-per-kg", "volume", "minutes"),
    "injection": ("mg-per-kg",),
    "spray": ("mg",),
    "tablets": (),
    "drip": ("hours", "bag-mg", "bag-ml"),
}


def _shared(asked: argparse.Namespace, shelf: Library, bases: WeightBases, on: date) -> dict[str, Any]:
    """What orders of every kind are drafted from."""
    row = shelf.protocols[asked.protocol]
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return {
        "knowledge": shelf,
        "route": row["route"],
        "setting": row.get("setting", "clinic"),
        "drug": row["drug"],
        "form": row["form"],
        "protocol": asked.protocol,
        "session_no": 1,
        "basis": asked.basis,
        "bases": bases,
        "weight_measured_at": noon,
        "product": asked.product or _usual(row, shelf),
        "planned_for": noon,
        "not_after": on,
    }


def _usual(row: Mapping[str, Any], shelf: Library) -> str:
    """The one product of that kind and route when there is but one; tablets begin with the smallest."""
    wanted = {"spray": "spray", "tablets": "tablet"}.get(row.get("kind", ""), "vial")
    products = shelf.drugs[row["drug"]]["products"]
    fits = [k for k, p in products.items() if p["kind"] == wanted and row["route"] in p["routes"]]
    if wanted == "tablet":
        return str(min(fits, key=lambda key: products[key]["strength"]))
    if len(fits) != 1:
        raise NotANumber(f"--product: one is needed, of {', '.join(fits)}")
    return str(fits[0])


def _vial(shared: dict[str, Any]) -> dict[str, Any]:
    """The strength on the label of the vial, and whether it is diluted before it is drawn from."""
    shelf: Library = shared["knowledge"]
    label = shelf.drugs[shared["drug"]]["products"].get(shared["product"], {})
    if "stock" not in label:
        raise NotANumber(f"--product: “{shared['product']}” is no vial of {shared['drug']}")
    stock = Quantity(Decimal(label["stock"]), "mg/mL")
    return {"stock": stock, "diluted_first": must_be_diluted_first(stock, shelf)}


def _infusion(shared: dict[str, Any], n: Numbers) -> AnyOrder:
    shared.pop("setting")
    vial = _vial(shared)
    return draft_order(
        **shared, **vial, mg_per_kg=n["mg-per-kg"], total_volume=n["volume"], minutes=n["minutes"]
    )


def _injection(shared: dict[str, Any], n: Numbers) -> AnyOrder:
    return draft_injection(**shared, stock=_vial(shared)["stock"], mg_per_kg=n["mg-per-kg"])


def _spray(shared: dict[str, Any], n: Numbers) -> AnyOrder:
    bases: WeightBases = shared.pop("bases")
    shared.pop("basis")
    return draft_spray(**shared, weight=bases.actual, asked=n["mg"])


def _tablets(shared: dict[str, Any], n: Numbers) -> AnyOrder:
    return draft_tablets(**shared, asked=n.get("mg"), mg_per_kg=n.get("mg-per-kg"), target=n.get("target"))


def _drip(shared: dict[str, Any], n: Numbers) -> AnyOrder:
    return draft_drip(
        **shared,
        **_vial(shared),
        speed=n.get("mg-per-hour"),
        speed_per_kg=n.get("mg-per-kg-per-hour"),
        lasting=n["hours"],
        bolus=n.get("bolus", NO_BOLUS),
        bag_dose=n["bag-mg"],
        bag_volume=n["bag-ml"],
    )


DRAFTS: Mapping[str, Callable[[dict[str, Any], Numbers], AnyOrder]] = {
    "infusion": _infusion,
    "injection": _injection,
    "spray": _spray,
    "tablets": _tablets,
    "drip": _drip,
}


def spoken(
    order: AnyOrder, bases: WeightBases, said: tuple[OrderFinding, ...], shelf: Library
) -> Iterator[str]:
    """Weights, arithmetic, findings with their sources, and what was taken for granted."""
    yield f"{shelf.protocols[order.protocol]['name']}: {order.dose}"
    yield from (f"  {line}" for line in (*weights(bases, shelf), *worked(order, shelf)))
    for finding in said:
        yield f"{finding.kind}  {finding.rule}  {finding.says}"
    for key in sorted({source_of(finding) for finding in said} - {""}):
        yield f"  {key}: {shelf.sources[key].title}"
    yield "Stopped." if any(f.kind == "BLOCK" for f in said) else "Nothing stops it."
    yield TAKEN


def source_of(finding: OrderFinding) -> str:
    """The key of the source that a finding rests on; empty where arithmetic alone decides."""
    return finding.limit.source if finding.limit else finding.source


def document(
    order: AnyOrder, bases: WeightBases, said: tuple[OrderFinding, ...], shelf: Library
) -> dict[str, Any]:
    """The same as one JSON document."""
    return {
        "protocol": order.protocol,
        "kind": order.kind,
        "order": order_dict(order),
        "arithmetic": [*weights(bases, shelf), *worked(order, shelf)],
        "findings": [
            {
                "kind": finding.kind,
                "rule": finding.rule,
                "says": finding.says,
                "limit": str(finding.limit) if finding.limit else None,
                "source": source_of(finding) or None,
                "standing": finding.limit.standing if finding.limit else None,
            }
            for finding in said
        ],
        "stopped": any(finding.kind == "BLOCK" for finding in said),
        "taken": TAKEN,
    }
