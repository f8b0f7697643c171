"""Who may be treated, who waits, and why: worked cases, and what holds for every set of answers."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.therapy.intake import QUESTIONS, read_answers
from dayspring.therapy.screening import rules, screen
from dayspring.therapy.screening.findings import KINDS, decided
from dayspring.therapy.screening.names import matches

KNOWN = library()
DAY = date(2026, 3, 1)
AMBIGUOUS = "Plavil"
TABLE = tomllib.loads((Path(__file__).parents[1] / "cases" / "screening.toml").read_text())
CASES = TABLE["cases"]
HISTORY = KNOWN.screening["history"]


def clear(who: str = "woman") -> dict[str, object]:
    """A person with nothing against a course: no to every question of history but the two that want a yes."""
    person = dict.fromkeys(HISTORY, "no") | TABLE["clear"]["history"] | TABLE["clear"]["woman"]
    return {k: v for k, v in (person | TABLE["clear"].get(who, {})).items() if v != ""}


def answers(case: dict) -> dict[str, object]:
    told = clear(case.get("who", "woman")) | case.get("with", {})
    return {k: v for k, v in told.items() if k not in case.get("without", ())}


def said(given: dict[str, object]):
    return screen(given, KNOWN, on=DAY)


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_worked_case(case):
    decision = said(answers(case))
    fired = {f"{f.kind} {f.rule}" for f in decision.findings}
    shown = [f"{f.kind} {f.rule}: {f.reason} [{f.evidence}]" for f in decision.findings]
    assert set(case.get("fires", ())) <= fired, shown
    assert not set(case.get("silent", ())) & {f.rule for f in decision.findings}, shown
    assert set(case.get("silent", ())) <= set(decision.quiet)
    assert decision.status == case["status"], shown


def test_every_rule_is_reached_by_a_worked_case():
    reached = {f.rule for case in CASES for f in said(answers(case)).findings}
    assert rules(KNOWN) - reached == set()


def test_no_rule_fires_that_is_not_listed():
    listed = rules(KNOWN)
    assert {f.rule for case in CASES for f in said(answers(case)).findings} <= listed


@pytest.mark.parametrize("key", HISTORY)
@pytest.mark.parametrize("how", ["unknown", "removed"])
def test_an_unknown_item_of_history_is_asked_for_and_never_eligible(key, how):
    told = clear()
    told[key] = "unknown"
    if how == "removed":
        del told[key]
    decision = said(told)
    assert decision.status == "needs_review"
    assert HISTORY[key]["wording"] in {f.asks for f in decision.findings}


@pytest.mark.parametrize("key", [q.key for q in QUESTIONS if q.needed and q.key not in HISTORY])
def test_a_needed_answer_that_is_missing_is_never_eligible(key):
    told = clear()
    told.pop(key, None)
    if key.startswith("cssrs"):
        told["cssrs_2"] = "yes"
        told |= {k: "no" for k in ("cssrs_3", "cssrs_4", "cssrs_5") if k != key}
        told.pop(key, None)
    decision = said(told)
    assert decision.status == "needs_review"
    assert any(f.rule == "EX-MISSING" and f.asks for f in decision.findings)


def test_nothing_answered_is_all_questions_and_no_block():
    decision = said({})
    assert decision.status == "needs_review"
    assert {f.kind for f in decision.findings} == {"REVIEW"}


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(list(HISTORY)), st.sampled_from(["yes", "no", "unknown", None])))
def test_the_gravest_finding_decides_and_nothing_is_left_out(changed):
    told = {k: v for k, v in (clear() | changed).items() if v is not None}
    decision = said(told)
    kinds = [f.kind for f in decision.findings]
    expected = "not_eligible" if "BLOCK" in kinds else "needs_review" if "REVIEW" in kinds else "eligible"
    assert decision.status == expected
    assert kinds == sorted(kinds, key=KINDS.index)
    assert {f.rule for f in decision.findings} | set(decision.quiet) == rules(KNOWN)
    for key, value in changed.items():
        if value == HISTORY[key].get("when", "yes"):
            mine = [f for f in decision.findings if f.rule == HISTORY[key]["rule"]]
            assert HISTORY[key]["iv"] in {f.kind for f in mine}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([case for case in CASES if case["status"] == "not_eligible"]), min_size=1))
def test_more_bad_news_never_undoes_a_block(cases):
    told = clear()
    for case in cases:
        told |= {k: v for k, v in case.get("with", {}).items() if k in HISTORY}
    blocked = any(
        told.get(k) == row.get("when", "yes") and row["iv"] == "BLOCK" for k, row in HISTORY.items()
    )
    assert (said(told).status == "not_eligible") == blocked


def test_every_finding_carries_a_source_that_the_library_holds():
    for case in CASES:
        for found in said(answers(case)).findings:
            assert found.source in KNOWN.sources, found.rule
            assert found.standing in {"label", "guideline", "trial", "programme", "memory", "default"}
            assert found.reason
            assert found.evidence


def test_answers_already_read_are_decided_like_raw_ones():
    for case in CASES:
        raw = answers(case)
        read = read_answers(raw, KNOWN)
        if not read.faults:
            assert said(dict(read.answers)) == said(raw)


def test_without_an_indication_nothing_is_eligible():
    assert decided((), ()).status == "needs_review"


def test_a_slip_that_could_be_two_medicines_is_nobodys():
    (match,) = matches(AMBIGUOUS, KNOWN)
    assert (match.how, match.ingredient) == ("nobody", "")
    assert len(match.other) > 1
    asked = [
        f for f in said(clear() | {"medicines": [{"name": AMBIGUOUS}]}).findings if f.rule == "MED-UNKNOWN"
    ]
    assert all(name in asked[0].reason for name in match.other)


def test_another_route_is_refused_by_name():
    with pytest.raises(ValueError, match="sl"):
        screen(clear(), KNOWN, on=DAY, route="sl")


@pytest.mark.parametrize(
    "written, ingredient, how",
    [
        ("Xanax", "alprazolam", "same"),
        ("XANAX XR 0.5mg", "alprazolam", "same"),
        ("Zanax", "alprazolam", "same"),
        ("Xanaxx", "alprazolam", "slip"),
        ("sertrlaine", "sertraline", "slip"),
        ("sertraine", "sertraline", "slip"),
        ("Lamcital", "lamotrigine", "slip"),
        ("Frobnicol", "", "nobody"),
        ("???", "", "nobody"),
    ],
)
def test_a_written_name_is_read_as(written, ingredient, how):
    (match,) = matches(written, KNOWN)
    assert (match.ingredient, match.how) == (ingredient, how)


def test_no_name_stands_for_two_medicines():
    held: dict[str, str] = {}
    for ingredient, row in KNOWN.screening["medicines"]["ingredients"].items():
        for name in (ingredient, *row.get("brands", ()), *row.get("misspelt", ())):
            assert held.setdefault(name, ingredient) == ingredient, name


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(list(KNOWN.screening["medicines"]["ingredients"])),
    st.data(),
)
def test_a_slipped_name_is_confirmed_or_asked_and_never_silent(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    slipped = name[:at] + data.draw(st.sampled_from(["", "x", name[at] * 2])) + name[at + 1 :]
    found = matches(slipped, KNOWN)
    assert found
    told = clear() | {"medicines": [{"name": slipped}]}
    if any(match.how != "same" for match in found):
        assert said(told).status != "eligible"
