"""One line of a chart, and the chain that ties each line to the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dayspring.chart import codec
from dayspring.therapy.facts import By, Fact, Stamped

# What the first line of every chart names as the line before it.
BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line as it was written. It is never changed: `corrects` names the line that this one replaces.

    `part` counts the lines that one act brought, from 0.
    """

    chart: str
    number: int
    kind: str
    schema: int
    body: str
    happened_at: datetime
    recorded_at: datetime
    by: By
    session: str = ""
    corrects: int | None = None
    reason: str = ""
    act_key: str
    act_digest: str
    part: int = 0
    version: str
    prev_hash: str = BEFORE_THE_FIRST
    hash: str = ""

    def __post_init__(self) -> None:
        for at in (self.happened_at, self.recorded_at):
            if at.utcoffset() is None:
                raise ValueError(f"line {self.number} names {at:%H:%M:%S} without an offset from UTC")

    @property
    def fact(self) -> Fact:
        """What the line says; Unreadable when this version cannot read it."""
        return codec.decode(self.kind, self.schema, self.body)

    @property
    def stamped(self) -> Stamped:
        """The line as the rules see it."""
        return Stamped(
            fact=self.fact,
            number=self.number,
            happened_at=self.happened_at,
            recorded_at=self.recorded_at,
            by=self.by,
            session=self.session,
        )


def hash_of(entry: Entry) -> str:
    """The SHA-256 over every field of the line but the hash itself, the line before it included."""
    return hashlib.sha256(
        json.dumps(
            [
                entry.prev_hash,
                entry.chart,
                entry.number,
                entry.kind,
                entry.schema,
                entry.body,
                _utc(entry.happened_at),
                _utc(entry.recorded_at),
                codec.encode_by(entry.by),
                entry.session,
                entry.corrects,
                entry.reason,
                entry.act_key,
                entry.act_digest,
                entry.part,
                entry.version,
            ],
            ensure_ascii=True,
            separators=(",", ":"),
        ).encode()
    ).hexdigest()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def linked(drafts: Sequence[Entry], *, after: int, prev_hash: str) -> tuple[Entry, ...]:
    """The drafts as the next lines after line `after`, numbered and chained."""
    chained: list[Entry] = []
    for number, draft in enumerate(drafts, start=after + 1):
        line = replace(draft, number=number, prev_hash=prev_hash)
        chained.append(replace(line, hash=hash_of(line)))
        prev_hash = chained[-1].hash
    return tuple(chained)


def chain_fault(entries: Sequence[Entry]) -> str | None:
    """The first thing wrong with a whole chart's lines in their order, in words; None when it is whole.

    A chain cannot know that its end was cut off: compare the last line with the chart's head for that.
    """
    prev_hash = BEFORE_THE_FIRST
    for place, entry in enumerate(entries, start=1):
        if entry.number != place:
            return f"line {place} should follow, but line {entry.number} does"
        if entry.chart != entries[0].chart:
            return f"line {place} belongs to chart {entry.chart}, line 1 to chart {entries[0].chart}"
        if entry.prev_hash != prev_hash:
            return f"line {place} follows {entry.prev_hash[:12]}, but the line before it is {prev_hash[:12]}"
        if (found := hash_of(entry)) != entry.hash:
            return f"line {place} was sealed as {entry.hash[:12]}, but what it says now is {found[:12]}"
        if entry.corrects is not None and not 0 < entry.corrects < place:
            return f"line {place} corrects line {entry.corrects}, which does not stand before it"
        prev_hash = entry.hash
    return None
