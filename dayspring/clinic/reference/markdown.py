"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from dayspring.quantities import plain


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with one line for each row; nothing in a cell can break out of it."""
    lines = [_line(head), "|" + " --- |" * len(head), *(_line(row) for row in rows)]
    return "\n".join(lines)


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: object) -> str:
    return " ".join(said(value).split()).replace("|", "\\|")


def said(value: object) -> str:
    """A value of a row as it is read: numbers plain, yes and no, lists by commas, tables as `name value`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain(value)
        case Mapping():
            return ", ".join(f"{words(str(key))} {said(inner)}" for key, inner in value.items())
        case list() | tuple():
            return ", ".join(f"({said(x)})" if isinstance(x, Mapping) else said(x) for x in value)
        case None:
            return ""
    return str(value)


def words(key: str) -> str:
    """`at_rest` as “at rest”."""
    return key.replace("_", " ")


def code(key: str) -> str:
    return f"`{key}`" if key else ""


def leaves(node: Mapping[str, object], path: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every table that holds values of its own, with those values and the dotted path that leads to it."""
    own = {key: inner for key, inner in node.items() if not isinstance(inner, Mapping)}
    if own or not node:
        yield path, own
    for key, inner in node.items():
        if isinstance(inner, Mapping):
            yield from leaves(inner, f"{path}.{key}" if path else key)


def rows_of(named: Iterable[tuple[str, Mapping[str, object]]], first: str) -> str:
    """Rows of any shape as one table: a column for each name that some row uses, in order of first use."""
    kept = list(named)
    columns = list(dict.fromkeys(key for _, row in kept for key in row))
    head = (first, *(words(column).capitalize() for column in columns))
    return table(head, [(code(key), *(row.get(column) for column in columns)) for key, row in kept])
