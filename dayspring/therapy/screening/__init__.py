"""Whether a course may start, and why: answers go in; every rule that fires comes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dayspring.knowledge import Library
from dayspring.therapy.aim import INTO_A_VEIN, SILENT, Aim
from dayspring.therapy.intake import questions, read_answers
from dayspring.therapy.screening import history_rules, indications, interactions, measured, risks
from dayspring.therapy.screening.findings import Decision, ScreeningFinding, decided
from dayspring.therapy.screening.patient import Patient

__all__ = ["Decision", "ScreeningFinding", "rules", "screen"]

FIRING = (history_rules.history, *measured.ALL, *risks.ALL, *interactions.ALL, *indications.ALL)


def screen(
    answers: Mapping[str, object], knowledge: Library, *, on: date, aim: Aim = INTO_A_VEIN
) -> Decision:
    """Every rule over the answers as they stand on that day. Answers may be raw or already read.

    What cannot be read counts as unknown and is asked for again. Raises ValueError for a route nobody knows.
    """
    if aim.route not in knowledge.routes:
        raise ValueError(f"There is no route {aim.route}; there are {', '.join(sorted(knowledge.routes))}.")
    read = read_answers(answers, knowledge)
    patient = Patient(
        answers=read.answers,
        faults=read.faults,
        knowledge=knowledge,
        on=on,
        aim=aim,
        questions={question.key: question for question in questions(knowledge)},
    )
    found = (finding for rule in FIRING for finding in rule(patient))
    return decided((finding for finding in found if finding.kind != SILENT), _rules(patient))


def rules(knowledge: Library) -> frozenset[str]:
    """The id of every rule that screening can fire."""
    return frozenset(screen({}, knowledge, on=date.min).quiet) | frozenset(
        finding.rule for finding in screen({}, knowledge, on=date.min).findings
    )


def _rules(patient: Patient) -> set[str]:
    tables = history_rules.rules(patient) | interactions.rules(patient) | indications.rules(patient)
    return tables | measured.RULES | risks.RULES
