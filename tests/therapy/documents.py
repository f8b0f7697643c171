"""Answers of the intake as a document of facts: the way back that the product does not need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dayspring.knowledge import library
from dayspring.therapy.facts_file import place_of
from dayspring.therapy.intake import Question, columns, questions

QUESTIONS = {question.key: question for question in questions(library())}
COLUMNS = columns(library())
NUMBERS = ("number", "whole")


def document(answers: Mapping[str, object], **planned: str) -> dict[str, Any]:
    """The document that says the same as these answers, with numbers as JSON numbers."""
    root: dict[Any, Any] = {"planned": {"protocol": "iv_depression"} | planned}
    for key, value in answers.items():
        *above, last = place_of(QUESTIONS[key], library())
        node = root
        for name in above:
            node = node.setdefault(name, {})
        node[last] = _written(value, QUESTIONS[key])
    return _lists(root)


def _written(value: object, question: Question) -> object:
    names = COLUMNS.get(question.kind)
    if names is not None and isinstance(value, list | tuple):
        return [{name: _written(cell, names[name]) for name, cell in row.items()} for row in value]
    return _number(value) if question.kind in NUMBERS else value


def _number(value: object) -> object:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _lists(node: Any) -> Any:
    """A table whose keys are numbers was a list."""
    if not isinstance(node, dict):
        return node
    inner = {name: _lists(value) for name, value in node.items()}
    if inner and all(isinstance(name, int) for name in inner):
        return [inner.get(number, {}) for number in range(max(inner) + 1)]
    return inner
