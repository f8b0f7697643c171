"""Which questions are still open for this person and aim, the most decisive first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dayspring.knowledge import Library
from dayspring.therapy.aim import SILENT, Aim
from dayspring.therapy.intake import Question, asking, by_key
from dayspring.therapy.screening.findings import INFO, KINDS, REVIEW, ScreeningFinding

MEDICINES = "medicines"


def could(key: str, knowledge: Library, aim: Aim) -> str:
    """The gravest that an answer can bring about for this aim: BLOCK, REVIEW, WARN or INFO."""
    at_least = REVIEW if by_key(knowledge)[key].needed else INFO
    kinds = {aim.kind_in(row) for row in _resting_on(key, knowledge)} - {SILENT}
    return min({at_least, *kinds}, key=KINDS.index)


def _resting_on(key: str, knowledge: Library) -> Iterator[Mapping[str, Any]]:
    """Every row whose finding the answer can bring about."""
    shelf = knowledge.screening
    if (row := asking(knowledge).get(key)) is not None:
        yield row
    yield from (row for row in shelf["measured"].values() if key in row["answers"])
    none = shelf["indications"]["IND-NONE"]
    if key in none["answers"]:
        yield none
    if key == MEDICINES:
        yield from (row for row in shelf["interactions"].values() if "rule" in row)


def still_open(findings: Iterable[ScreeningFinding], knowledge: Library, aim: Aim) -> tuple[Question, ...]:
    """The questions that the findings ask, those that could hold before those that could only be weighed."""
    asked = {finding.question for finding in findings}
    found = [question for key, question in by_key(knowledge).items() if key in asked]
    return tuple(sorted(found, key=lambda q: KINDS.index(could(q.key, knowledge, aim))))
