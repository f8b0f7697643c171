"""A number that could hurt has a row in `knowledge/`; the rules hold none."""

from __future__ import annotations

from pathlib import Path

import pytest

import dayspring
from tests.rig.syntax import bare_numbers

THERAPY = Path(dayspring.__file__).parent / "therapy"


def test_no_bare_clinical_number_in_the_rules():
    files = sorted(THERAPY.rglob("*.py"))
    assert len(files) > 5
    found = [
        f"therapy/{file.relative_to(THERAPY)}:{said}"
        for file in files
        for said in bare_numbers(file.read_text())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "planted",
    ["if systolic > 140: pass", "dose = 0.5", 'cap = Decimal("60")', 'limit = Quantity(Decimal("92"), "%")'],
)
def test_a_planted_number_is_noticed(planted):
    assert bare_numbers(planted)


@pytest.mark.parametrize(
    "harmless",
    ["first = lines[0]", "head = lines[:5]", "last = lines[-1]", "none = Decimal(0)", 'unit = "mL/h"'],
)
def test_counting_and_words_are_not_called_clinical(harmless):
    assert not bare_numbers(harmless)
