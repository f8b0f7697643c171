"""What a person may ask themselves before anybody has met them. It stops or asks to talk; it never says yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dayspring.knowledge import Library
from dayspring.therapy.intake import NO, UNKNOWN, YES

SAID = (NO, YES, UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One answer that matters: its question, why, whom to ask instead, and the rule it stands for."""

    key: str
    wording: str
    said: str
    says: str
    instead: str
    rule: str
    source: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the answers come to. With nothing in it the clinic still screens in full; this is no yes."""

    urgent: bool
    stops: tuple[Point, ...]
    talks: tuple[Point, ...]


def asked(knowledge: Library) -> Mapping[str, Mapping[str, Any]]:
    """The questions in their order."""
    rows: Mapping[str, Mapping[str, Any]] = knowledge.screening["prescreen"]["questions"]
    return rows


def readable(answers: Mapping[str, str], knowledge: Library) -> dict[str, str]:
    """The answers to questions that exist, in words that exist; anything else is as if it was not said."""
    return {key: said for key in asked(knowledge) if (said := answers.get(key, "")) in SAID}


def next_question(answers: Mapping[str, str], knowledge: Library) -> str:
    """The first question without an answer; empty when all are answered."""
    return next((key for key in asked(knowledge) if key not in answers), "")


def weigh(answers: Mapping[str, str], knowledge: Library) -> Outcome:
    """Each answer against its row. “Not sure” is something to talk about, and so is a question left out."""
    stops, talks, urgent = [], [], False
    for key, row in asked(knowledge).items():
        said = answers.get(key, UNKNOWN)
        point = Point(
            key=key,
            wording=row["wording"],
            said=said,
            says=row["says"],
            instead=row.get("instead", ""),
            rule=row["rule"],
            source=row["source"],
            standing=row["standing"],
        )
        if said == row.get("urgent"):
            # It stands above everything else, and not a second time among what there is to talk about.
            urgent = True
        elif said == row.get("stops"):
            stops.append(point)
        elif said in (row.get("talks"), UNKNOWN):
            talks.append(point)
    return Outcome(urgent=urgent, stops=tuple(stops), talks=tuple(talks))


def crisis(knowledge: Library) -> Mapping[str, str]:
    """Whom to call in this country, at any hour."""
    lines: Mapping[str, Mapping[str, str]] = knowledge.screening["prescreen"]["crisis"]
    return lines[knowledge.jurisdiction]
