"""The first questions: what stops, what asks to talk, and that nothing in them ever says yes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.therapy.prescreen import SAID, asked, crisis, next_question, readable, weigh

KNOWN = library()
QUESTIONS = asked(KNOWN)
# The answers of somebody against whom nothing speaks.
CLEAR = dict.fromkeys(QUESTIONS, "no") | {"adult": "yes", "escort": "yes", "tried": "yes"}


def test_somebody_against_whom_nothing_speaks_gets_no_point():
    outcome = weigh(CLEAR, KNOWN)
    assert (outcome.stops, outcome.talks, outcome.urgent) == ((), (), False)


@pytest.mark.parametrize("key", [key for key, row in QUESTIONS.items() if "urgent" not in row])
def test_every_question_has_an_answer_that_matters_and_says_why(key):
    row = QUESTIONS[key]
    said = row.get("stops") or row.get("talks")
    outcome = weigh(CLEAR | {key: said}, KNOWN)
    [point] = outcome.stops + outcome.talks
    assert (point.key, point.said) == (key, said) and point.says
    assert bool(outcome.stops) == ("stops" in row)
    assert point.instead or not outcome.stops


@pytest.mark.parametrize("key", QUESTIONS)
def test_not_sure_and_left_out_are_something_to_talk_about(key):
    unsure = weigh(CLEAR | {key: "unknown"}, KNOWN)
    left_out = weigh({k: v for k, v in CLEAR.items() if k != key}, KNOWN)
    assert [p.key for p in unsure.talks] == [key]
    assert left_out == unsure


@given(st.dictionaries(st.sampled_from(sorted(QUESTIONS)), st.sampled_from(SAID)))
def test_a_stop_stays_a_stop_whatever_else_is_said(more):
    outcome = weigh(CLEAR | more | {"vessels": "yes"}, KNOWN)
    assert "vessels" in {p.key for p in outcome.stops}


def test_thinking_of_ending_ones_life_is_urgent_and_asked_first():
    assert next(iter(QUESTIONS)) == "safe"
    said_yes = weigh(CLEAR | {"safe": "yes"}, KNOWN)
    assert said_yes.urgent and not said_yes.talks
    assert not weigh({"safe": "unknown"}, KNOWN).urgent


def test_questions_come_in_their_order_until_none_is_left():
    answers: dict[str, str] = {}
    seen = []
    while key := next_question(answers, KNOWN):
        seen.append(key)
        answers[key] = "no"
    assert seen == list(QUESTIONS)


def test_a_word_that_is_no_answer_is_as_if_nothing_was_said():
    assert readable({"safe": "maybe", "adult": "yes", "csrfmiddlewaretoken": "x"}, KNOWN) == {"adult": "yes"}


@pytest.mark.parametrize("law", ["US", "UK", "EU", "CA", "AU"])
def test_every_country_has_somebody_to_call(law):
    row = crisis(replace(KNOWN, jurisdiction=law))
    assert row["call"].isdigit() and row["emergency"].isdigit() and row["name"]


def test_every_rule_that_a_question_stands_for_is_a_rule_of_the_rulebook():
    known = {rule for part in KNOWN.rulebook.values() for rule in part}
    assert {row["rule"] for row in QUESTIONS.values()} <= known
