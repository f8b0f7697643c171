"""Answers of the intake between a form and the chart: read by the kind of their question, shown in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from dayspring.knowledge import Library
from dayspring.therapy.intake import Question, columns, questions

NONE = "none"


def posted_answers(posted: Mapping[str, str], knowledge: Library) -> dict[str, object]:
    """The answers that a form holds, as the strict reading wants them; what was left empty is not answered."""
    answers: dict[str, object] = {}
    tables = columns(knowledge)
    for question in questions(knowledge):
        if question.kind in tables:
            text = posted.get(f"q_{question.key}", "").strip()
            # An empty box is a question that was not asked; only the word says that there are none.
            if text:
                none = text.lower() == NONE
                answers[question.key] = [] if none else _rows(text, tuple(tables[question.kind]))
            continue
        text = posted.get(f"q_{question.key}", "").strip()
        if text:
            answers[question.key] = _typed(question, text)
    return answers


def _typed(question: Question, text: str) -> object:
    if question.kind == "whole" and text.isascii() and text.isdigit():
        return int(text)
    return text


def _rows(text: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """One row a line, its columns parted by semicolons: what a person can type without a mouse."""
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


def shown(answer: object, names: Sequence[str] = ()) -> str:
    """An answer in words; empty when there is none. A list's rows read again as they were typed: the chart
    keeps no order of columns, so `names` says it, and an empty column keeps its place."""
    match answer:
        case None:
            return ""
        case list() | tuple():
            return "\n".join(_line(row, names) for row in answer) or NONE
        case Mapping():
            return ", ".join(f"{name} {value}" for name, value in answer.items())
    return str(answer)


def _line(row: object, names: Sequence[str]) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    cells = [str(row.get(name, "")) for name in names or row]
    while cells and not cells[-1]:
        cells.pop()
    return "; ".join(cells)
