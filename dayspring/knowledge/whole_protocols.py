"""Whether a protocol is whole: all that it names exists, and its numbers agree with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dayspring.knowledge.rows import Limit
from dayspring.quantities import span

if TYPE_CHECKING:
    from dayspring.knowledge.library import Library

Protocol = Mapping[str, Any]

INFUSION, CLINIC, HOME = "infusion", "clinic", "home"
SETTINGS = (CLINIC, HOME)
STAY_FROM = ("end", "dose")
# What each kind of order is taken from.
PRODUCT_OF = {INFUSION: "vial", "injection": "vial", "spray": "spray", "tablets": "tablet"}
# What one piece of a product holds: a device is given whole, and so is a tablet.
PIECES = ("device", "strength", "per_spray")
TIMES = frozenset({"s", "min", "h", "d", "wk", "mo"})
COUNT = frozenset({"1"})
DOSES = frozenset({"mg", "mg/kg", "mg/h", "mg/kg/h"})
UNITS = {
    "sessions": COUNT,
    "minimum_interval": TIMES,
    "interval_eu": TIMES,
    "infusion_minutes": TIMES,
    "start_dose": DOSES,
    "start_dose_older": DOSES,
    "start_range": DOSES,
    "dose_steps": DOSES,
    "fasting": TIMES,
    "phases.sessions": COUNT,
    "phases.weeks": TIMES,
    "phases.every": TIMES,
    "phases.decide_after": TIMES | COUNT,
}
NEEDED = ("sessions", "minimum_interval", "start_dose", "dose_steps")
OPTIONAL = ("start_dose_older", "start_range", "interval_eu")
TABLES = ("ceilings", "supply", "windows", "fasting", "monitoring")
STEPS = ("sessions", "weeks", "every", "decide_after")
# The one word of those tables that is no limit.
STAYS = "monitoring.stay_from"


def protocol_faults(key: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """What a protocol names and is not there; where all is there, what of it does not agree."""
    place = f"protocol {key}"
    missing = [*_names(place, protocol, shelf), *_limits(place, protocol, shelf)]
    yield from missing
    yield from _agree(place, protocol, shelf)
    yield from _product(place, protocol, shelf)
    if not missing:
        yield from _phases(place, protocol, shelf)
        yield from _spacing(place, protocol, shelf)
        yield from _ceilings(place, protocol, shelf)
        yield from _home(place, protocol, shelf)


# Names ------------------------------------------------------------------------------------------------


def _names(place: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """Every row of another table that the protocol names exists there."""
    rules = {rule for part in shelf.rulebook.values() for rule in part}
    indications = rules | set(shelf.screening.get("indications", ()))
    gate, measures = protocol.get("gate", {}), protocol.get("measures", {})
    instruments = protocol.get("instruments", ())
    for word, table, keys in (
        ("route", shelf.routes, [protocol.get("route")]),
        ("drug", shelf.drugs, [protocol.get("drug")]),
        ("consent", shelf.consents, [protocol.get("consent")]),
        ("setting", SETTINGS, [protocol.get("setting")]),
        ("kind", PRODUCT_OF, [protocol.get("kind")]),
        ("instrument", shelf.instruments, instruments),
        ("indication", indications, protocol.get("indications", ())),
        ("gate check", rules, gate.get("checks", ())),
        ("discharge check", rules, protocol.get("discharge", {}).get("checks", ())),
        ("rule", rules, [row.get("rule") for row in protocol.get("decisions", ())]),
        ("moment to count the stay from", STAY_FROM, [protocol.get("monitoring", {}).get("stay_from")]),
    ):
        for name in keys:
            if name not in table:
                yield f"{place} names the {word} {name}, which does not exist"
    for kind in protocol.get("required_vitals", ()):
        if kind not in shelf.codes:
            yield f"{place} requires {kind}, which codes.toml does not hold"
    yield from _among(
        place, "measures", (k for v in measures.values() for k in v), "instruments", instruments
    )
    yield from _among(
        place, "lets be overridden", gate.get("overridable", ()), "gate", gate.get("checks", ())
    )


def _among(place: str, does: str, keys: Iterable[str], of: str, whole: Iterable[str]) -> Iterator[str]:
    for key in dict.fromkeys(keys):
        if key not in whole:
            yield f"{place} {does} {key}, which is not among its {of}"


def _limits(place: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """Every key of a limit exists, and measures what its place is about."""
    for path, key in _limits_of(protocol):
        if key not in shelf.limits:
            yield f"{place} names the limit {key} as its {path}, which does not exist"
            continue
        wanted = UNITS.get(path) or UNITS.get(path.partition(".")[0])
        if wanted and (unit := shelf.limits[key].unit) not in wanted:
            yield (
                f"{place} names the limit {key} as its {path}; "
                f"its unit is {unit}, not {' or '.join(sorted(wanted))}"
            )


def _limits_of(protocol: Protocol) -> Iterator[tuple[str, Any]]:
    """Each place of a protocol that holds the key of a limit, or a list of such keys."""
    needed = (*NEEDED, "infusion_minutes") if protocol.get("kind") == INFUSION else NEEDED
    places = [(name, protocol.get(name)) for name in needed]
    places += [(name, protocol[name]) for name in OPTIONAL if name in protocol]
    for part in TABLES:
        places += [(f"{part}.{name}", value) for name, value in protocol.get(part, {}).items()]
    for phase in protocol.get("phases", ()):
        places += [(f"phases.{name}", phase[name]) for name in STEPS if name in phase]
    places += [("decisions.limits", row.get("limits", [])) for row in protocol.get("decisions", ())]
    for path, value in places:
        if path != STAYS:
            yield from ((path, key) for key in (value if isinstance(value, list) else [value]))


# Agreement --------------------------------------------------------------------------------------------


def _agree(place: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """The drug has the protocol's form; the consent is for its route, its indication and its setting."""
    drug = shelf.drugs.get(protocol.get("drug", ""), {})
    if drug and drug.get("form") != protocol.get("form"):
        yield f"{place} gives {protocol.get('form')} {protocol['drug']}, which is {drug.get('form')}"
    consent = shelf.consents.get(protocol.get("consent", ""), {})
    for word in ("route", "indication", "setting") if consent else ():
        if consent.get(word, CLINIC) != protocol.get(word):
            yield (
                f"{place} is for the {word} {protocol.get(word)}; "
                f"its consent {protocol['consent']} is for {consent.get(word, CLINIC)}"
            )


