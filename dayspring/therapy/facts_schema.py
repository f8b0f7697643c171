"""The JSON Schema of the facts, drawn from the questions themselves; and a decision as a JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dayspring.knowledge import Library
from dayspring.knowledge.rows import STANDINGS
from dayspring.quantities import SPOKEN
from dayspring.therapy.aim import SETTINGS, Aim
from dayspring.therapy.facts_file import JURISDICTIONS, PLANNED, Node, tree
from dayspring.therapy.intake import YES_NO_UNKNOWN, Question, columns
from dayspring.therapy.screening import Decision

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(knowledge: Library) -> Schema:
    """What `screen` reads: every place with its wording, unit, kind and ends. Every place may be left out."""
    found = _object(tree(knowledge), knowledge)
    found["properties"][PLANNED] = _planned(found["properties"].get(PLANNED, {}), knowledge)
    return {
        "$schema": DIALECT,
        "title": "The facts about one person, for screening",
        "description": "What is left out is unknown, and unknown is never no: it is asked for.",
        **found,
        "required": [PLANNED],
        "$defs": {"yes_no_unknown": _spoken()},
    }


def _spoken() -> Schema:
    said = {"enum": list(YES_NO_UNKNOWN)}
    more = {
        "type": "object",
        "properties": {
            "answer": said,
            "on": {"type": "string", "format": "date", "title": "When it was"},
            "detail": {"type": "string", "title": "More about it"},
        },
        "required": ["answer"],
        "additionalProperties": False,
    }
    return {"anyOf": [said, more]}


def _object(node: Node, knowledge: Library) -> Schema:
    if node.question is not None:
        return _leaf(node.question, knowledge)
    if node.is_list:
        entries = [_object(node.below[number], knowledge) for number in range(len(node.below))]
        return {"type": "array", "prefixItems": entries, "items": False}
    below = {str(name): _object(inner, knowledge) for name, inner in node.below.items()}
    return {"type": "object", "properties": below, "additionalProperties": False}


def _leaf(question: Question, knowledge: Library) -> Schema:
    """One question. Wording and unit are words for people; the ends are what can be true at all."""
    found: Schema = {"title": question.wording, "$comment": question.key}
    if question.unit:
        found["description"] = f"in {SPOKEN.get(question.unit, question.unit)}"
    lists = columns(knowledge)
    match question.kind:
        case "yes_no_unknown":
            found["$ref"] = "#/$defs/yes_no_unknown"
        case "choice":
            found["enum"] = list(question.choices)
        case "date":
            found |= {"type": "string", "format": "date"}
        case "text":
            found["type"] = "string"
        case kind if kind in lists:
            found |= {"type": "array", "items": _row(lists[kind], knowledge)}
        case _:
            found |= _number(question)
    return found


def _number(question: Question) -> Schema:
    ends = {"minimum": question.lowest, "maximum": question.highest}
    kind = "integer" if question.kind == "whole" else "number"
    return {"type": kind} | {name: _plain(end) for name, end in ends.items() if end is not None}


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _row(names: Mapping[str, Question], knowledge: Library) -> Schema:
    return {
        "type": "object",
        "properties": {name: _leaf(column, knowledge) for name, column in names.items()},
        "required": [name for name, column in names.items() if column.needed],
        "additionalProperties": False,
    }


def _planned(rest: Schema, knowledge: Library) -> Schema:
    named = {
        "protocol": {"enum": sorted(knowledge.protocols), "title": "Which protocol"},
        "route": {"enum": sorted(knowledge.routes), "title": "By which route, where no protocol is named"},
        "setting": {"enum": list(SETTINGS), "title": "Where"},
        "drug": {"enum": sorted(knowledge.drugs), "title": "Which drug"},
        "jurisdiction": {"enum": list(JURISDICTIONS), "title": "Under whose law"},
    }
    return {
        "type": "object",
        "title": "The treatment that is thought about",
        "properties": named | rest.get("properties", {}),
        "anyOf": [{"required": ["protocol"]}, {"required": ["route"]}],
        "additionalProperties": False,
    }


def decision_document(decision: Decision, aim: Aim, *, on: date, knowledge: Library) -> Schema:
    """A decision as JSON: status, every finding with its reason, evidence, limit, source and standing."""
    return {
        "on": on.isoformat(),
        "planned": {
            "protocol": aim.protocol or None,
            "route": aim.route,
            "setting": aim.setting,
            "drug": aim.drug,
            "jurisdiction": aim.jurisdiction,
        },
        "status": decision.status,
        "findings": [
            {
                "kind": found.kind,
                "rule": found.rule,
                "reason": found.reason,
                "evidence": found.evidence,
                "asks": found.asks or None,
                "limit": str(found.limit) if found.limit else None,
                "source": found.source,
                "source_title": _title(found.source, knowledge),
                "standing": found.standing,
                "standing_means": STANDINGS[found.standing],
            }
            for found in decision.findings
        ],
        "quiet": list(decision.quiet),
    }


def _title(source: str, knowledge: Library) -> str | None:
    row = knowledge.sources.get(source)
    return row.title if row else None
