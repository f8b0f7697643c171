"""Whether what an order is made of stands on this clinic's shelf, with the label's own strength, for that route."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dayspring.knowledge import Library
from dayspring.quantities import Quantity
from dayspring.therapy import dosing
from dayspring.therapy.order_findings import Known, OrderFinding, block
from dayspring.therapy.order_kinds import AnyOrder, Drip, Injection, Order, Spray, Tablets

VIAL, SPRAY, TABLET = "vial", "spray", "tablet"


def shelf(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """The strength is the label's, of a product that this clinic knows, in the order's drug, form and route."""
    drug = knowledge.drugs.get(order.drug, {})
    products = drug.get("products", {})
    match order:
        case Order() | Injection() | Drip():
            yield from _vial(order, products)
        case Spray():
            yield from _spray(order, products)
        case Tablets():
            for key, strength in ((order.product, order.small), (order.large_product, order.large)):
                label = products.get(key)
                yield from _known(TABLET, key, label, order)
                yield from _label(TABLET, key, None if label is None else label.get("strength"), strength)
    if drug and order.form != drug["form"]:
        yield block(VIAL, f"{order.drug} is {drug['form']}; the order says {order.form}.")


def _vial(order: Order | Injection | Drip, products: Any) -> Iterator[OrderFinding]:
    label = products.get(order.product)
    yield from _known(VIAL, order.product, label, order)
    yield from _label(VIAL, order.product, None if label is None else label.get("stock"), order.stock)


def _spray(order: Spray, products: Any) -> Iterator[OrderFinding]:
    label = products.get(order.product)
    yield from _known(SPRAY, order.product, label, order)
    if label is None or label["kind"] != SPRAY:
        return
    gives = Decimal(label["per_spray"]) * label["sprays"]
    yield from _label(SPRAY, order.product, gives, order.device_dose)
    if order.sprays != label["sprays"]:
        yield block(
            SPRAY,
            f"{order.product} gives {label['sprays']} sprays on its label; the order says {order.sprays}.",
        )


def _known(kind: str, product: str, label: Any, order: AnyOrder) -> Iterator[OrderFinding]:
    if label is None:
        yield block(kind, f"“{product}” is no {kind} of {order.drug} that this clinic knows.")
    elif label.get("kind", VIAL) != kind:
        yield block(kind, f"{product} is a {label['kind']}; the order needs a {kind}.")
    elif order.route not in label.get("routes", (order.route,)):
        yield block(kind, f"{product} is for {', '.join(label['routes'])}; the order says {order.route}.")


def _label(kind: str, product: str, holds: Any, ordered: Quantity) -> Iterator[OrderFinding]:
    if holds is not None and ordered.value != holds:
        yield block(kind, f"{product} holds {holds} {ordered.unit} on its label; the order says {ordered}.")


def source(order: AnyOrder, knowledge: Library, known: Known) -> Iterator[OrderFinding]:
    """What is drawn from is the vial, or the vial diluted once with an equal volume; nothing else has a name."""
    if not isinstance(order, Order | Drip):
        return
    sources = (order.stock, dosing.first_dilution(order.stock, knowledge))
    if order.source not in sources:
        yield block(
            "source",
            f"A vial of {order.stock} gives {sources[0]} or, diluted first, {sources[1]}; "
            f"the order draws from {order.source}.",
        )
