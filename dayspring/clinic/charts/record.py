"""The only writer of charts: read, decide, append, and answer once the disk has it.

The chart is locked while the rules decide, so that two people who press at once get one order of facts, and
a stop cannot run out of tries. One key has one effect: a button pressed again, or an answer lost on its
way and asked for again, gives the first outcome.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

from django.db import connection, transaction

from dayspring import __version__
from dayspring.chart import BEFORE_THE_FIRST, EnteredInError, Entry, act_digest, encode, linked, standing
from dayspring.clinic.charts.models import ChartEntry, ChartHead
from dayspring.clinic.charts.rows import KEPT, row_from
from dayspring.clinic.charts.turns import TURNS
from dayspring.knowledge import Library, library
from dayspring.therapy.acts import Act, Refusal, StopInfusion
from dayspring.therapy.decide import decide
from dayspring.therapy.facts import (
    ActRefused,
    By,
    Correction,
    Fact,
    FindingCleared,
    FindingRaised,
    Stamped,
    VitalsTaken,
)
from dayspring.therapy.roles import RoleRefusal, allowed


class Decider(Protocol):
    """What answers an act on a chart: facts to write, or why not."""

    def __call__(
        self, lines: Sequence[Stamped], act: Act, knowledge: Library, *, by: By, at: datetime
    ) -> tuple[Fact | Correction, ...] | Refusal: ...


DECIDE: Decider = decide

LONGEST_KEY = 100


class ChartDamaged(RuntimeError):
    """The lines of a chart and its head do not agree. Only a stop is written until somebody has looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an act.

    `changed` holds what others wrote since the person looked; `repeated` says that the act had been taken
    before and this is its first answer again.
    """

    answer: tuple[Entry, ...] | Refusal
    version: int
    changed: tuple[Stamped, ...] = ()
    repeated: bool = False


def record(chart: UUID, act: Act, *, by: By, at: datetime, key: str, seen: int | None) -> Outcome:
    """Takes one act on one chart and returns after the commit has reached the disk.

    `key` is made where the decision was made, once for each decision; `seen` is the version of the chart that
    the person looked at, None for the server itself. Raises ChartDamaged, NoTurn, or the database's own
    errors; nothing is written then.
    """
    if at.utcoffset() is None:
        raise ValueError(f"{at:%H:%M:%S} names no offset from UTC")
    urgent = isinstance(act, StopInfusion)
    ask = _Ask(
        act=act, digest=act_digest(act), by=by, at=at.astimezone(UTC), key=_usable(key, urgent), seen=seen
    )
    connection.ensure_connection()
    with TURNS.turn(urgent=urgent, queues=connection.vendor == "sqlite"), transaction.atomic(durable=True):
        head = _locked_head(chart)
        entries = KEPT.lines(chart)
        after = _end(head, entries, urgent=urgent)
        answered = _answered(chart, entries, ask)
        new = linked(answered.drafts, after=after, prev_hash=head.hash)
        _append(chart, new)
    if new:
        KEPT.keep(chart, entries + new)
    return Outcome(
        answer=answered.refusal or answered.earlier or new,
        version=new[-1].number if new else after,
        changed=_changed(entries, ask),
        repeated=answered.repeated,
    )


def lines(chart: UUID) -> list[Entry]:
    """Every line of the chart in the order they were written."""
    return list(KEPT.lines(chart))


def version(chart: UUID) -> int:
    """The number of the chart's last line; 0 for a chart without lines."""
    return ChartHead.objects.filter(chart=chart).values_list("number", flat=True).first() or 0


def session_lines(chart: UUID, session: str) -> list[Stamped]:
    """The standing lines of one session, in the order they happened."""
    return [line for line in standing(lines(chart)) if line.session == session]


# The decision --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    act: Act
    digest: str
    by: By
    at: datetime
    key: str
    seen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    drafts: tuple[Entry, ...] = ()
    earlier: tuple[Entry, ...] = ()
    refusal: Refusal | None = None
    repeated: bool = False


def _answered(chart: UUID, entries: Sequence[Entry], ask: _Ask) -> _Answered:
    """The first answer to this key, or the rules' answer to it on this chart."""
    earlier = _with_key(entries, ask.key)
    if not earlier:
        return _decided(chart, entries, ask)
    if earlier[0].act_digest == ask.digest:
        return _again(earlier)
    # The key was used for something else. What is asked now gets a key that is still the same on a retry.
    clashing = replace(ask, key=f"{ask.key}:{ask.digest}")
    if again := _with_key(entries, clashing.key):
        return _again(again)
    if isinstance(ask.act, StopInfusion):
        return _decided(chart, entries, clashing)
    said = (
        f"This page had already asked for {_spoken(earlier[0].kind)}; it cannot ask for something else too."
    )
    return _refused(chart, clashing, Refusal(reasons=(f"{said} Open the page again.",)))


def _with_key(entries: Sequence[Entry], key: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.act_key == key)


def _again(earlier: tuple[Entry, ...]) -> _Answered:
    match earlier[0].fact:
        case ActRefused(reasons=reasons):
            return _Answered(refusal=Refusal(reasons=reasons), repeated=True)
    return _Answered(earlier=earlier, repeated=True)