def _product(place: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """The route takes the kind, the drug has a product for both, and fixed doses are whole pieces of one."""
    route, drug, kind = (protocol.get(word, "") for word in ("route", "drug", "kind"))
    if route not in shelf.routes or drug not in shelf.drugs or kind not in PRODUCT_OF:
        return
    if kind not in shelf.routes[route]["kinds"]:
        takes = ", ".join(shelf.routes[route]["kinds"])
        yield f"{place} is of the kind {kind}; the route {route} takes {takes}"
    products = [
        product
        for product in shelf.drugs[drug]["products"].values()
        if product["kind"] == PRODUCT_OF[kind] and route in product["routes"]
    ]
    if not products:
        yield f"{place} needs a {PRODUCT_OF[kind]} of {drug} for the route {route}; {drug} has none"
        return
    held = (next((product[word] for word in PIECES if word in product), 0) for product in products)
    pieces = [piece for piece in held if piece]
    for key in protocol.get("dose_steps", ()):
        step = shelf.limits.get(key)
        if step and step.unit == "mg" and pieces and not any(step.value % piece == 0 for piece in pieces):
            yield (
                f"{place} steps to {step.value} mg ({key}), "
                f"which is no whole number of {drug}'s {min(pieces)} mg"
            )


def _phases(place: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """Phases have names of their own and an end; those before maintenance hold the protocol's sessions."""
    phases = protocol.get("phases", ())
    names = [phase.get("name") for phase in phases]
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        yield f"{place} has the phase {name} twice"
    for phase in phases:
        if ("sessions" in phase) is ("weeks" in phase):
            yield f"{place}, phase {phase.get('name')}, needs either sessions or weeks"
    counted = [phase for phase in phases if not phase.get("maintenance") and "sessions" in phase]
    whole = sum(shelf.limits[phase["sessions"]].value for phase in counted)
    most = shelf.limits[protocol["sessions"]]
    if counted and whole != most.value:
        yield f"{place} has {whole} sessions in its phases; {most.key} says {most.value}"
    if not counted:
        yield f"{place} has no phase that holds its {most.value} sessions ({most.key})"


def _spacing(place: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """No interval is shorter than the route's, and no phase is laid out closer than the interval."""
    least = shelf.limits[protocol["minimum_interval"]]
    by = shelf.routes[protocol["route"]].get("minimum_interval", {})
    own = next((by[word] for word in (protocol["indication"], protocol["drug"], "any") if word in by), "")
    route = shelf.limits.get(own)
    if route and span(least.quantity) < span(route.quantity):
        yield f"{place} lets {least.quantity} pass ({least.key}); its route asks for {route.quantity} ({own})"
    for phase in protocol.get("phases", ()):
        every = phase.get("every", [])
        for key in every if isinstance(every, list) else [every]:
            if span(shelf.limits[key].quantity) < span(least.quantity):
                yield (
                    f"{place}, phase {phase['name']}, is laid out every "
                    f"{shelf.limits[key].quantity} ({key}), "
                    f"closer than {least.quantity} ({least.key})"
                )


# Ceilings ---------------------------------------------------------------------------------------------


def _ceilings(place: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """A protocol blocks at some dose; warning comes before review before blocking; no step is blocked."""
    tiers = {tier: _lowest(protocol, tier, shelf) for tier in ("warn", "review", "block")}
    if not tiers["block"]:
        yield f"{place} has no ceiling that blocks"
    for tier, keys in protocol.get("ceilings", {}).items():
        for key in keys:
            if tier not in tiers or shelf.limits[key].at_most is None:
                yield f"{place} names {key} as a ceiling of {tier}; it is an at_most of {', '.join(tiers)}"
    for lower, upper in (("warn", "review"), ("review", "block"), ("warn", "block")):
        for unit, limit in tiers[lower].items():
            over = tiers[upper].get(unit)
            if over and limit.value > over.value:
                yield (
                    f"{place} {lower}s above {limit.value} ({limit.key}), "
                    f"but {upper}s above {over.value} ({over.key})"
                )
    for key in dict.fromkeys((protocol["start_dose"], *protocol["dose_steps"])):
        step = shelf.limits[key]
        over = tiers["block"].get(step.unit)
        if over and step.value > over.value:
            yield f"{place} steps to {step.value} ({key}), above its block of {over.value} ({over.key})"


def _lowest(protocol: Protocol, tier: str, shelf: Library) -> dict[str, Limit]:
    """The lowest ceiling of a tier for each unit."""
    lowest: dict[str, Limit] = {}
    for key in protocol.get("ceilings", {}).get(tier, ()):
        limit = shelf.limits[key]
        if limit.unit not in lowest or limit.value < lowest[limit.unit].value:
            lowest[limit.unit] = limit
    return lowest


def _home(place: str, protocol: Protocol, shelf: Library) -> Iterator[str]:
    """At home supply is limited and nothing is higher than beside staff; elsewhere nothing is supplied."""
    if protocol["setting"] != HOME:
        if "supply" in protocol:
            yield f"{place} supplies drug to take away, though its setting is {protocol['setting']}"
        return
    if not protocol.get("supply"):
        yield f"{place} is for the setting home and has no supply limits"
    own = _lowest(protocol, "block", shelf)
    for other, row in shelf.protocols.items():
        same = all(row.get(word) == protocol[word] for word in ("route", "drug", "indication"))
        if not same or row.get("setting") != CLINIC or any(k not in shelf.limits for _, k in _limits_of(row)):
            continue
        for unit, limit in _lowest(row, "block", shelf).items():
            if unit in own and own[unit].value > limit.value:
                yield (
                    f"{place} blocks above {own[unit].value} ({own[unit].key}), "
                    f"higher than protocol {other} in the clinic, {limit.value} ({limit.key})"
                )
