"""How a value of each type is written as JSON and read back. The type hints of facts and acts are the rule.

Complaints name types and fields, never the value: it may be a patient's, and complaints end up in logs.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Union, cast, get_args, get_origin, get_type_hints

from dayspring.quantities import Quantity
from dayspring.therapy.facts import By, Fact


class Misfit(ValueError):
    """A value and the type that its field promises do not go together."""


def _kind(value: object) -> str:
    return type(value).__name__


@dataclass(frozen=True, slots=True)
class Shape:
    """How values of one type are written and read."""

    write: Callable[[object], object]
    read: Callable[[object], object]


def text(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _exactly(kind: type) -> Shape:
    """A JSON value as it is. A flag is not a number here, though it is one to Python."""

    def same(value: object) -> object:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise Misfit(f"{_kind(value)} is not {kind.__name__}")
        return value

    return Shape(same, same)


def _as_text(kind: type, show: Callable[..., str], parse: Callable[[str], object]) -> Shape:
    def write(value: object) -> object:
        if not isinstance(value, kind):
            raise Misfit(f"{_kind(value)} is not {kind.__name__}")
        return show(value)

    def read(value: object) -> object:
        if not isinstance(value, str):
            raise Misfit(f"{_kind(value)} is not text that holds a {kind.__name__}")
        try:
            return parse(value)
        except (ValueError, ArithmeticError):
            raise Misfit(f"the text holds no {kind.__name__} that can be relied on") from None

    return Shape(write, read)


def _finite(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise Misfit("the number is not finite")
    return value


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise Misfit("the moment names no offset from UTC")
    return at


def _show_moment(at: datetime) -> str:
    return _moment(at.isoformat()).isoformat()


def _show_date(day: date) -> str:
    if isinstance(day, datetime):
        raise Misfit("this is a moment where a date is meant")
    return day.isoformat()


def _record(kind: type) -> Shape:
    """A dataclass, field by field."""
    hints = get_type_hints(kind)
    shapes = {f.name: shape(hints[f.name]) for f in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def write(value: object) -> object:
        if type(value) is not kind:
            raise Misfit(f"{_kind(value)} is not {kind.__name__}")
        return {name: _named(kind, name, s.write, getattr(value, name)) for name, s in shapes.items()}

    def read(value: object) -> object:
        if not isinstance(value, dict):
            raise Misfit(f"{_kind(value)} is not an object that holds {kind.__name__}")
        if lacking := needed - value.keys():
            raise Misfit(f"{kind.__name__} lacks {', '.join(sorted(lacking))}")
        return kind(**{n: _named(kind, n, s.read, value[n]) for n, s in shapes.items() if n in value})

    return Shape(write, read)


def _named(kind: type, name: str, turn: Callable[[object], object], value: object) -> object:
    try:
        return turn(value)
    except (ValueError, TypeError, ArithmeticError) as wrong:
        raise Misfit(f"{kind.__name__}.{name}: {wrong}") from wrong


def _sequence(members: tuple[object, ...]) -> Shape:
    """`tuple[X, ...]`, or one shape for each place of a tuple of fixed length."""
    alike = len(members) == 2 and members[1] is Ellipsis
    shapes = [shape(m) for m in members if m is not Ellipsis]

    def each(values: list[object] | tuple[object, ...]) -> list[tuple[Shape, object]]:
        if alike:
            return [(shapes[0], value) for value in values]
        return list(zip(shapes, values, strict=True))

    def write(value: object) -> object:
        if not isinstance(value, tuple | list):
            raise Misfit(f"{_kind(value)} is not a sequence")
        return [shape.write(item) for shape, item in each(value)]

    def read(value: object) -> object:
        if not isinstance(value, list):
            raise Misfit(f"{_kind(value)} is not a list")
        return tuple(shape.read(item) for shape, item in each(value))

    return Shape(write, read)


def _mapping(inner: Shape) -> Shape:
    def turned(value: object, turn: Callable[[object], object]) -> dict[str, object]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise Misfit(f"{_kind(value)} is not a table with text for keys")
        return {key: turn(item) for key, item in value.items()}

    # What was read is shared by everyone who reads that line: nobody may write into it.
    return Shape(lambda v: turned(v, inner.write), lambda v: MappingProxyType(turned(v, inner.read)))


def _maybe(inner: Shape) -> Shape:
    return Shape(
        lambda v: None if v is None else inner.write(v), lambda v: None if v is None else inner.read(v)
    )


def _any_fact() -> Shape:
    """A fact inside an act, with its kind beside it. Acts are only digested, so this is never read."""

    def write(value: object) -> object:
        if not isinstance(value, Fact):
            raise Misfit(f"{_kind(value)} is not a fact")
        return [type(value).__name__, shape(type(value)).write(value)]

    def read(value: object) -> object:
        raise Misfit("a fact inside a fact is not a shape that charts hold")

    return Shape(write, read)


# A value whose type is only `object` is tagged unless JSON has it, and so is a table that looks like a tag.
_TAGS: Mapping[type, str] = {
    Decimal: "$decimal",
    Quantity: "$quantity",
    datetime: "$moment",
    date: "$date",
    By: "$by",
}


def _write_free(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if tag := _TAGS.get(type(value)):
        return {tag: shape(type(value)).write(value)}
    if isinstance(value, tuple | list):
        return [_write_free(item) for item in value]
    table = _FREE_TABLE.write(value)
    looks_tagged = isinstance(table, dict) and any(key.startswith("$") for key in table)
    return {"$table": table} if looks_tagged else table


def _read_free(value: object) -> object:
    if isinstance(value, list):
        return tuple(_read_free(item) for item in value)
    if isinstance(value, float):
        raise Misfit(f"{_kind(value)} is not exact")
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (tag := next(iter(value))).startswith("$"):
        return _FREE_TABLE.read(value[tag]) if tag == "$table" else _tagged(tag).read(value[tag])
    return _FREE_TABLE.read(value)


def _tagged(tag: str) -> Shape:
    for kind, name in _TAGS.items():
        if name == tag:
            return shape(kind)
    raise Misfit(f"{tag} is not a tag of this version")


_FREE = Shape(_write_free, _read_free)
_FREE_TABLE = _mapping(_FREE)


def shape(hint: object) -> Shape:
    """The shape of a type hint. A hint that has none is a mistake in facts.py or acts.py: Misfit."""
    return _shape(hint)


@cache
def _shape(hint: Hashable) -> Shape:
    if hint is object:
        return _FREE
    if hint in (str, int, bool):
        return _exactly(cast(type, hint))
    if hint is Decimal:
        return _as_text(Decimal, lambda v: str(_finite(str(v))), _finite)
    if hint is datetime:
        return _as_text(datetime, _show_moment, _moment)
    if hint is date:
        return _as_text(date, _show_date, date.fromisoformat)
    if hint is Fact:
        return _any_fact()
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    origin, members = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _sequence(members)
    if origin is Mapping:
        return _mapping(shape(members[1]))
    if origin in (Union, types.UnionType) and len(members) == 2 and type(None) in members:
        return _maybe(shape(next(m for m in members if m is not type(None))))
    raise Misfit(f"{hint} is not a type that charts know how to write")
