"""Clearances from outside as the pages list them: of whom, what for, in which state, and what is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dayspring.therapy.course import Clearance, Course
from dayspring.therapy.decide_screening import is_overdue
from dayspring.therapy.facts import ClearanceAnswered, ClearanceAsked


def of_words(of: str) -> str:
    words = {
        "cardiology": _("cardiology"),
        "gynaecology": _("gynaecology"),
        "primary_care": _("primary care"),
        "neurology": _("neurology"),
        "other": _("another specialist"),
    }
    return words.get(of, of.replace("_", " "))


def outcome_words(outcome: str) -> str:
    words = {
        "cleared": _("cleared"),
        "with_conditions": _("cleared with conditions"),
        "not_cleared": _("not cleared"),
    }
    return words.get(outcome, outcome)


def clearances(course: Course, on: date) -> Sequence[dict[str, Any]]:
    """Each clearance that was asked for: the late ones first, then those that wait, then the answered ones."""
    rows = [_row(key, each, on) for key, each in course.clearances.items()]
    order = ("late", "waits", "answered")
    return sorted(rows, key=lambda row: (order.index(row["state"]), row["due"] or date.max))


def _row(key: str, each: Clearance, on: date) -> dict[str, Any]:
    asked, answer = each.asked.fact, each.answered.fact if each.answered else None
    assert isinstance(asked, ClearanceAsked)
    row = {
        "id": key,
        "of": of_words(asked.of),
        "to": asked.to,
        "question": asked.question,
        "rules": asked.rules,
        "due": asked.due_on,
        "asked_by": each.asked.by.name,
        "asked_at": each.asked.happened_at,
        "state": "late" if is_overdue(each, on) else "answered" if answer else "waits",
        "late_days": (on - asked.due_on).days if asked.due_on and is_overdue(each, on) else 0,
        "outcome": "",
        "holds": answer is None,
    }
    if isinstance(answer, ClearanceAnswered):
        row |= {
            "outcome": outcome_words(answer.outcome),
            "holds": answer.outcome == "not_cleared",
            "by_whom": answer.by_whom,
            "said_on": answer.said_on,
            "words": answer.words,
        }
    return row
