"""What a decision may look at, and the two things it may answer with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dayspring.knowledge import Library, Limit
from dayspring.therapy.acts import Refusal
from dayspring.therapy.checks import Scene
from dayspring.therapy.course import Course
from dayspring.therapy.facts import By, Correction, Fact, Stamped
from dayspring.therapy.safety import Look
from dayspring.therapy.session import Session

Answer = tuple[Fact | Correction, ...] | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The chart folded, who asks, when it happened and when it was written down."""

    course: Course
    session: Session
    lines: Sequence[Stamped]
    knowledge: Library
    by: By
    at: datetime
    recorded_at: datetime

    @property
    def protocol(self) -> Mapping[str, Any]:
        """The protocol of this session's booking."""
        return protocol_of(self.session, self.knowledge)

    @property
    def scene(self) -> Scene:
        return Scene(
            course=self.course,
            session=self.session,
            protocol=self.protocol,
            knowledge=self.knowledge,
            at=self.at,
        )

    def look(self, stream: Mapping[str, Any] | None = None) -> Look:
        return Look(
            session=self.session,
            protocol=self.protocol,
            knowledge=self.knowledge,
            at=self.at,
            stream=stream or {},
        )

    def limit(self, key: str) -> Limit:
        return self.knowledge.limit(key)


def protocol_of(session: Session, knowledge: Library) -> Mapping[str, Any]:
    """The protocol that the session was booked for; raises KeyError for a session that was never booked."""
    if session.booked is None:
        raise KeyError(f"session {session.id} is not booked")
    return knowledge.protocols[session.booked.protocol]


def refuse(*reasons: str) -> Refusal:
    return Refusal(reasons=reasons)


def refuse_all(reasons: Iterable[str]) -> Refusal:
    return Refusal(reasons=tuple(reasons))
