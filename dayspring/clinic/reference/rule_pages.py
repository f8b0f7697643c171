"""Pages of the rules: each with its source, where it speaks and the cases that reach it; what a clinic may change."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dayspring.clinic.reference.knowledge_pages import bound, source_link
from dayspring.clinic.reference.markdown import code, said, table, words
from dayspring.knowledge import Library
from dayspring.knowledge.house import FILE, FIXED, stricter
from dayspring.knowledge.pack import content, standings
from dayspring.knowledge.rows import STANDINGS
from dayspring.therapy.screening import rules as carried_out

LANES = ("clinic", "esketamine", "home")
SIDES = {"less": "a smaller number", "more": "a larger number"}
EXAMPLE = """```toml
[clinic]
jurisdiction = "US"

[systolic_before_dose_go]
at_most = 130
agreed = "Dr Amadi Okafor"
on = 2026-11-02
why = "Many of our patients are over 65."
```"""

# The rulebook's sections 1, 2, 3 and 7.
SCREENED = ("indications", "exclusions", "interactions", "home")


def rules(known: Library, cases: Path) -> str:
    """The rulebook: every rule with its source, where it speaks, and the worked cases that reach it."""
    reached = _reached(cases)
    fired = carried_out(known)
    listed = {rule: row for part in known.rulebook.values() for rule, row in part.items()}
    parts = [
        "# Rules",
        f"The {len(listed)} rules of the rulebook: where each speaks, what it rests on, and which worked cases "
        "reach it.",
        _counted(known, fired, reached),
    ]
    for name, part in known.rulebook.items():
        parts += [f"## {words(name).capitalize()}", _rule_table(part, reached)]
    parts += ["## What reaches each", _case_table(listed, reached, _in_protocols(known))]
    return "\n\n".join(parts)


def _rule_table(part: Mapping[str, Any], reached: Mapping[str, list[str]]) -> str:
    rows = [
        (
            code(rule),
            row.get("says", ""),
            _lanes(row),
            source_link(row.get("source", "")),
            STANDINGS.get(row.get("standing", ""), row.get("standing", "")),
            said(row.get("review_by")),
            str(len(reached.get(rule, ()))),
        )
        for rule, row in part.items()
        if isinstance(row, Mapping)
    ]
    head = ("Rule", "What it says", "Where it speaks", "Source", "Standing", "To be read again by", "Cases")
    return table(head, rows)


def _lanes(row: Mapping[str, Any]) -> str:
    """Where it speaks, with what it means there; all that the row says of its scope."""
    lanes = row.get("lanes")
    told = (
        [f"{lane} {said(lanes[lane])}" for lane in LANES if lane in lanes]
        if isinstance(lanes, Mapping)
        else []
    )
    scope = ("routes", "settings", "jurisdictions")
    told += [f"{words(name)}: {said(row[name])}" for name in scope if row.get(name)]
    return "; ".join(told) or (said(lanes) if isinstance(lanes, list) else "everywhere")


def _case_table(
    listed: Mapping[str, Any], reached: Mapping[str, list[str]], named: Mapping[str, list[str]]
) -> str:
    rows = [
        (code(rule), "; ".join(reached.get(rule, ())), ", ".join(code(key) for key in named.get(rule, ())))
        for rule in listed
    ]
    return table(("Rule", "Worked cases that name it", "Protocols that name it"), rows)


def _in_protocols(known: Library) -> dict[str, list[str]]:
    """For each rule the protocols that name it, as an indication, a check or a point of decision."""
    found: dict[str, list[str]] = {}
    for key, row in known.protocols.items():
        for name in dict.fromkeys(_texts(row)):
            found.setdefault(name, []).append(key)
    return found


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, Mapping | list):
        for inner in node.values() if isinstance(node, Mapping) else node:
            yield from _texts(inner)
    elif isinstance(node, str):
        yield node


def _counted(known: Library, fired: frozenset[str], reached: Mapping[str, object]) -> str:
    """The ids that screening carries out, counted part by part as the rulebook does; the rest belongs elsewhere."""
    screened = {name: set(known.rulebook[name]) for name in SCREENED}
    parts = ", ".join(f"{name} {len(rules)}" for name, rules in screened.items())
    whole = set().union(*screened.values())
    return (
        f"Screening carries out {len(whole & fired)} of the {len(whole)} ids of its four sections ({parts}); "
        f"{len(whole & set(reached))} are reached by a worked case. The others belong to the course, the gate before "
        "a dose and the discharge."
    )


def _reached(folder: Path) -> dict[str, list[str]]:
    """For each rule the cases that say it must fire."""
    found: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.toml")) if folder.exists() else ():
        for case in _cases(tomllib.loads(file.read_text())):
            name = str(case.get("title") or case.get("name") or "")
            for fired in case.get("fires", ()):
                found.setdefault(str(fired).rpartition(" ")[2], []).append(f"{name} ({file.stem})")
    return found


def _cases(held: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for group in held.values():
        if isinstance(group, list):
            yield from (case for case in group if isinstance(case, Mapping))


def laws(known: Library) -> str:
    """Law and warnings that hold between two days."""
    held = known.screening.get("law", {})
    parts = ["# Dated law", "Law and warnings of an authority, with the days between which each holds."]
    for key, row in held.items():
        if isinstance(row, Mapping):
            plainly = [
                (words(name), said(value)) for name, value in row.items() if not isinstance(value, Mapping)
            ]
            told = row.get("says", {})
            lines = told.items() if isinstance(told, Mapping) else ()
            parts += [f"## {words(key).capitalize()}", table(("What", "Is"), plainly)]
            parts += [f"**{words(when).capitalize()}:** {text}" for when, text in lines]
    return "\n\n".join(parts)


def house_limits(known: Library) -> str:
    """How a clinic tightens a limit, and which it may."""
    open_rows = [
        (code(key), bound(limit), SIDES[way], limit.means)
        for key, limit in known.limits.items()
        if (way := stricter(limit, known.house)) != FIXED
    ]
    return "\n\n".join(
        [
            "# House limits",
            "How a clinic agrees on a stricter number for itself, and for which limits it may.",
            f"A clinic may be stricter than the pack, never looser. It writes `{FILE}` into its home folder, beside "
            "the database: one table for each limit, with the number under the same word as in the pack, who "
            "agreed, the day and why. The server reads it once, when it starts. A row that is looser, that changes "
            "the unit, or that names a limit nobody knows stops the start, and the message names both numbers.",
            EXAMPLE,
            "Wherever that number is shown, the page says that it is a house limit, who agreed and what the pack "
            "says. A changed house limit is a change of the knowledge: it is signed again before the next order.",
            "`[clinic]` says where the clinic works: "
            + ", ".join(f"{code(key)} {name}" for key, name in known.house["jurisdictions"].items())
            + ". Without it the rules of the United States are used.",
            f"## The {len(open_rows)} limits that a clinic may tighten",
            table(("Key", "The pack says", "Stricter is", "What it means"), open_rows),
        ]
    )


def changes(known: Library) -> str:
    """How to see what changed between two versions."""
    rows = content(known)
    counted = [(STANDINGS[key], str(number)) for key, number in standings(rows).items()]
    return "\n\n".join(
        [
            "# Changes between versions",
            "How to see what changed for patients and staff between two versions of the knowledge.",
            f"`pack.json` beside this page holds the {len(rows)} rows of this version: numbers, rules, protocols, "
            "wording, with source and standing. Each version has its own.",
            "```\npython -m dayspring changes OLD/pack.json            # against this version\n"
            "python -m dayspring changes OLD/pack.json NEW/pack.json\n```",
            "It prints every row that is new, gone or changed in plain words, the old and the new, with the source: "
            "the part of the changelog that opens each version. In the clinic, *Knowledge, What changed* shows the "
            "same against what was last signed.",
            "## What the rows rest on",
            table(("Standing", "Rows"), counted),
            "What rests on memory or on a clinic's default is signed by a prescriber before the first real patient.",
        ]
    )
