"""Answers to a score. PHQ-9: nine items of 0 to 3, public domain; a missing item is never a zero."""

from __future__ import annotations

from collections.abc import Sequence

PHQ9_ITEMS = len(("interest", "mood", "sleep", "energy", "appetite", "worth", "thought", "motion", "harm"))
PHQ9_TOP = len(("several days", "more than half", "nearly every day"))


def phq9(items: Sequence[int | None]) -> int | None:
    """The total of nine items, or None when any is unanswered."""
    if len(items) != PHQ9_ITEMS or any(item is None for item in items):
        return None
    return sum(item for item in items if item is not None)
