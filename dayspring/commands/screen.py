"""`dayspring screen`: the facts about one person in, every rule that fires out, each with its source."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dayspring.knowledge import Library, library
from dayspring.knowledge.rows import STANDINGS
from dayspring.therapy.facts_file import FaultyFacts, read_facts
from dayspring.therapy.facts_schema import decision_document, schema
from dayspring.therapy.screening import Decision, ScreeningFinding, screen

WORDS = "say who may be treated, from a file of facts; every reason with its source"
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (
        ("facts",),
        {"nargs": "?", "default": "", "metavar": "FACTS.json", "help": "a file; - reads standard input"},
    ),
    (("--on",), {"default": "", "metavar": "DATE", "help": "the day, as 2026-12-31; today when left out"}),
    (("--json",), {"action": "store_true", "help": "the decision as one JSON document"}),
    (
        ("--schema",),
        {"action": "store_true", "help": "print the JSON Schema of the facts and do nothing else"},
    ),
]
STATUS = {
    "eligible": "Eligible. Nothing that was told stands against it.",
    "needs_review": "Needs review. Somebody must weigh or ask what follows.",
    "not_eligible": "Not eligible.",
}
HEADS = (
    ("BLOCK", "Stands against it"),
    ("REVIEW", "To weigh"),
    ("INDICATION", "Speaks for it"),
    ("WARN", "To heed"),
    ("INFO", "To know"),
)


def run(asked: argparse.Namespace) -> int:
    """Exit status 0 when the facts could be read, whatever was decided; 2 with every fault named when not."""
    shelf = library()
    if asked.schema:
        print(json.dumps(schema(shelf), indent=2, ensure_ascii=False))
        return 0
    try:
        on = date.fromisoformat(asked.on) if asked.on else datetime.now().astimezone().date()
        facts = read_facts(_text(asked.facts), shelf)
    except FaultyFacts as wrong:
        for place, says in wrong.faults:
            print(f"{place}: {says}", file=sys.stderr)
        return 2
    except (ValueError, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    said = screen(facts.answers, shelf, on=on, aim=facts.aim)
    if asked.json:
        document = decision_document(said, facts.aim, on=on, knowledge=shelf)
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        print("\n".join(spoken(said, shelf)))
    return 0


def _text(name: str) -> str:
    if not name:
        raise ValueError("Name a file of facts, or - for standard input; --schema prints what it holds.")
    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")


def spoken(said: Decision, shelf: Library) -> Iterator[str]:
    """The decision in lines: status, then the gravest first; what must be asked stands apart."""
    yield STATUS[said.status]
    for kind, head in HEADS:
        found = [f for f in said.findings if f.kind == kind and not f.asks]
        if found:
            yield f"\n{head}"
            for finding in found:
                yield from _lines(finding, shelf)
    if asks := [f for f in said.findings if f.asks]:
        yield "\nNot known yet"
        yield from dict.fromkeys(f"  {f.asks}  ({f.rule}: {f.reason})" for f in asks)
    yield f"\n{len(said.quiet)} rules found nothing."


def _lines(finding: ScreeningFinding, shelf: Library) -> Iterator[str]:
    source = shelf.sources.get(finding.source)
    yield f"  {finding.rule}  {finding.reason}"
    yield f"      on: {finding.evidence}"
    yield f"      by: {source.title if source else finding.source} ({STANDINGS[finding.standing]})"
