"""`dayspring changes OLD.json [NEW.json]`: what changed between two versions, for patients and staff."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dayspring.knowledge import library
from dayspring.knowledge.pack import Change, PackBroken, changes, content, read_pack

WORDS = "say what changed between two versions, for patients and staff"
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (
        ("old",),
        {"metavar": "OLD.json", "help": "the pack of the older version: its docs/reference/pack.json"},
    ),
    (
        ("new",),
        {
            "metavar": "NEW.json",
            "nargs": "?",
            "default": "",
            "help": "the pack of the newer one; none: this version",
        },
    ),
    (
        ("--all",),
        {"action": "store_true", "help": "also rows that only staff or nobody meets, such as the model"},
    ),
]
# What a patient or a member of staff meets. The rest is how it works, and is told with --all.
MET = {
    "limits": "Limits",
    "protocols": "Protocols",
    "screening": "Screening",
    "rulebook": "Rules",
    "consents": "Consents",
    "paragraphs": "Wording",
    "drugs": "Drugs",
    "routes": "Routes",
    "instruments": "Questionnaires",
    "conditions": "Findings of the room",
    "roles": "Who may do what",
    "jurisdiction": "Where the clinic works",
}
# Fields that say where a row comes from; they are told after what it says.
GROUNDS = ("source", "where", "standing", "agreed")


def run(asked: argparse.Namespace) -> int:
    """Prints what changed. Exit status 0 when both packs could be read, else 2."""
    try:
        old = read_pack(Path(asked.old))
        new = read_pack(Path(asked.new)) if asked.new else content(library())
    except PackBroken as broken:
        print(broken, file=sys.stderr)
        return 2
    found = changes(old, new)
    met = found if asked.all else tuple(change for change in found if change.shelf in MET)
    for line in told(met):
        print(line)
    if hidden := len(found) - len(met):
        print(
            f"\n{hidden} further {'row' if hidden == 1 else 'rows'} that nobody meets changed; --all tells them."
        )
    return 0


def told(found: Iterable[Change]) -> Iterator[str]:
    """The changes in plain words, under a heading for each part."""
    rows = list(found)
    if not rows:
        yield "Nothing changed for patients and staff."
    for shelf in dict.fromkeys(change.shelf for change in rows):
        yield f"\n### {MET.get(shelf, shelf.capitalize())}\n"
        for change in rows:
            if change.shelf == shelf:
                yield f"- {sentence(change)}"


def sentence(change: Change) -> str:
    """One change as a sentence: the number or wording, old and new, then the source."""
    name = change.name.replace("_", " ")
    said = {field: (old, new) for field, old, new in change.spoken}
    source = f" Source: {change.source}." if change.source else ""
    means = f" {change.means}" if change.means else ""
    if change.kind != "changed":
        side = 1 if change.kind == "added" else 0
        return f"**{name}** is {'new' if side else 'gone'}: {_whole(said, side)}.{means}{source}"
    parts = [_moved(field, *pair) for field, pair in said.items() if field not in GROUNDS]
    parts += [_moved(field, *pair) for field, pair in said.items() if field in GROUNDS]
    return f"**{name}**: {'; '.join(parts)}.{means}{source}"


def _whole(said: dict[str, tuple[str, str]], side: int) -> str:
    """A row that is new or gone: its number, or its own words."""
    row = {field: pair[side] for field, pair in said.items()}
    if "bound" in row:
        return f"{row['bound']} {row.get('value', '')}".strip()
    left = {field: value for field, value in row.items() if field not in (*GROUNDS, "means") and value}
    return "; ".join(f"{field} {value}" for field, value in left.items()) or "an empty row"


def _moved(field: str, old: str, new: str) -> str:
    if field == "value":
        return f"now {new}, was {old}"
    if not old:
        return f"{field} is now said: {new}"
    return f"{field} now “{new}”, was “{old}”" if new else f"{field} no longer says “{old}”"