def _decided(chart: UUID, entries: Sequence[Entry], ask: _Ask) -> _Answered:
    knowledge = library()
    row = allowed(type(ask.act).__name__, ask.by.role, knowledge)
    if isinstance(row, RoleRefusal) and not isinstance(ask.act, StopInfusion):
        return _refused(chart, ask, Refusal(reasons=(str(row),)))
    moved = [line for line in _changed(entries, ask) if not isinstance(line.fact, ActRefused)]
    if ask.act.when_stale == "refuse" and moved:
        return _refused(chart, ask, _stale(moved))
    answer = DECIDE(standing(entries), ask.act, knowledge, by=ask.by, at=ask.at)
    if isinstance(answer, Refusal):
        return _refused(chart, ask, answer)
    drafts = (_draft(chart, entries, ask, part, said) for part, said in enumerate(answer))
    return _Answered(drafts=tuple(drafts))


def _refused(chart: UUID, ask: _Ask, refusal: Refusal) -> _Answered:
    kept = ActRefused(act=type(ask.act).__name__, reasons=refusal.reasons)
    return _Answered(drafts=(_draft(chart, (), ask, 0, kept),), refusal=refusal)


# What the server writes by itself every second is not news that a person must read before signing.
_ROUTINE = (FindingRaised, FindingCleared, ActRefused, VitalsTaken)


def _changed(entries: Sequence[Entry], ask: _Ask) -> tuple[Stamped, ...]:
    """What others wrote since the person looked, in the same session or on the course."""
    if ask.seen is None:
        return ()
    return tuple(
        entry.stamped
        for entry in entries[max(ask.seen, 0) :]
        if entry.by.id != ask.by.id
        and entry.session in (ask.act.session, "")
        and not (entry.by.role == "system" and isinstance(entry.fact, _ROUTINE))
    )


def _stale(moved: Sequence[Stamped]) -> Refusal:
    news = [f"{line.by.name} wrote “{_spoken(type(line.fact).__name__)}”" for line in moved]
    return Refusal(
        reasons=(f"The chart has moved on since you looked: {', '.join(news)}. Look again, then decide.",)
    )


def _spoken(kind: str) -> str:
    """`RateChanged` as “rate changed”."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).lower()


# The lines -----------------------------------------------------------------------------------------


def _draft(chart: UUID, entries: Sequence[Entry], ask: _Ask, part: int, said: Fact | Correction) -> Entry:
    """A line that lacks only its place in the chain."""
    original = _original(entries, said) if isinstance(said, Correction) else None
    fact = (said.instead or EnteredInError()) if isinstance(said, Correction) else said
    kind, schema, body = encode(fact)
    happened_at = ask.act.happened_at or (original.happened_at if original else ask.at)
    return Entry(
        chart=str(chart),
        number=0,
        kind=kind,
        schema=schema,
        body=body,
        happened_at=happened_at.astimezone(UTC),
        recorded_at=ask.at,
        by=ask.by,
        session=original.session if original else ask.act.session,
        corrects=original.number if original else None,
        reason=_storable(said.reason) if isinstance(said, Correction) else "",
        act_key=ask.key,
        act_digest=ask.digest,
        part=part,
        version=__version__,
    )


def _original(entries: Sequence[Entry], said: Correction) -> Entry:
    for entry in entries:
        if entry.number == said.corrects:
            return entry
    raise ValueError(f"line {said.corrects} was to be corrected; the chart has {len(entries)} lines")


def _storable(words: str) -> str:
    """PostgreSQL takes no zero character and no half of a pair; the place where one stood is marked."""
    return re.sub("[\x00\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", words)


def _usable(key: str, urgent: bool) -> str:
    if 0 < len(key) <= LONGEST_KEY and key.isprintable():
        return key
    if urgent:
        return str(uuid4())
    raise ValueError(f"a key has 1 to {LONGEST_KEY} printable characters; this one has {len(key)}")


def _locked_head(chart: UUID) -> ChartHead:
    """The head of the chart, held until the transaction ends. SQLite holds all charts already."""
    if held := ChartHead.objects.select_for_update().filter(chart=chart).first():
        return held
    ChartHead.objects.bulk_create([ChartHead(chart=chart, hash=BEFORE_THE_FIRST)], ignore_conflicts=True)
    return ChartHead.objects.select_for_update().get(chart=chart)


def _end(head: ChartHead, entries: Sequence[Entry], *, urgent: bool) -> int:
    last, sealed = (entries[-1].number, entries[-1].hash) if entries else (0, BEFORE_THE_FIRST)
    if (head.number, head.hash) == (last, sealed) or urgent:
        # A stop is written even on a damaged chart; `verify` will still find the damage.
        return max(head.number, last)
    raise ChartDamaged(
        f"chart {head.chart} ends at line {head.number} by its head and at line {last} by its lines"
    )


def _append(chart: UUID, new: Sequence[Entry]) -> None:
    if not new:
        return
    ChartEntry.objects.bulk_create([row_from(entry) for entry in new])
    ChartHead.objects.filter(chart=chart).update(number=new[-1].number, hash=new[-1].hash)
