"""The intake as one screen: what is still to ask for one aim, and what was answered folded beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dayspring.clinic.acting.answers import as_text
from dayspring.clinic.screening.answer_words import answer_words, choice_words, meaning, unit_words
from dayspring.knowledge import Library
from dayspring.therapy.aim import Aim
from dayspring.therapy.course import Course
from dayspring.therapy.facts import PreScreenReceived
from dayspring.therapy.intake import ANSWER, DETAIL, ON, Question, columns, questions
from dayspring.therapy.screening import could, open_questions
from dayspring.therapy.screening.findings import BLOCK

# Rows that stand empty below those that are filled: a list can be typed without a script.
EMPTY_ROWS = 2
BORN = "birth_date"
SHORT = ("number", "whole", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakePage:
    """The sections in the order of asking, how far the intake is for this aim, and what was sent unasked."""

    sections: Sequence[Mapping[str, Any]]
    left: int
    total: int
    could_hold: int
    sent_besides: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class _Section:
    asked: list[dict[str, Any]] = field(default_factory=list)
    answered: list[dict[str, Any]] = field(default_factory=list)
    other: list[dict[str, Any]] = field(default_factory=list)


def intake_page(
    course: Course, knowledge: Library, *, on: date, aim: Aim, born: date | None = None
) -> IntakePage:
    """What is unknown and matters for this aim stands first, the most decisive first; the rest is folded.

    `born` is the day of birth in the person's record: it stands in its field, to be confirmed by recording it.
    """
    still = open_questions(course.told, knowledge, on=on, aim=aim)
    order = {question.key: place for place, question in enumerate(still)}
    grave = {q.key for q in still if could(q.key, knowledge, aim) == BLOCK}
    sent = sent_online(course)
    sections: dict[str, _Section] = {}
    for question in questions(knowledge):
        section = sections.setdefault(question.section, _Section())
        row = _row(question, course, knowledge, sent.get(question.key))
        row |= {"holds": question.key in grave, "place": _place(question, order)}
        if question.key == BORN and born is not None and row["value"] is None:
            row["value"] = born.isoformat()
        if question.key in order or (question.pair in order and question.key not in course.told):
            section.asked.append(row)
        elif question.key in course.answers:
            section.answered.append(row)
        elif question.key not in course.told and aim.lane in question.lanes:
            section.other.append(row)
    rows = [_section(name, section) for name, section in sections.items()]
    rows.sort(key=lambda row: (not row["left"], row["place"]))
    known = {question.key for question in questions(knowledge)}
    return IntakePage(
        sections=[row for row in rows if row["left"] or row["answered"] or row["others"]],
        left=sum(len(section.asked) for section in sections.values()),
        total=sum(len(section.asked) + len(section.answered) for section in sections.values()),
        could_hold=len(grave),
        sent_besides=[(key.replace("_", " "), str(value)) for key, value in sent.items() if key not in known],
    )


def sent_online(course: Course) -> Mapping[str, object]:
    """What the person sent before the first visit; nobody has confirmed it."""
    line = course.pre_screen
    return line.fact.answers if line and isinstance(line.fact, PreScreenReceived) else {}


def _section(name: str, section: _Section) -> dict[str, Any]:
    asked = sorted(section.asked, key=lambda row: row["place"])
    return {
        "name": name,
        "blocks": _blocks(asked),
        "answered": section.answered,
        "answered_blocks": _blocks(section.answered),
        "other_blocks": _blocks(section.other),
        "others": len(section.other),
        "left": len(asked),
        "holds": sum(1 for row in asked if row["holds"]),
        "place": min((row["place"] for row in asked), default=0),
    }


def _place(question: Question, order: Mapping[str, int]) -> int:
    """Both halves of a pair stand together, where the earlier one stands."""
    return min((order[key] for key in (question.key, question.pair) if key in order), default=len(order))


def _blocks(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Questions each in a line of its own, and runs of short fields side by side."""
    blocks: list[dict[str, Any]] = []
    for row in rows:
        short = row["q"].kind in SHORT
        if not blocks or blocks[-1]["short"] is not short:
            blocks.append({"short": short, "rows": []})
        blocks[-1]["rows"].append(row)
    return blocks


def _row(question: Question, course: Course, knowledge: Library, sent: object) -> dict[str, Any]:
    """One question with its answer, split into the fields that would give it again."""
    answer = course.answers.get(question.key)
    line = course.answered.get(question.key)
    more = answer if isinstance(answer, Mapping) else {}
    row: dict[str, Any] = {
        "q": question,
        "unit": unit_words(question),
        "choices": [{"key": key, "words": choice_words(key)} for key in question.choices],
        "words": answer_words(question, course.told.get(question.key), knowledge),
        "by": line.by.name if line else "",
        "at": line.happened_at if line else None,
        "was": as_text(answer) if answer is not None else "",
        "value": more.get(ANSWER, "") if more else "" if isinstance(answer, list | tuple) else answer,
        "on": more.get(ON, ""),
        "detail": more.get(DETAIL, ""),
        "sent": answer_words(question, sent, knowledge) if sent is not None else "",
        "table": None,
    }
    cells = columns(knowledge).get(question.kind)
    if cells is not None:
        row["table"] = _table(question, answer, cells, knowledge)
    return row


def _table(
    question: Question, answer: object, cells: Mapping[str, Question], knowledge: Library
) -> dict[str, Any]:
    """A list as rows of fields: those that stand, some empty ones, and one to be copied."""
    told = [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list | tuple) else []
    heads = [_head(name, cell) for name, cell in cells.items()]
    rows = [_cells(number, row, heads, knowledge) for number, row in enumerate([*told, *[{}] * EMPTY_ROWS])]
    return {
        "heads": heads,
        "rows": rows,
        "blank": _cells("N", {}, heads, knowledge),
        "none": answer is not None and not told,
        "is_medicine": heads[0]["name"] in ("drug", "name"),
    }


def _head(name: str, cell: Question) -> dict[str, Any]:
    words = {
        "drug": _("Drug"),
        "name": _("Medicine"),
        "dose_mg": _("Dose a day"),
        "dose_mg_per_day": _("Dose a day"),
        "weeks": _("Taken for"),
        "improvement_percent": _("Better by"),
        "stopped_for": _("Why stopped"),
        "condition": _("Condition"),
        "by": _("Made by"),
    }
    return {
        "name": name,
        "words": words.get(name, name.replace("_", " ")),
        "unit": "mg" if cell.unit == "mg/d" else unit_words(cell),
        "kind": cell.kind,
        "choices": [{"key": key, "words": choice_words(key)} for key in cell.choices],
    }


def _cells(
    number: int | str, row: Mapping[str, Any], heads: Sequence[Mapping[str, Any]], knowledge: Library
) -> dict[str, Any]:
    cells = [{**head, "value": row.get(head["name"], "")} for head in heads]
    first = str(cells[0]["value"])
    is_medicine = heads[0]["name"] in ("drug", "name")
    return {
        "number": number,
        "cells": cells,
        "meant": meaning(first, knowledge) if first and is_medicine else "",
    }
