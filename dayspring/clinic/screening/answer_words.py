"""Answers of the intake as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dayspring.knowledge import Library
from dayspring.quantities import SPOKEN
from dayspring.therapy.intake import ANSWER, DETAIL, ON, Question, columns
from dayspring.therapy.screening.names import NOBODY, matches

ABBREVIATIONS = ("ptsd", "ocd", "crps", "ast", "alt")


def choice_words(key: str) -> str:
    """A choice as people say it; abbreviations keep their capitals."""
    words = key.replace("_", " ")
    known = {
        "yes": _("yes"),
        "no": _("no"),
        "unknown": _("unknown"),
        "none": _("none"),
        "not done": _("not done"),
    }
    return words.upper() if key in ABBREVIATIONS else known.get(words, words)


def day_words(text: str) -> str:
    """A day as it is spoken; what is no day stays as it was typed."""
    try:
        return date_format(date.fromisoformat(text), "j F Y")
    except ValueError:
        return text


def unit_words(question: Question) -> str:
    """The unit as it is spoken; a score and a count have none."""
    words = {"{score}": "", "1": "", "mo": _("months"), "wk": _("weeks"), "mg/d": _("mg a day")}
    return words.get(question.unit, SPOKEN.get(question.unit, question.unit))


def answer_words(question: Question, answer: object, knowledge: Library) -> str:
    """One answer in words; empty when there is none."""
    match answer:
        case None | "":
            return ""
        case list() | tuple():
            cells = columns(knowledge)[question.kind]
            return "; ".join(_row_words(row, cells, knowledge) for row in answer) or _("none")
        case Mapping():
            said = choice_words(str(answer.get(ANSWER, "")))
            more = [day_words(str(answer[ON]))] if answer.get(ON) else []
            more += [str(answer[DETAIL])] if answer.get(DETAIL) else []
            return f"{said} ({', '.join(more)})" if more else said
    if question.kind == "date":
        return day_words(str(answer))
    if question.kind in ("choice", "yes_no_unknown"):
        return choice_words(str(answer))
    return f"{answer} {unit_words(question)}".strip()


def _row_words(row: object, cells: Mapping[str, Question], knowledge: Library) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    parts = []
    for name, cell in cells.items():
        if value := str(row.get(name, "")):
            words = choice_words(value) if cell.kind == "choice" else value
            parts.append(f"{words} {unit_words(cell)}".strip())
            if name in ("drug", "name") and (meant := meaning(value, knowledge)):
                parts[-1] += f" ({meant})"
    return ", ".join(parts)


def meaning(written: str, knowledge: Library) -> str:
    """Which medicine a name was read as, where it is not the name itself; what nobody knows says so."""
    found = matches(written, knowledge)
    if any(match.how == NOBODY for match in found):
        return _("not a medicine known here")
    meant = " + ".join(match.ingredient for match in found)
    return "" if meant.casefold() == written.casefold() else meant
