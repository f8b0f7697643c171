"""Pages of what is given and asked: protocols with every field, drugs, routes, questionnaires, consents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dayspring.clinic.reference.knowledge_pages import named_table, source_link, with_numbers
from dayspring.clinic.reference.markdown import code, leaves, rows_of, table, words
from dayspring.knowledge import Library
from dayspring.therapy.consents import text_of


def protocols(known: Library) -> str:
    """The recipes, each with all that it says."""
    rows = [
        (
            f"[{row['name']}](#{_anchor(row['name'])})",
            code(key),
            row.get("setting", ""),
            source_link(row["source"]),
        )
        for key, row in known.protocols.items()
    ]
    parts = [
        "# Protocols",
        f"The {len(rows)} published recipes, with every number that they name.",
        table(("Protocol", "Key", "Where", "Source"), rows),
    ]
    for key, row in known.protocols.items():
        parts += [f"## {row['name']}", *_protocol(key, row, known)]
    return "\n\n".join(parts)


def _protocol(key: str, row: Mapping[str, Any], known: Library) -> Iterator[str]:
    plainly = {name: value for name, value in row.items() if not _holds_tables(value)}
    yield named_table(key, plainly, known)
    for name, value in row.items():
        if _holds_tables(value):
            yield f"### {words(name).capitalize()}"
            yield table(("What", "Is"), _numbered(value, known))


def _holds_tables(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _numbered(rows: list[Any], known: Library) -> Iterator[tuple[str, str]]:
    """Rows of a list of tables, one line a row: its name first, then what it says with its numbers."""
    for number, row in enumerate(rows, 1):
        named = str(row.get("name") or row.get("rule") or number)
        told = [
            f"{words(name)}: {with_numbers(value, known)}"
            for name, value in row.items()
            if name not in ("name", "rule", "says")
        ]
        says = f"{row['says']} " if row.get("says") else ""
        yield words(named), f"{says}{'; '.join(told)}"


def _anchor(heading: str) -> str:
    """How a heading is reached within its page."""
    kept = "".join(sign for sign in heading.lower() if sign.isalnum() or sign in " -")
    return kept.replace(" ", "-")


def drugs(known: Library) -> str:
    """The drugs and what can be on the shelf."""
    parts = ["# Drugs", "The drugs, and each product that can be on the shelf."]
    for key, row in known.drugs.items():
        plainly = {name: value for name, value in row.items() if name != "products"}
        parts += [f"## {str(row['name']).capitalize()}", named_table(key, plainly, known)]
        parts.append(rows_of(row.get("products", {}).items(), "Product"))
    return "\n\n".join(parts)


def routes(known: Library) -> str:
    """The ways in which a drug enters."""
    parts = ["# Routes", "The ways in which a drug enters, and what each asks for."]
    for key, row in known.routes.items():
        parts += [f"## {str(row['name']).capitalize()}", named_table(key, row, known)]
    return "\n\n".join(parts)


def instruments(known: Library) -> str:
    """The questionnaires: their bands and numbers, and who may use them."""
    parts = [
        "# Questionnaires",
        "The questionnaires that protocols ask for: lowest and highest, bands, cut-offs, licence and codes.",
    ]
    for key, row in known.instruments.items():
        plainly = {name: value for name, value in row.items() if name not in ("bands", "numbers", "alerts")}
        parts += [f"## {row['name']}", named_table(key, plainly, known)]
        bands = row.get("bands", {})
        if isinstance(bands, Mapping) and bands.get("rows"):
            parts.append(table(("From", "To", "Called"), bands["rows"]))
        if numbers := row.get("numbers"):
            parts.append(rows_of(leaves(numbers), "Number"))
        if alerts := row.get("alerts"):
            parts.append(table(("Alert", "Is"), _numbered(alerts, known)))
    return "\n\n".join(parts)


def consents(known: Library) -> str:
    """What a person agrees to, word for word."""
    parts = [
        "# Consents",
        "What a person agrees to before treatment, word for word. A changed word is a new version.",
    ]
    for key, row in known.consents.items():
        facts = {name: value for name, value in row.items() if name != "paragraphs"}
        parts += [f"## {row['title']}", named_table(key, facts, known)]
        parts += [f"**{one.heading}.** {one.text}" for one in text_of(key, known).paragraphs]
    return "\n\n".join(parts)
