"""Whether a course may start, and why: answers go in; every rule that fires comes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dayspring.knowledge import Library
from dayspring.therapy.aim import ESKETAMINE, HOME, INTO_A_VEIN, SILENT, Aim
from dayspring.therapy.intake import Question, by_key, read_answers
from dayspring.therapy.screening import (
    dated,
    history_rules,
    home,
    indications,
    interactions,
    measured,
    rems,
    risks,
    tabled,
)
from dayspring.therapy.screening.asking import could, still_open
from dayspring.therapy.screening.findings import Decision, ScreeningFinding, decided
from dayspring.therapy.screening.patient import Patient

__all__ = ["Decision", "ScreeningFinding", "could", "open_questions", "rules", "screen"]

# One aim for each column of the rulebook.
EVERY_LANE = (
    INTO_A_VEIN,
    Aim(route="in", drug="esketamine"),
    Aim(route="in", drug="esketamine", jurisdiction="EU"),
    Aim(route="sl", setting=HOME),
    Aim(route="sl"),
)

FIRING = (
    history_rules.history,
    *measured.ALL,
    *risks.ALL,
    *interactions.ALL,
    *indications.ALL,
    *home.ALL,
    *rems.ALL,
    *dated.ALL,
)


def screen(
    answers: Mapping[str, object], knowledge: Library, *, on: date, aim: Aim = INTO_A_VEIN
) -> Decision:
    """Every rule over the answers as they stand on that day. Answers may be raw or already read.

    What cannot be read counts as unknown and is asked for again. Raises ValueError for a route nobody knows.
    """
    if aim.route not in knowledge.routes:
        raise ValueError(f"There is no route {aim.route}; there are {', '.join(sorted(knowledge.routes))}.")
    patient = _patient(answers, knowledge, on, aim)
    found = (finding for rule in FIRING for finding in rule(patient))
    return decided((finding for finding in found if finding.kind != SILENT), _rules(patient))


def open_questions(
    answers: Mapping[str, object], knowledge: Library, *, on: date, aim: Aim = INTO_A_VEIN
) -> tuple[Question, ...]:
    """What is still unknown and matters for this person and aim, the most decisive first."""
    return still_open(screen(answers, knowledge, on=on, aim=aim).findings, knowledge, aim)


def rules(knowledge: Library, aim: Aim | None = None) -> frozenset[str]:
    """The id of every rule that screening can fire: for an aim, or for any at all."""
    aims = (aim,) if aim is not None else EVERY_LANE
    return frozenset().union(*(_rules(_patient({}, knowledge, date.min, each)) for each in aims))


def _patient(answers: Mapping[str, object], knowledge: Library, on: date, aim: Aim) -> Patient:
    read = read_answers(answers, knowledge)
    return Patient(
        answers=read.answers,
        faults=read.faults,
        knowledge=knowledge,
        on=on,
        aim=aim,
        questions=by_key(knowledge),
    )


def _rules(patient: Patient) -> frozenset[str]:
    """The rules that can speak for this aim; those of the home and of the programme only there."""
    found = history_rules.rules(patient) | tabled.rules(patient) | interactions.rules(patient)
    found |= indications.rules(patient) | measured.RULES
    if patient.aim.lane == HOME:
        found |= home.RULES | dated.rules(patient)
    if patient.aim.lane == ESKETAMINE:
        found |= rems.RULES
    return frozenset(found)
