"""The rulebook's ids, counted, and held against the rules that are carried out and the cases that reach them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dayspring.knowledge import library
from dayspring.knowledge.rows import STANDINGS
from dayspring.therapy.aim import LANES, Aim
from dayspring.therapy.screening import rules, screen
from tests.therapy import test_people_to_sign, test_screening
from tests.therapy.test_screening import DAY

KNOWN = library()
CASES = Path(__file__).parents[1] / "cases"
# As counted in the rulebook, section by section: 1 who may, 2 what stands against, 3 medicines, 7 at home.
COUNTED = {"indications": 21, "exclusions": 47, "interactions": 23, "home": 15}
BOOK = {rule: row for part in COUNTED for rule, row in KNOWN.rulebook[part].items()}


def reached() -> Iterator[str]:
    """Every rule that speaks in some worked case."""
    for case in test_people_to_sign.CASES:
        told, aim = test_people_to_sign.told(case), test_people_to_sign.aim(case)
        yield from (f.rule for f in screen(told, KNOWN, on=case.get("on", DAY), aim=aim).findings)
    for name in ("screening", "interactions", "home"):
        for case in tomllib.loads((CASES / f"{name}.toml").read_text()).get("cases", ()):
            aim = Aim(**case["aim"]) if "aim" in case else Aim(route="iv")
            on = case.get("on", DAY)
            on = date.fromisoformat(on) if isinstance(on, str) else on
            yield from (f.rule for f in screen(test_screening.answers(case), KNOWN, on=on, aim=aim).findings)


def test_every_id_of_the_rulebook_is_here_once():
    assert {part: len(KNOWN.rulebook[part]) for part in COUNTED} == COUNTED
    assert len(BOOK) == sum(COUNTED.values()) == 106


def test_every_id_is_a_rule_that_screening_can_carry_out():
    assert set(BOOK) - rules(KNOWN) == set()


def test_every_id_is_reached_by_a_worked_case():
    found = set(reached())
    assert set(BOOK) - found == set(), f"{len(set(BOOK) & found)} of {len(BOOK)} are reached"


@pytest.mark.parametrize("rule", BOOK)
def test_a_row_says_where_it_is_from_when_it_was_read_and_when_it_is_read_again(rule):
    row = BOOK[rule]
    assert row["source"] in KNOWN.sources and row["standing"] in STANDINGS
    assert row["says"] and row["last_verified"] < row["review_by"]


@pytest.mark.parametrize("key", KNOWN.screening["history"])
def test_a_question_stands_against_a_course_as_the_table_of_the_rulebook_says(key):
    row = KNOWN.screening["history"][key]
    lanes = BOOK.get(row["rule"], {}).get("lanes")
    if lanes is None:
        return
    asked = row.get("lanes", LANES)
    said = {lane: row.get(lane, row["clinic"]) for lane in LANES if lane in asked}
    assert said == {lane: lanes[lane] for lane in said}, f"{key}: {row['rule']}"
