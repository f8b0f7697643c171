"""The reference pages of the docs, printed from the knowledge and the tables, so that they cannot drift."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dayspring.knowledge import Library, library
from dayspring.knowledge.rows import STANDINGS
from dayspring.quantities import SPOKEN, plain
from dayspring.therapy.roles import roles_table
from dayspring.therapy.session import NEXT, STAGES

HOME = Path(__file__).resolve().parents[2]
HEAD = "<!-- Printed by `python3 tasks.py docs`. Change the source, not this page. -->\n\n"


def write(folder: Path, *, check: bool) -> list[str]:
    """Prints every page; gives the names of those that were not as they should be. `check` changes nothing."""
    stale = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        text = HEAD + page(library())
        path = folder / f"{name}.md"
        if path.exists() and path.read_text() == text:
            continue
        stale.append(f"{name}.md")
        if not check:
            path.write_text(text)
    return stale


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def limits(knowledge: Library) -> str:
    words = {"at_most": "at most", "at_least": "at least", "equals": ""}
    rows = []
    for key, limit in sorted(knowledge.limits.items()):
        bound = next(word for name, word in words.items() if getattr(limit, name) is not None)
        amount = f"{bound} {plain(limit.value)} {SPOKEN.get(limit.unit, limit.unit)}".strip()
        rows.append(
            (
                f"`{key}`",
                amount,
                limit.means,
                f"{limit.source}, {limit.where}",
                STANDINGS[limit.standing],
                limit.agreed,
            )
        )
    head = ("limit", "number", "what it means", "source", "standing", "agreed")
    return f"# Limits\n\n{len(rows)} numbers that can hold, warn or stop, each with its source.\n\n{table(head, rows)}"


def sources(knowledge: Library) -> str:
    rows = [(key, s.title, s.address, s.note) for key, s in knowledge.sources.items()]
    return f"# Sources\n\n{table(('key', 'title', 'address', 'note'), rows)}"


def protocols(knowledge: Library) -> str:
    parts = ["# Protocols\n"]
    for key, protocol in knowledge.protocols.items():
        rows = [(name, _value(value, knowledge)) for name, value in _flat(protocol)]
        parts.append(f"\n## {protocol['name']} (`{key}`)\n\n{table(('what', 'value'), rows)}")
    return "".join(parts)


def _flat(row: Mapping[str, Any], before: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in row.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{before}{name}: ")
        else:
            found.append((f"{before}{name}".replace("_", " "), value))
    return found


def _value(value: object, knowledge: Library) -> str:
    if isinstance(value, list):
        return ", ".join(_value(each, knowledge) for each in value)
    if isinstance(value, str) and value in knowledge.limits:
        return f"`{value}`: {knowledge.limits[value]}"
    return str(value)


def conditions(knowledge: Library) -> str:
    rows = [
        (
            f"`{key}`",
            row["priority"],
            row["do"],
            row["proposes"] or "nothing",
            f"{row['source']}, {row['where']}",
            STANDINGS[row["standing"]],
        )
        for key, row in knowledge.conditions.items()
        if key != "events"
    ]
    head = ("condition", "priority", "what to do", "proposes", "source", "standing")
    events = [(f"`{tap}`", condition) for tap, condition in knowledge.conditions["events"].items()]
    taps = table(("event", "counts as"), events)
    return f"# What can be found in the room\n\n{table(head, rows)}\n## One-tap events\n\n{taps}"


def session(knowledge: Library) -> str:
    rows = [
        (state.value, STAGES[state], kind.__name__, reached.value)
        for state, row in NEXT.items()
        for kind, reached in row.items()
    ]
    head = ("state", "stage", "fact", "next state")
    return f"# The session\n\nEvery way from one state to the next; there is no other.\n\n{table(head, rows)}"


def roles(knowledge: Library) -> str:
    return f"# Who may do what\n\n{roles_table(knowledge).rstrip()}\n"


def screening(knowledge: Library) -> str:
    rows = []
    for key, row in knowledge.screening["history"].items():
        rows.append((f"`{key}`", row["wording"], row.get("source", ""), row.get("standing", "")))
    return f"# Questions of history in the intake\n\n{table(('key', 'question', 'source', 'standing'), rows)}"


def hazards(knowledge: Library) -> str:
    path = HOME / "docs" / "hazards.toml"
    told = tomllib.loads(path.read_text()) if path.exists() else {}
    rows = [
        (
            key,
            row.get("title", ""),
            row.get("severity", ""),
            row.get("control", ""),
            row.get("status", ""),
            "<br>".join(row.get("tests", [])),
        )
        for key, row in told.items()
        if isinstance(row, dict)
    ]
    return f"# Hazards\n\n{table(('id', 'hazard', 'severity', 'control', 'status', 'tests'), rows)}"


PAGES: dict[str, Callable[[Library], str]] = {
    "limits": limits,
    "sources": sources,
    "protocols": protocols,
    "conditions": conditions,
    "session": session,
    "roles": roles,
    "screening": screening,
    "hazards": hazards,
}
