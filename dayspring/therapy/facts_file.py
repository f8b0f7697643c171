"""The facts about one person as a JSON document: its schema, and the strict reading into answers and an aim.

The document is a tree with a place for every question of the intake. Both ways, schema and reading, walk the
same tree, so that what the schema promises is what is read. Nothing is half-read: with one fault there are
no answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dayspring.knowledge import Library
from dayspring.therapy.aim import SETTINGS, Aim, aim_of
from dayspring.therapy.intake import Question, columns, questions, read_answers

Path = tuple[str | int, ...]
TOP = "$"
PLANNED = "planned"
JURISDICTIONS = ("US", "EU", "UK", "CA", "AU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a document says: for which treatment, and the answers by question key."""

    aim: Aim
    answers: Mapping[str, object]


class FaultyFacts(ValueError):
    """The document cannot be read; `faults` holds each place, as a JSON path, and what is wrong there."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"{len(faults)} fault(s) in the facts")
        self.faults = tuple(faults)


@dataclass(slots=True)
class Node:
    """A place of the document: a question, or what lies beneath it."""

    question: Question | None = None
    below: dict[str | int, Node] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        return any(isinstance(name, int) for name in self.below)


def place_of(question: Question, knowledge: Library) -> Path:
    """Where a question stands in the document."""
    key = question.key
    for table in ("history", "home", "rems"):
        if key in knowledge.screening.get(table, {}):
            return (table, key)
    if found := re.fullmatch(r"cssrs_(\d)", key):
        return ("cssrs", found[1])
    if found := re.fullmatch(r"(systolic|diastolic)_(\d)", key):
        return ("vitals", "pressures", int(found[2]) - 1, found[1])
    if key.endswith("_upper"):
        return ("labs", key.removesuffix("_upper"), "upper")
    if question.pair == f"{key}_upper":
        return ("labs", key, "value")
    if key.startswith("pregnancy_test"):
        return ("pregnancy", "test", "on" if key.endswith("_date") else "result")
    if key.startswith(f"{PLANNED}_"):
        return (PLANNED, key.removeprefix(f"{PLANNED}_"))
    if key.endswith(("_total", "_score")):
        return ("scores", key)
    if question.kind in columns(knowledge) or key == "allergies":
        return (key,)
    return (_section(question, knowledge), key)


def _section(question: Question, knowledge: Library) -> str:
    titles: Mapping[str, str] = knowledge.screening["questions"]["sections"]
    return next(short for short, title in titles.items() if title == question.section)


def tree(knowledge: Library) -> Node:
    """The whole document, a place for each question."""
    root = Node()
    for question in questions(knowledge):
        node = root
        for name in place_of(question, knowledge):
            node = node.below.setdefault(name, Node())
        node.question = question
    return root


def shown(path: Path) -> str:
    """A place as a JSON path: $.vitals.pressures[0].systolic."""
    return TOP + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def read_facts(text: str, knowledge: Library) -> Facts:
    """The facts that a document holds. Raises FaultyFacts with every fault by its place."""
    faults: list[tuple[str, str]] = []
    root = tree(knowledge)

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        twice = sorted({name for name, _ in pairs if [n for n, _ in pairs].count(name) > 1})
        faults.extend((TOP, f"“{name}” stands twice in one object.") for name in twice)
        return dict(pairs)

    try:
        document = json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=unique)
    except (ValueError, RecursionError) as wrong:
        raise FaultyFacts([(TOP, f"This is not JSON: {wrong}.")]) from None
    if not isinstance(document, dict):
        raise FaultyFacts([(TOP, f"expected an object, got {_called(document)}.")])
    planned = document.get(PLANNED, {})
    aim = _aim(planned, knowledge, faults)
    rest = {name: value for name, value in document.items() if name != PLANNED}
    if isinstance(planned, dict) and (more := {n: v for n, v in planned.items() if n not in AIMED}):
        rest[PLANNED] = more
        root.below.setdefault(PLANNED, Node())
    raw: dict[str, object] = {}
    for path, question, value in _walk(rest, root, (), faults):
        if value is None:
            faults.append((shown(path), "null says nothing; leave it out, or say “unknown”."))
        raw[question.key] = value
    faults += [_placed(fault, knowledge) for fault in read_answers(raw, knowledge).faults]
    if faults or aim is None:
        raise FaultyFacts(faults)
    return Facts(aim=aim, answers=raw)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number")


def _walk(
    value: object, node: Node, path: Path, faults: list[tuple[str, str]]
) -> Iterator[tuple[Path, Question, object]]:
    """Each question with what the document says there; what has no place is a fault and is not read."""
    if node.question is not None:
        yield path, node.question, value
    elif node.is_list:
        yield from _walk_list(value, node, path, faults)
    elif not isinstance(value, dict):
        faults.append((shown(path), f"expected an object, got {_called(value)}."))
    else:
        for name, inner in value.items():
            if name in node.below:
                yield from _walk(inner, node.below[name], (*path, name), faults)
            else:
                known = [*(AIMED if path == (PLANNED,) else ()), *(str(n) for n in node.below)]
                said = f"nothing is called so here; there are {', '.join(known)}."
                faults.append((shown((*path, name)), said))


def _walk_list(
    value: object, node: Node, path: Path, faults: list[tuple[str, str]]
) -> Iterator[tuple[Path, Question, object]]:
    if not isinstance(value, list):
        faults.append((shown(path), f"expected a list, got {_called(value)}."))
        return
    if len(value) > len(node.below):
        faults.append((shown(path), f"holds {len(value)} entries; there is room for {len(node.below)}."))
    for number, inner in enumerate(value[: len(node.below)]):
        yield from _walk(inner, node.below[number], (*path, number), faults)


AIMED = ("protocol", "route", "setting", "drug", "jurisdiction")


def _aim(planned: object, knowledge: Library, faults: list[tuple[str, str]]) -> Aim | None:
    """The treatment that is thought about: a protocol by name, or a route, a drug and a setting."""
    if not isinstance(planned, dict):
        faults.append((shown((PLANNED,)), f"expected an object, got {_called(planned)}."))
        return None
    before = len(faults)
    for name, allowed in _choices(knowledge).items():
        if name in planned and planned[name] not in allowed:
            said = f"expected one of {', '.join(allowed)}, got {_called(planned[name])}."
            faults.append((shown((PLANNED, name)), said))
    if "protocol" not in planned and "route" not in planned:
        faults.append((shown((PLANNED,)), "names neither a protocol nor a route, so no rule can be chosen."))
    if len(faults) > before:
        return None
    return _chosen(planned, knowledge, faults)


def _chosen(planned: Mapping[str, str], knowledge: Library, faults: list[tuple[str, str]]) -> Aim | None:
    law = planned.get("jurisdiction", knowledge.jurisdiction)
    if "protocol" not in planned:
        aim = Aim(route=planned["route"])
    else:
        aim = aim_of(planned["protocol"], knowledge)
        for name in ("route", "setting", "drug"):
            if planned.get(name, getattr(aim, name)) != getattr(aim, name):
                said = f"{planned[name]}, but {planned['protocol']} has {getattr(aim, name)}."
                faults.append((shown((PLANNED, name)), said))
    return Aim(
        route=aim.route,
        setting=planned.get("setting", aim.setting),
        drug=planned.get("drug", aim.drug),
        jurisdiction=law,
        protocol=aim.protocol,
        indication=aim.indication,
    )


def _choices(knowledge: Library) -> dict[str, tuple[str, ...]]:
    return {
        "protocol": tuple(knowledge.protocols),
        "route": tuple(knowledge.routes),
        "setting": SETTINGS,
        "drug": tuple(knowledge.drugs),
        "jurisdiction": JURISDICTIONS,
    }


def _called(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else type(value).__name__


def _placed(fault: str, knowledge: Library) -> tuple[str, str]:
    """A fault of the intake's reading, moved from its question to its place in the document."""
    place, _, says = fault.partition(": ")
    key = re.split(r"[\[.]", place, maxsplit=1)[0]
    question = next((q for q in questions(knowledge) if q.key == key), None)
    if question is None:
        return TOP, fault
    return shown(place_of(question, knowledge)) + place[len(key) :], says
