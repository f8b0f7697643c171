"""At home, and in the programme for esketamine: worked cases, and what holds for every answer."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dayspring.therapy.aim import Aim
from dayspring.therapy.intake import asking
from dayspring.therapy.screening import rules, screen
from dayspring.therapy.screening.dated import time_of
from dayspring.therapy.screening.patient import Patient
from tests.therapy.persons import AIMS, CASES, DAY, KNOWN, answers, clear, fired, screened

pytestmark = pytest.mark.hazard("H35")

WORKED = tomllib.loads((CASES / "home.toml").read_text())["cases"]
AT_HOME = AIMS["home"]
LAW = KNOWN.screening["law"]
HOME_ROWS, REMS_ROWS = KNOWN.screening["home"], KNOWN.screening["rems"]
END = LAW["remote_prescribing"]["until"]


def of(case):
    on = date.fromisoformat(case["on"]) if "on" in case else DAY
    return screen(answers(case), KNOWN, on=on, aim=Aim(**case["aim"]))


@pytest.mark.parametrize("case", WORKED, ids=[case["title"] for case in WORKED])
def test_worked_case(case):
    decision = of(case)
    shown = [f"{f.kind} {f.rule}: {f.reason} [{f.evidence}]" for f in decision.findings]
    assert set(case.get("fires", ())) <= fired(decision), shown
    assert not set(case.get("silent", ())) & {f.rule for f in decision.findings}, shown
    if "status" in case:
        assert decision.status == case["status"], shown
    if "shows" in case:
        kind, rule = case["fires"][0].split()
        told = " ".join(f.reason + f.evidence for f in decision.findings if (f.kind, f.rule) == (kind, rule))
        assert all(word in told for word in case["shows"]), told


def test_every_rule_of_the_rulebook_on_home_is_reached():
    reached = {f.rule for case in WORKED for f in of(case).findings}
    assert set(KNOWN.rulebook["home"]) | {"EX-NOSUPP", "EX-STATE", "EX-REMS"} <= reached


@pytest.mark.parametrize("aim", ["iv", "im", "sc", "sl", "oral", "nose", "esketamine", "esketamine_EU"])
def test_no_rule_of_home_is_listed_or_speaks_in_the_clinic(aim):
    of_home = {rule for rule in rules(KNOWN, AT_HOME) if rule.startswith("HOME-")} | {"EX-NOSUPP", "EX-STATE"}
    assert not of_home & rules(KNOWN, AIMS[aim])
    told = clear() | dict.fromkeys(HOME_ROWS, "no") | {"stop_signs": "yes"}
    assert not of_home & {f.rule for f in screened(told, aim).findings}


@pytest.mark.parametrize("key", [*HOME_ROWS, *REMS_ROWS])
@pytest.mark.parametrize("how", ["unknown", "removed"])
def test_what_nobody_knows_is_asked_for_and_never_eligible(key, how):
    aim = "home" if key in HOME_ROWS else "esketamine"
    told = clear() | {key: "unknown"}
    if how == "removed":
        del told[key]
    decision = screened(told, aim)
    assert decision.status == "needs_review"
    assert key in {f.question for f in decision.findings}


@pytest.mark.parametrize("key", [*HOME_ROWS, *REMS_ROWS])
def test_the_answer_against_it_fires_the_word_of_its_row(key):
    row, aim = asking(KNOWN)[key], AIMS["home" if key in HOME_ROWS else "esketamine"]
    decision = screen(clear() | {key: row.get("when", "yes")}, KNOWN, on=DAY, aim=aim)
    assert f"{aim.kind_in(row)} {row['rule']}" in fired(decision)


@pytest.mark.parametrize("key", REMS_ROWS)
@pytest.mark.parametrize("aim", ["iv", "home", "esketamine_EU"])
def test_the_programme_asks_nothing_of_another_treatment_or_under_another_law(key, aim):
    told = clear() | {key: "no"}
    assert "EX-REMS" not in {f.rule for f in screened(told, aim).findings}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(80, 200), min_size=2, max_size=2),
    st.lists(st.integers(40, 79), min_size=2, max_size=2),
    st.integers(50, 140),
)
def test_a_higher_pressure_or_pulse_is_never_judged_milder(high, low, pulse):
    def told(up):
        return clear() | {
            "systolic_1": high[0] + up,
            "systolic_2": high[1] + up,
            "diastolic_1": low[0] + up,
            "diastolic_2": low[1] + up,
            "pulse": pulse + up,
        }

    ranks = {"not_eligible": 2, "needs_review": 1, "eligible": 0}
    before, after = (ranks[screened(told(up), "home").status] for up in (0, 15))
    assert after >= before


@settings(max_examples=60, deadline=None)
@given(st.integers(-400, 400))
def test_the_law_turns_on_its_days_and_never_back(days):
    on = END + timedelta(days=days)
    told = clear() | {"examined_in_person": "no"}
    kinds = {f.kind for f in screened(told, "home", on).findings if f.rule == "HOME-LEGAL"}
    alarm = int(KNOWN.limit("law_alarm").value)
    if days > 0:
        assert "BLOCK" in kinds
    elif days >= -alarm:
        assert "WARN" in kinds
        assert "BLOCK" not in kinds
    elif on >= LAW["remote_prescribing"]["from"]:
        assert kinds == {"INFO"}
    else:
        assert "REVIEW" in kinds


@pytest.mark.parametrize(
    "row, on, expected",
    [
        ({}, DAY, "during"),
        ({"from": DAY}, DAY, "during"),
        ({"from": DAY}, DAY - timedelta(days=1), "before"),
        ({"until": DAY}, DAY, "during"),
        ({"until": DAY}, DAY + timedelta(days=1), "after"),
        ({"until": DAY, "limit": "law_alarm", "near_end": "WARN"}, DAY, "near_end"),
        ({"until": DAY, "limit": "law_alarm"}, DAY, "during"),
    ],
)
def test_any_row_of_law_is_read_by_its_days(row, on, expected):
    assert time_of(_on(on), row) == expected


def _on(day):
    return Patient(answers={}, faults=(), knowledge=KNOWN, on=day, aim=AT_HOME, questions={})


@pytest.mark.parametrize("name", LAW)
def test_each_law_says_something_for_each_time_that_it_can_meet(name):
    row = LAW[name]
    needed = {"during"}
    needed |= {"before"} if "from" in row else set()
    needed |= {"after", "near_end"} if "until" in row else set()
    assert needed == set(row["says"]) == needed & set(row)
    assert row["source"] in KNOWN.sources


@pytest.mark.parametrize("route", ["sl", "oral", "in", "sc"])
@pytest.mark.parametrize("law", ["US", "EU"])
def test_esketamine_is_stopped_at_home_by_every_route_and_under_every_law(route, law):
    aim = Aim(route=route, drug="esketamine", setting="home", jurisdiction=law)
    assert "BLOCK HOME-ESK" in fired(screen(clear(), KNOWN, on=DAY, aim=aim))
