"""Which protocol a page of the plan is about, and what of its drug may be on the shelf for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dayspring.clinic.showing.folded import Folded
from dayspring.knowledge import Library
from dayspring.therapy.aim import INTO_A_VEIN
from dayspring.therapy.facts import RegimenPlanned
from dayspring.therapy.order_kinds import Drip, Injection, Order, Spray, Tablets

ON_THE_SHELF = {
    Order.kind: "vial",
    Injection.kind: "vial",
    Drip.kind: "vial",
    Spray.kind: "spray",
    Tablets.kind: "tablet",
}


def protocol_of(request: HttpRequest, fold: Folded, knowledge: Library) -> str:
    """The protocol that is asked for, else the one that was decided, else the one planned, else the commonest."""
    planned = fold.course.plan.fact if fold.course.plan else None
    wanted = (
        request.POST.get("protocol") or request.GET.get("protocol") or "",
        fold.course.decision.protocol if fold.course.decision else "",
        planned.protocol if isinstance(planned, RegimenPlanned) else "",
    )
    return next((key for key in wanted if key in knowledge.protocols), INTO_A_VEIN.protocol)


def protocols(knowledge: Library, chosen: str, decided: str) -> list[dict[str, Any]]:
    """Every protocol that is switched on, and the chosen one whatever it is."""
    return [
        {"key": key, "name": row["name"], "chosen": key == chosen, "decided": key == decided}
        for key, row in knowledge.protocols.items()
        if row.get("enabled", True) or key == chosen
    ]


def products(protocol: Mapping[str, Any], kind: str, knowledge: Library) -> dict[str, Mapping[str, Any]]:
    """What of the drug fits the kind of order and its route."""
    return {
        key: row
        for key, row in knowledge.drugs[protocol["drug"]]["products"].items()
        if row.get("kind", "vial") == ON_THE_SHELF[kind]
        and protocol["route"] in row.get("routes", [protocol["route"]])
    }


def into(protocol: Mapping[str, Any], knowledge: Library) -> str:
    """The drug and the way it enters, as an order says it."""
    drug = {"ketamine": _("ketAMINE"), "esketamine": _("esKETAMINE")}.get(protocol["drug"], protocol["drug"])
    return f"{drug} {knowledge.routes[protocol['route']]['name']}"
