"""The invented people of tests/cases/people_to_sign.toml: what the rulebook makes of each, in every setting."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dayspring.knowledge import library
from dayspring.therapy.aim import Aim, aim_of
from dayspring.therapy.screening import screen
from tests.therapy.test_screening import DAY, clear

KNOWN = library()
CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "people_to_sign.toml").read_text())["case"]
FORTY = 40


def quiet(rule_of: str, turned: tuple[str, ...]) -> dict[str, str]:
    """The answer to every question of a programme that fires nothing; for `turned` rules the one that fires."""
    found = {}
    for key, row in KNOWN.screening.get(rule_of, {}).items():
        fires = row.get("when", "yes")
        still = "no" if fires == "yes" else "yes"
        found[key] = fires if row["rule"] in turned else still
    return found


def aim(case: dict) -> Aim:
    if "aim" in case:
        return Aim(**case["aim"])
    return replace(aim_of(case["protocol"], KNOWN), jurisdiction=case.get("jurisdiction", "US"))


def told(case: dict) -> dict[str, object]:
    turned = tuple(case.get("turned", ()))
    person = clear(case.get("who", "woman")) | quiet("home", turned) | quiet("rems", turned)
    person |= case.get("with", {})
    return {key: value for key, value in person.items() if key not in case.get("without", ())}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['number']} {case['title']}" for case in CASES])
def test_a_person_is_judged_as_the_rulebook_says(case):
    on = case.get("on", DAY)
    assert isinstance(on, date)
    said = screen(told(case), KNOWN, on=on, aim=aim(case))
    fired = {f"{f.kind} {f.rule}" for f in said.findings}
    shown = [f"{f.kind} {f.rule}: {f.reason} [{f.evidence}] {f.asks}" for f in said.findings]
    assert set(case.get("says", ())) <= fired, shown
    assert not set(case.get("never", ())) & {f.rule for f in said.findings}, shown
    assert said.status == case["status"], shown


def test_there_are_more_than_forty_and_each_has_its_number_and_a_place_to_sign():
    assert len(CASES) > FORTY
    assert [case["number"] for case in CASES] == list(range(1, len(CASES) + 1))
    assert all("signed" in case for case in CASES)


def test_every_enabled_protocol_and_every_indication_has_a_person():
    reached = {case.get("protocol") for case in CASES}
    enabled = {key for key, row in KNOWN.protocols.items() if row.get("enabled", True)}
    assert enabled - reached == set()
    rules = {said.split(" ")[1] for case in CASES for said in case.get("says", ())}
    assert set(KNOWN.screening["indications"]) - rules == set()
