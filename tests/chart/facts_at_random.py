"""Any fact, any act and any line, made from the type hints that facts.py and acts.py promise."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from dayspring.chart import Entry
from dayspring.chart.codec import READABLE
from dayspring.quantities import Quantity
from dayspring.therapy import facts
from dayspring.therapy.facts import By, Fact

WORDS = st.text(max_size=12)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
QUANTITIES = st.builds(Quantity, DECIMALS, st.sampled_from(["mg", "mL/h", "mm[Hg]", "kg"]))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 2),
    max_value=datetime(2200, 1, 1),
    timezones=ZONES,
)
BYS = st.builds(By, id=WORDS, name=WORDS, role=WORDS, station=WORDS, verified=st.booleans())
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), WORDS)
RICH = st.one_of(PLAIN, DECIMALS, QUANTITIES, MOMENTS, st.dates(), BYS)
KEYS = st.one_of(WORDS, st.sampled_from(["$decimal", "$table", "$by", "$"]))
ANSWERS = st.recursive(
    RICH,
    lambda inner: st.one_of(st.lists(inner, max_size=3).map(tuple), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)


def any_of(hint: object) -> st.SearchStrategy[object]:
    """Any value that keeps the promise of a type hint."""
    known = {
        str: WORDS,
        int: st.integers(),
        bool: st.booleans(),
        Decimal: DECIMALS,
        datetime: MOMENTS,
        date: st.dates(),
        Quantity: QUANTITIES,
        object: ANSWERS,
    }
    if isinstance(hint, type) and hint in known:
        return known[hint]
    if hint is Fact:
        return st.sampled_from(sorted(READABLE)).flatmap(lambda kind: any_of(READABLE[kind]))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{f.name: any_of(hints[f.name]) for f in fields(hint)})
    origin, members = get_origin(hint), get_args(hint)
    if origin is tuple and members[-1] is Ellipsis:
        return st.lists(any_of(members[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(any_of(member) for member in members))
    if origin is Mapping:
        return st.dictionaries(KEYS, any_of(members[1]), max_size=3)
    if origin in (Union, types.UnionType):
        return st.one_of(*(st.none() if m is type(None) else any_of(m) for m in members))
    raise AssertionError(f"nothing is known to make {hint} from")


BODIES = st.one_of(st.just("{}"), WORDS, st.just('{"kind":"nausea","words":""}'))
ENTRIES = st.builds(
    Entry,
    chart=st.just("c"),
    number=st.integers(-2, 12),
    kind=st.one_of(st.sampled_from(sorted(READABLE)), WORDS),
    schema=st.integers(0, 3),
    body=BODIES,
    happened_at=MOMENTS,
    recorded_at=MOMENTS,
    by=BYS,
    session=st.sampled_from(["", "s1", "s2"]),
    corrects=st.one_of(st.none(), st.integers(-2, 14)),
    reason=WORDS,
    act_key=WORDS,
    act_digest=WORDS,
    part=st.integers(0, 2),
    version=st.just("0"),
    prev_hash=WORDS,
    hash=WORDS,
)

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
ADA = By(id="ada", name="Ada", role="nurse")
NAUSEA = facts.EventNoted(kind="nausea")
