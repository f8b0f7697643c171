"""Facts to JSON and back, for ever.

Three rules keep this file honest.
1. What was once written stays readable: a lacking field takes its default, a field from the future is left
   aside (the line keeps its text), and a line that still makes no sense becomes `Unreadable` and is shown.
2. Nothing is written that cannot be read back.
3. The text is ASCII with sorted keys, so that no database's notion of text changes a byte of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import cast

from dayspring.chart.shapes import Misfit, shape, text
from dayspring.therapy import facts
from dayspring.therapy.acts import Act
from dayspring.therapy.facts import By, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable(Fact):
    """A line this version cannot read. It is kept aside and shown; nothing is guessed from it."""

    kind: str
    schema: int
    body: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredInError(Fact):
    """The line that it corrects should never have been written; nothing stands instead."""


READABLE: Mapping[str, type[Fact]] = {**facts.KINDS, EnteredInError.__name__: EnteredInError}

# A kind whose shape grew by a field with a default counts up here; every other kind is at 1.
SCHEMAS: Mapping[str, int] = {}


def encode(fact: Fact) -> tuple[str, int, str]:
    """Kind, schema and body of a fact. Raises Misfit naming the field when a value breaks its promise."""
    kind = type(fact).__name__
    if READABLE.get(kind) is not type(fact):
        raise Misfit(f"{kind} is not a kind of fact that a chart can hold")
    body = text(shape(type(fact)).write(fact))
    schema = SCHEMAS.get(kind, 1)
    if isinstance(back := decode(kind, schema, body), Unreadable):
        raise Misfit(f"{kind} was written but could not be read back: {back.why}")
    return kind, schema, body


# A line never changes, so that what was read once need not be read again.
@lru_cache(maxsize=20_000)
def decode(kind: str, schema: int, body: str) -> Fact:
    """The fact, or Unreadable with the reason; never raises."""
    if kind not in READABLE:
        return Unreadable(kind=kind, schema=schema, body=body, why=f"{kind} is not known to this version")
    try:
        return cast(Fact, shape(READABLE[kind]).read(json.loads(body)))
    except (ValueError, TypeError, ArithmeticError, RecursionError) as wrong:
        return Unreadable(kind=kind, schema=schema, body=body, why=f"{type(wrong).__name__}: {wrong}")


def aside(kind: str, body: str) -> dict[str, object]:
    """The fields of a line that this version does not know, as they were written."""
    try:
        written = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if kind not in READABLE or not isinstance(written, dict):
        return {}
    known = {f.name for f in fields(READABLE[kind])}
    return {name: value for name, value in written.items() if name not in known}


def act_digest(act: Act) -> str:
    """The SHA-256 of what was asked: equal for a retry, different for any other content."""
    return hashlib.sha256(text([type(act).__name__, shape(type(act)).write(act)]).encode()).hexdigest()


def encode_by(by: By) -> str:
    """The author of a line as text."""
    return text(shape(By).write(by))


@lru_cache(maxsize=2_000)
def decode_by(written: str) -> By:
    """The author of a line; one that cannot be read is named as unreadable, and never raises."""
    try:
        return cast(By, shape(By).read(json.loads(written)))
    except (ValueError, TypeError, RecursionError):
        return By(id="", name="unreadable", role="", verified=False)
