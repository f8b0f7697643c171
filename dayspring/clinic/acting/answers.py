"""Answers of the intake on their way from a form to the chart, read by the kind of their question.

A form may hold what was answered before beside what is asked now. `was_<key>` then says how the answer
stood when the page was made, and a field that still says the same is no answer anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from dayspring.knowledge import Library
from dayspring.therapy.intake import ANSWER, DETAIL, ON, Question, columns, questions

NONE = "none"
YES_NO_UNKNOWN = "yes_no_unknown"
ROW = re.compile(r"__(\d+)__")


def posted_answers(posted: Mapping[str, str], knowledge: Library) -> dict[str, object]:
    """The answers that a form holds, as the strict reading wants them; what was left empty is not answered."""
    answers: dict[str, object] = {}
    tables = columns(knowledge)
    for question in questions(knowledge):
        answer = (
            _list(question, posted, tuple(tables[question.kind]))
            if question.kind in tables
            else _single(question, posted)
        )
        if answer is not None and as_text(answer) != posted.get(f"was_{question.key}"):
            answers[question.key] = answer
    return answers


def as_text(answer: object) -> str:
    """An answer as one line of text that tells two answers apart and does not tell 64 from “64”."""
    return json.dumps(_plain(answer), sort_keys=True, ensure_ascii=False)


def _plain(answer: object) -> object:
    match answer:
        case Mapping():
            return {str(name): _plain(value) for name, value in answer.items() if value not in (None, "")}
        case list() | tuple():
            return [_plain(row) for row in answer]
    return str(answer)


def _single(question: Question, posted: Mapping[str, str]) -> object:
    text = posted.get(f"q_{question.key}", "").strip()
    if question.kind == YES_NO_UNKNOWN:
        return _claim(question, posted, text)
    if question.kind == "whole" and text.isascii() and text.isdigit():
        return int(text)
    return text or None


def _claim(question: Question, posted: Mapping[str, str], text: str) -> object:
    """Yes, no or unknown, alone or with the day and the words that belong to it."""
    more = {ON: posted.get(f"on_{question.key}", "").strip()}
    more[DETAIL] = posted.get(f"detail_{question.key}", "").strip()
    said = {name: value for name, value in more.items() if value}
    if said and not text:
        raise ValueError(
            _("“%(asks)s” has a day or words beside it and no answer.") % {"asks": question.wording}
        )
    return {ANSWER: text, **said} if said else text or None


def _list(question: Question, posted: Mapping[str, str], names: tuple[str, ...]) -> object:
    """The rows of a list; an empty list only where somebody said that there are none."""
    rows = _rows(question.key, posted, names)
    if rows and posted.get(f"q_{question.key}__{NONE}"):
        raise ValueError(_("“%(asks)s” has rows and says that there are none.") % {"asks": question.wording})
    if rows:
        return rows
    if posted.get(f"q_{question.key}__{NONE}"):
        return []
    text = posted.get(f"q_{question.key}", "").strip()
    if not text:
        return None
    return [] if text.lower() == NONE else _lines(text, names)


def _rows(key: str, posted: Mapping[str, str], names: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of the row editor by their numbers; a row with nothing in it is no row."""
    numbers = {
        int(found[1])
        for name in posted
        if name.startswith(f"q_{key}__") and (found := ROW.search(name, len(f"q_{key}")))
    }
    rows = []
    for number in sorted(numbers):
        cells = {name: posted.get(f"q_{key}__{number}__{name}", "").strip() for name in names}
        if any(cells.values()):
            rows.append({name: cell for name, cell in cells.items() if cell})
    return rows


def _lines(text: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """One row a line, its columns parted by semicolons: a list as it is pasted from elsewhere."""
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(";")]
        if len(cells) > len(names):
            raise ValueError(
                _("“%(line)s” has %(n)d parts; a line has at most %(most)d.")
                % {"line": line.strip(), "n": len(cells), "most": len(names)}
            )
        if any(cells):
            rows.append({name: cell for name, cell in zip(names, cells, strict=False) if cell})
    return rows
