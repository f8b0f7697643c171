"""Pages of the knowledge: each row of `dayspring/knowledge/` stands on one of them, with where it comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from dayspring.clinic.reference.markdown import code, leaves, rows_of, said, table, words
from dayspring.knowledge import Library, Limit
from dayspring.knowledge.library import HOME
from dayspring.knowledge.rows import STANDINGS
from dayspring.quantities import SPOKEN, plain
from dayspring.therapy.screening import rules

BOUNDS = {"at_most": "at most", "at_least": "at least", "equals": ""}
AWAITS = "to be signed"


def limits(known: Library) -> str:
    """The numbers that hold, warn or stop."""
    waiting = sum(limit.agreed.startswith(AWAITS) for limit in known.limits.values())
    parts = [
        "# Limits",
        f"The {len(known.limits)} numbers that can hold, warn or stop, with where each comes from. "
        f"{waiting} of them await the signature of a clinician.",
        "The bound itself still passes. A row without a bound is a setting, such as the minutes between two rounds.",
    ]
    for file in sorted((HOME / "limits").glob("*.toml")):
        keys = tomllib.loads(file.read_text())
        parts += [f"## {words(file.stem).capitalize()}", _limit_table([known.limits[key] for key in keys])]
    return "\n\n".join(parts)


def _limit_table(rows: list[Limit]) -> str:
    return table(
        ("Key", "Number", "What it means", "Source", "Place", "Standing", "Agreed"),
        [
            (code(r.key), bound(r), r.means, source_link(r.source), r.where, STANDINGS[r.standing], r.agreed)
            for r in rows
        ],
    )


def bound(limit: Limit) -> str:
    kind = next(word for name, word in BOUNDS.items() if getattr(limit, name) is not None)
    return f"{kind} {plain(limit.value)} {SPOKEN.get(limit.unit, limit.unit)}".strip()


def source_link(key: object) -> str:
    return f"[{key}](sources.md#{str(key).lower()})" if key else ""


def sources(known: Library) -> str:
    """Every paper, label and guideline, and what rests on it."""
    resting: dict[str, list[str]] = {}
    for key, row in _citing(known):
        resting.setdefault(str(row), []).append(key)
    parts = [
        "# Sources",
        f"The {len(known.sources)} sources of the knowledge, and the rows that rest on each.",
    ]
    for key, source in known.sources.items():
        note = f" ({source.note})" if source.note and source.note not in source.title else ""
        rows = ", ".join(code(row) for row in resting.get(key, ())) or "nothing yet"
        where = (
            f"<{source.address}>" if source.address.startswith("http") and " " not in source.address else ""
        )
        told = where or source.address or "no address"
        parts.append(f"## {key}\n\n{source.title}{note}. {told}\n\nRests on it: {rows}.")
    return "\n\n".join(parts)


def _citing(known: Library) -> Iterator[tuple[str, object]]:
    """The name of each row that gives a source, with that source."""
    for limit in known.limits.values():
        yield limit.key, limit.source
    shelves = (
        "protocols", "routes", "drugs", "codes", "conditions", "consents", "screening", "instruments", "rulebook",
    )  # fmt: skip
    for shelf in shelves:
        yield from _cited_in(getattr(known, shelf), "")


def _cited_in(node: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(node, Mapping):
        if isinstance(node.get("source"), str):
            yield path, node["source"]
        for key, inner in node.items():
            yield from _cited_in(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        for number, inner in enumerate(node, 1):
            yield from _cited_in(inner, f"{path}.{number}")


def named_table(key: str, row: Mapping[str, Any], known: Library) -> str:
    """A row as two columns; wherever it names limits, their numbers stand beside their keys."""
    told = [("key", code(key))]
    for name, value in row.items():
        for place, inner in value.items() if isinstance(value, Mapping) else [("", value)]:
            told.append((f"{words(name)} {words(place)}".strip(), with_numbers(inner, known)))
    return table(("What", "Is"), told)


def with_numbers(value: object, known: Library) -> str:
    several = value if isinstance(value, list) else [value]
    keys = [one for one in several if isinstance(one, str) and one in known.limits]
    if len(keys) < len(several):
        return said(value)
    return ", ".join(f"{bound(known.limit(key))} ({code(key)})" for key in keys)


def conditions(known: Library) -> str:
    """What can be found in the room, how urgent it is and what to do."""
    found = {key: row for key, row in known.conditions.items() if key != "events"}
    events = table(("Entry", "Counts as"), [(code(k), v) for k, v in known.conditions["events"].items()])
    return "\n\n".join(
        [
            "# Findings of the room",
            "What can be found in a room, how urgent it is and what the page asks for.",
            rows_of(found.items(), "Condition"),
            "## One-tap entries",
            events,
        ]
    )


def codes(known: Library) -> str:
    """What is measured, in which unit, under which code."""
    told = (
        "What is measured, in which unit and under which code. A code marked as local was published nowhere."
    )
    return "\n\n".join(["# Codes", told, rows_of(known.codes.items(), "Kind")])


# Tables of screening in the order in which they are read; a new one is printed after them.
SCREENED = {
    "history": "What a yes in the history means",
    "home": "What is asked before treatment at home",
    "rems": "What the esketamine programme asks",
    "measured": "What a measurement means",
    "interactions": "What a class of medicines means",
    "indications": "For what it may be given",
}
# These have pages of their own.
ELSEWHERE = ("questions", "medicines", "trials", "law")


def _further(known: Library) -> list[str]:
    return [name for name in known.screening if name not in SCREENED and name not in ELSEWHERE]


def screening_rules(known: Library) -> str:
    """Every rule that screening can fire."""
    named = sorted(rules(known))
    parts = [
        "# Rules of screening",
        f"The {len(named)} rules that screening for ketamine into a vein can fire. BLOCK keeps a course from "
        "starting; REVIEW asks a prescriber; what is unknown is always asked for again.",
        ", ".join(code(name) for name in named) + ".",
    ]
    for shelf, title in (SCREENED | {name: words(name).capitalize() for name in _further(known)}).items():
        if rows := known.screening.get(shelf):
            told = leaves(rows) if shelf not in SCREENED else rows.items()
            parts += [f"## {title}", rows_of(told, "Row")]
    trials = known.screening["trials"]
    parts += ["## The least dose at which a trial counts", rows_of(leaves(trials["least"]), "Ingredient")]
    parts += ["## Medicines that augment an antidepressant", said(trials["augmentation"])]
    parts.append(f"Agreed: {trials['agreed']}.")
    return "\n\n".join(parts)


def screening_questions(known: Library) -> str:
    """The questions of the intake that are not yes or no."""
    asked = known.screening["questions"]
    parts = [
        "# Questions of the intake",
        "The questions of the intake that are not yes or no; those stand with their rules in "
        "[Rules of screening](screening-rules.md).",
    ]
    for key, name in asked["sections"].items():
        rows = [(k, row) for k, row in asked["questions"].items() if row["section"] == key]
        parts += [f"## {name}", rows_of(rows, "Question")] if rows else []
    for key, columns in asked["columns"].items():
        parts += [f"## Columns of {words(key)}", rows_of(leaves(columns), "Column")]
    return "\n\n".join(parts)


def medicines(known: Library) -> str:
    """The medicines that are known by name."""
    shelf = known.screening["medicines"]
    return "\n\n".join(
        [
            "# Medicines",
            "The medicines that are known by name: their classes, brands and known misspellings. "
            "What is not in this list is reviewed, never passed over.",
            table(("What", "Is"), [(words(key), value) for key, value in shelf["about"].items()]),
            rows_of(shelf["ingredients"].items(), "Ingredient"),
        ]
    )


def model(known: Library) -> str:
    """The parameters of the model."""
    parts = [
        "# The model",
        "The parameters of the model of drug, synapse and mood. It is there to think with: no dose, limit or "
        "finding rests on it.",
    ]
    for key, tables in known.models.items():
        parts += [f"## {key}", rows_of(leaves(tables), "Parameter")]
    return "\n\n".join(parts)
