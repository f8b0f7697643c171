"""The answers as the rules look at them: read, typed, and unknown wherever nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dayspring.knowledge import Library, Limit
from dayspring.quantities import Quantity, converted
from dayspring.therapy.aim import Aim
from dayspring.therapy.intake import ANSWER, DETAIL, NO, ON, UNKNOWN, YES, Question

# What a row of a list is called by: a trial, a medicine, another diagnosis.
FIRST = ("drug", "name", "condition")

AFTER_A_NO = ("cssrs_3", "cssrs_4", "cssrs_5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Read answers, the knowledge and the day. A question with no answer is unknown, never no."""

    answers: Mapping[str, Any]
    faults: tuple[str, ...]
    knowledge: Library
    on: date
    aim: Aim
    questions: Mapping[str, Question]

    def limit(self, key: str) -> Limit:
        return self.knowledge.limit(key)

    def kind_of(self, row: Mapping[str, Any]) -> str:
        """What a row of the knowledge means for the treatment that is thought about; `none` is silence."""
        return self.aim.kind_in(row)

    def here(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with the reason, source and standing that it has for this aim in place of the others."""
        law, special = self.aim.jurisdiction, row.get("here", {})
        merged = dict(row)
        for column in (*reversed(self.aim.columns), law, f"{self.aim.lane}_{law}"):
            merged |= special.get(column, {})
        return merged

    def said(self, key: str) -> str:
        """A yes, no, unknown or choice; unknown when nobody answered."""
        value = self.answers.get(key, UNKNOWN)
        if isinstance(value, Mapping):
            value = value.get(ANSWER, UNKNOWN)
        return value if isinstance(value, str) else UNKNOWN

    def is_open(self, key: str) -> bool:
        """Whether nobody knows the answer yet; an empty list of medicines is an answer."""
        value = self.answers.get(key)
        return (value.get(ANSWER) if isinstance(value, Mapping) else value) in (None, "", UNKNOWN)

    def dated(self, key: str) -> date | None:
        """The day that an answer carries; None when it carries none."""
        value = self.answers.get(key)
        day = value.get(ON) if isinstance(value, Mapping) else None
        return day if isinstance(day, date) else None

    def number(self, key: str) -> Quantity | None:
        value = self.answers.get(key)
        return None if value is None else Quantity(Decimal(value), self.questions[key].unit)

    def rows(self, key: str) -> tuple[Mapping[str, Any], ...] | None:
        """The rows of a list; None when the list was not asked for. An empty list says none."""
        return self.answers.get(key)

    def beyond(self, key: str, limit_key: str) -> bool:
        """Whether a number is known and does not keep to the limit."""
        number = self.number(key)
        return number is not None and not self.limit(limit_key).allows(number)

    def shown(self, *keys: str) -> str:
        """The answers a finding rests on, as evidence."""
        return "; ".join(f"{key}: {self._spoken(key)}" for key in keys)

    def _spoken(self, key: str) -> str:
        value = self.answers.get(key)
        if value is None:
            return "not answered"
        if isinstance(value, tuple):
            return ", ".join(str(row[name]) for row in value for name in FIRST if name in row) or "none"
        if isinstance(value, Mapping):
            said = [str(value[ANSWER]), str(value.get(ON, "")), str(value.get(DETAIL, ""))]
            return ", ".join(part for part in said if part)
        number = self.number(key) if self.questions[key].kind in ("number", "whole") else None
        return str(number) if number is not None else str(value)

    @property
    def age(self) -> Quantity | None:
        """Whole years on the day; None when unknown, when birth lies ahead or two answers disagree."""
        born, stated = self.answers.get("birth_date"), self.number("age")
        if not isinstance(born, date):
            return stated
        years = self.on.year - born.year - ((self.on.month, self.on.day) < (born.month, born.day))
        known = Quantity(Decimal(years), "a")
        if years < 0 or (stated is not None and stated != known):
            return None
        return known

    @property
    def bmi(self) -> Quantity | None:
        weight, height = self.number("weight"), self.number("height")
        if weight is None or height is None or height.value == 0:
            return None
        metres = converted(height, "m").value
        return Quantity(weight.value / metres**2, "kg/m2")

    @property
    def childbearing(self) -> str:
        """Whether the person could become pregnant. Said outright it wins; a man at birth is not asked."""
        if "childbearing" not in self.answers and self.said("sex") == "male":
            return NO
        return self.said("childbearing")

    def asks(self, key: str) -> bool:
        """Whether a question is put: in this lane, under this law, about this condition, to this person."""
        question = self.questions[key]
        named = not question.diagnoses or self.said("diagnosis") in question.diagnoses
        return self.in_scope(key) and named and self.concerns(question.only_for) and not self.skips(key)

    def skips(self, key: str) -> bool:
        """Whether the screener skips it: items 3 to 5 after a no to item 2, unless one was called unknown."""
        return key in AFTER_A_NO and self.said("cssrs_2") == NO and key not in self.answers

    def in_scope(self, key: str) -> bool:
        """Whether the question is one of this lane and this law, whoever the person is."""
        question = self.questions[key]
        lawful = not question.jurisdictions or self.aim.jurisdiction in question.jurisdictions
        return self.aim.lane in question.lanes and lawful

    def concerns(self, only_for: str) -> bool:
        """Whether a question concerns this person; in doubt it does."""
        if only_for == "childbearing":
            return self.childbearing != NO
        if only_for == "female":
            return self.said("sex") != "male" or self.said("childbearing") == YES
        return True


def is_bipolar(patient: Patient) -> bool:
    """Whether either answer says bipolar disorder; the other one cannot take it back."""
    return patient.said("bipolar") == YES or patient.said("diagnosis") == "bipolar"
