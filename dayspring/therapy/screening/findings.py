"""What screening says: a finding a rule, and a decision over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dayspring.knowledge import Limit

BLOCK, REVIEW, WARN, INFO, INDICATION = "BLOCK", "REVIEW", "WARN", "INFO", "INDICATION"
KINDS = (BLOCK, REVIEW, INDICATION, WARN, INFO)

# The clinic's own word, where nobody else has one.
OWN = {"source": "clinic-default", "standing": "default"}

ELIGIBLE, NEEDS_REVIEW, NOT_ELIGIBLE = "eligible", "needs_review", "not_eligible"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningFinding:
    """One rule that fired: why, on which answers, by whose authority.

    `asks` is set when an answer is missing, and `question` is the key of the question that would give it.
    """

    kind: str
    rule: str
    reason: str
    evidence: str
    limit: Limit | None
    source: str
    standing: str
    asks: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The status, every rule that fired, gravest first, and the rules that found nothing."""

    status: str
    findings: tuple[ScreeningFinding, ...]
    quiet: tuple[str, ...]


def by_limit(kind: str, rule: str, limit: Limit, reason: str, evidence: str) -> ScreeningFinding:
    """A finding that rests on one number and cites it."""
    return ScreeningFinding(
        kind=kind,
        rule=rule,
        reason=f"{reason} Limit: {limit}.",
        evidence=evidence,
        limit=limit,
        source=limit.source,
        standing=limit.standing,
    )


def by_row(
    kind: str, rule: str, row: Mapping[str, Any], reason: str, evidence: str, limit: Limit | None = None
) -> ScreeningFinding:
    """A finding that rests on a row of the knowledge and carries its source."""
    return ScreeningFinding(
        kind=kind,
        rule=rule,
        reason=reason,
        evidence=evidence,
        limit=limit,
        source=row["source"],
        standing=row["standing"],
    )


def missing(
    asks: str, evidence: str, rule: str = "EX-MISSING", reason: str = "", question: str = ""
) -> ScreeningFinding:
    """A fact that is needed and not known. Unknown is never no."""
    return ScreeningFinding(
        kind=REVIEW,
        rule=rule,
        reason=reason or "This is not known yet, and not known is not no.",
        evidence=evidence,
        limit=None,
        source="clinic-default",
        standing="default",
        asks=asks,
        question=question,
    )


def decided(found: Iterable[ScreeningFinding], rules: Iterable[str]) -> Decision:
    """Any block: not eligible. Else any review: needs review. Else eligible, if an indication stands."""
    findings = tuple(sorted(dict.fromkeys(found), key=lambda f: KINDS.index(f.kind)))
    kinds = {f.kind for f in findings}
    if BLOCK in kinds:
        status = NOT_ELIGIBLE
    elif REVIEW in kinds or INDICATION not in kinds:
        status = NEEDS_REVIEW
    else:
        status = ELIGIBLE
    fired = {f.rule for f in findings}
    return Decision(status=status, findings=findings, quiet=tuple(sorted(set(rules) - fired)))
