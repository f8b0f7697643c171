"""The questions of the intake, and the strict reading of what was answered.

The same reading serves the form, the chart and the rules: what was read once reads the same again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dayspring.knowledge import Library
from dayspring.quantities import NotANumber, plain, typed
from dayspring.therapy.aim import LANES
from dayspring.therapy.kept import kept

YES, NO, UNKNOWN = "yes", "no", "unknown"
YES_NO_UNKNOWN = (YES, NO, UNKNOWN)
# The tables whose rows are a yes-or-no question and its rule: for everybody, for home, for the programme.
ASKING = ("history", "home", "rems")
# What a yes or a no may carry beside itself.
ANSWER, ON, DETAIL = "answer", "on", "detail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the intake. `lowest` and `highest` are what can be true at all.

    It is asked only in its `lanes`, of those whom `only_for` names, under a law of `jurisdictions` and about
    a condition of `diagnoses`; an empty one means all.
    """

    key: str
    section: str
    wording: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""
    only_for: str = "everyone"
    lanes: tuple[str, ...] = LANES
    jurisdictions: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    needed: bool = False
    pair: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What could be read, and each fault by its place. A faulty answer is not among the answers."""

    answers: Mapping[str, object]
    faults: tuple[str, ...]


class Fault(ValueError):
    """An answer that cannot be read; the text names its place."""


@kept
def questions(knowledge: Library) -> tuple[Question, ...]:
    """Every question, section by section, measured ones before the yes-or-no ones."""
    table = knowledge.screening["questions"]
    titles: Mapping[str, str] = table["sections"]
    rows = list(table["questions"].items())
    rows += [
        (key, {"needed": True, **row, "kind": "yes_no_unknown"}) for key, row in asking(knowledge).items()
    ]
    asked = [_question(key, {**row, "section": titles[row["section"]]}, knowledge) for key, row in rows]
    order = list(titles.values())
    return tuple(sorted(asked, key=lambda q: order.index(q.section)))


@kept
def asking(knowledge: Library) -> Mapping[str, Mapping[str, Any]]:
    """Every row that is a yes-or-no question and its rule, by its key."""
    return {key: row for name in ASKING for key, row in knowledge.screening.get(name, {}).items()}


@kept
def by_key(knowledge: Library) -> Mapping[str, Question]:
    """The questions by their keys."""
    return {question.key: question for question in questions(knowledge)}


def _question(key: str, row: Mapping[str, Any], knowledge: Library) -> Question:
    """`possible` names two limits; otherwise the ends stand in the row."""
    ends = [row.get("lowest"), row.get("highest")]
    if "possible" in row:
        ends = [knowledge.limit(f"{row['possible']}_possible_{end}").value for end in ("low", "high")]
    lowest, highest = (None if end is None else Decimal(end) for end in ends)
    return Question(
        key=key,
        section=row["section"],
        wording=row["wording"],
        kind=row["kind"],
        unit=row.get("unit", ""),
        choices=YES_NO_UNKNOWN if row["kind"] == "yes_no_unknown" else tuple(row.get("choices", ())),
        help=row.get("help", ""),
        only_for=row.get("only_for", "everyone"),
        lanes=tuple(row.get("lanes", LANES)),
        jurisdictions=tuple(row.get("jurisdictions", ())),
        diagnoses=tuple(row.get("diagnoses", ())),
        needed=row.get("needed", False),
        pair=row.get("pair", ""),
        lowest=lowest,
        highest=highest,
    )


@kept
def columns(knowledge: Library) -> Mapping[str, Mapping[str, Question]]:
    """The columns of each kind of list: trials, medicines and other diagnoses."""
    table = knowledge.screening["questions"]["columns"]
    return {
        kind: {
            name: _question(name, {"section": kind, "wording": name, **row}, knowledge)
            for name, row in rows.items()
        }
        for kind, rows in table.items()
    }


def read_answers(raw: Mapping[str, object], knowledge: Library) -> Read:
    """Reads each answer by the kind of its question; a blank is no answer; all faults at once."""
    known = by_key(knowledge)
    lists = columns(knowledge)
    answers: dict[str, object] = {}
    faults: list[str] = []
    for key, value in raw.items():
        question = known.get(key)
        if question is None:
            faults.append(f"{key}: no question has this key.")
        elif value is not None and value != "":
            try:
                if question.kind in lists:
                    answers[key] = _rows(value, lists[question.kind], key)
                else:
                    answers[key] = READERS[question.kind](value, question, key)
            except Fault as wrong:
                faults.append(str(wrong))
    faults += _across(answers, known, {k for k, v in raw.items() if v is not None and v != ""})
    return Read(answers=answers, faults=tuple(faults))


def _across(answers: Mapping[str, object], known: Mapping[str, Question], given: set[str]) -> list[str]:
    """Faults between answers: one half of a pair, and a pressure whose second number is the higher."""
    found = [
        f"{key}: needs {known[key].pair} beside it."
        for key in answers
        if known[key].pair and known[key].pair not in given and answers[key] != "not_done"
    ]
    for key, high in answers.items():
        low = answers.get(known[key].pair)
        if key.startswith("systolic") and isinstance(high, int) and isinstance(low, int) and high <= low:
            found.append(f"{key}: {high} is not above {known[key].pair}, which is {low}.")
    return found


def _number(value: object, question: Question, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise Fault(f"{place}: expected a number written as text, got {_called(value)}.")
    try:
        read = typed(format(value, "f") if isinstance(value, Decimal) else str(value), question.unit).value
    except NotANumber as wrong:
        raise Fault(f"{place}: {wrong}.") from None
    for end, out in ((question.lowest, "below"), (question.highest, "above")):
        if end is not None and (read < end if out == "below" else read > end):
            raise Fault(f"{place}: {plain(read)} is {out} {plain(end)}, which cannot be.")
    return read


def _whole(value: object, question: Question, place: str) -> int:
    read = _number(value, question, place)
    if read != read.to_integral_value():
        raise Fault(f"{place}: {plain(read)} is not a whole number.")
    return int(read)


def _date(value: object, question: Question, place: str) -> date:
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value) == len("yyyy-mm-dd"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Fault(f"{place}: expected a day written as 2026-01-31, got {_called(value)}.")


def _choice(value: object, question: Question, place: str) -> str:
    if not isinstance(value, str) or value not in question.choices:
        raise Fault(f"{place}: expected one of {', '.join(question.choices)}, got {_called(value)}.")
    return value


def _answer(value: object, question: Question, place: str) -> object:
    """A yes, no or unknown; it may carry a day and words, and without either it is the plain word."""
    if not isinstance(value, Mapping):
        return _choice(value, question, place)
    if more := set(value) - {ANSWER, ON, DETAIL}:
        raise Fault(f"{place}.{min(map(str, more))}: an answer holds only {ANSWER}, {ON} and {DETAIL}.")
    read: dict[str, object] = {ANSWER: _choice(value.get(ANSWER), question, f"{place}.{ANSWER}")}
    if (day := value.get(ON)) not in (None, ""):
        read[ON] = _date(day, question, f"{place}.{ON}")
    if (words := value.get(DETAIL)) not in (None, "") and (
        text := _text(words, question, f"{place}.{DETAIL}")
    ):
        read[DETAIL] = text
    return read if len(read) > 1 else read[ANSWER]


def _text(value: object, question: Question, place: str) -> str:
    if not isinstance(value, str):
        raise Fault(f"{place}: expected text, got {_called(value)}.")
    return value.strip()


def _called(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else type(value).__name__


def _rows(value: object, columns: Mapping[str, Question], place: str) -> tuple[Mapping[str, object], ...]:
    """A list of rows. One faulty cell makes the whole list unread, so that half a list never counts."""
    if not isinstance(value, list | tuple):
        raise Fault(f"{place}: expected a list, got {_called(value)}.")
    return tuple(_row(row, columns, f"{place}[{number}]") for number, row in enumerate(value))


def _row(row: object, columns: Mapping[str, Question], place: str) -> Mapping[str, object]:
    if not isinstance(row, Mapping):
        raise Fault(f"{place}: expected a row, got {_called(row)}.")
    read: dict[str, object] = {}
    for name, cell in row.items():
        if name not in columns:
            raise Fault(f"{place}.{name}: a row has no such column.")
        if cell is not None and cell != "":
            read[name] = READERS[columns[name].kind](cell, columns[name], f"{place}.{name}")
    for name, column in columns.items():
        if column.needed and not read.get(name):
            raise Fault(f"{place}.{name}: this is needed.")
    return read


READERS: Mapping[str, Callable[[object, Question, str], object]] = {
    "yes_no_unknown": _answer,
    "choice": _choice,
    "number": _number,
    "whole": _whole,
    "date": _date,
    "text": _text,
}
