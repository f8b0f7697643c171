"""One check of a gate: what must be so, whether it is, and who may accept that it is not.

A check has four outcomes. `passed` rests on evidence of this session that is fresh enough; `missing` is
never passed; `review` can be accepted by name where the table allows; `blocked` cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dayspring.knowledge import Library, Limit
from dayspring.therapy import facts
from dayspring.therapy.course import Course
from dayspring.therapy.facts import Stamped
from dayspring.therapy.session import Session

PASSED, MISSING, REVIEW, BLOCKED = "passed", "missing", "review", "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The outcome of one check, in words a person can act on."""

    id: str
    name: str
    outcome: str
    says: str
    limit: Limit | None = None
    evidence: tuple[Stamped, ...] = ()
    override: facts.Fact | None = None
    overridden_by: str = ""

    @property
    def holds(self) -> bool:
        """Whether it keeps the dose, or the discharge, waiting."""
        return self.outcome != PASSED and self.override is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything a check may look at."""

    course: Course
    session: Session
    protocol: Mapping[str, Any]
    knowledge: Library
    at: datetime

    def limit(self, key: str) -> Limit:
        return self.knowledge.limit(key)

    def fresh(self, kind: type[facts.Fact], max_age: timedelta) -> Stamped | None:
        """This session's newest line of a kind, if it happened and was recorded within the age. Else None."""
        line = self.session.last(kind)
        if line is None or self.at - line.happened_at > max_age or line.happened_at > self.at:
            return None
        return line


def passed(id: str, name: str, says: str, *evidence: Stamped, limit: Limit | None = None) -> Check:
    return Check(id=id, name=name, outcome=PASSED, says=says, evidence=evidence, limit=limit)


def missing(id: str, name: str, says: str, limit: Limit | None = None) -> Check:
    return Check(id=id, name=name, outcome=MISSING, says=says, limit=limit)


def review(id: str, name: str, says: str, *evidence: Stamped, limit: Limit | None = None) -> Check:
    return Check(id=id, name=name, outcome=REVIEW, says=says, evidence=evidence, limit=limit)


def blocked(id: str, name: str, says: str, *evidence: Stamped, limit: Limit | None = None) -> Check:
    return Check(id=id, name=name, outcome=BLOCKED, says=says, evidence=evidence, limit=limit)
