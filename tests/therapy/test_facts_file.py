"""The facts as a document: what reads, what is refused by its place, and that schema and reading agree."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dayspring.knowledge import library
from dayspring.therapy.facts_file import FaultyFacts, place_of, read_facts, shown
from dayspring.therapy.facts_schema import schema
from dayspring.therapy.intake import read_answers
from tests.therapy.documents import QUESTIONS, document
from tests.therapy.test_screening import clear

KNOWN = library()
VALIDATOR = Draft202012Validator(schema(KNOWN))


def faults(text: str) -> dict[str, str]:
    with pytest.raises(FaultyFacts) as refused:
        read_facts(text, KNOWN)
    return dict(refused.value.faults)


def test_no_two_questions_share_a_place():
    places = [shown(place_of(question, KNOWN)) for question in QUESTIONS.values()]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("who", ["woman", "man"])
def test_a_person_reads_the_same_from_a_document_as_from_the_intake(who):
    told = clear(who)
    facts = read_facts(json.dumps(document(told)), KNOWN)
    assert read_answers(facts.answers, KNOWN) == read_answers(told, KNOWN)
    assert (facts.aim.route, facts.aim.protocol) == ("iv", "iv_depression")


@given(st.sets(st.sampled_from(sorted(clear()))))
def test_any_part_of_a_person_reads_and_keeps_to_the_schema(keys):
    told = {key: value for key, value in clear().items() if key in keys}
    # One half of a pair cannot be read at all, on the form as little as here.
    whole = document(told)
    VALIDATOR.validate(whole)
    if not read_answers(told, KNOWN).faults:
        said = read_answers(read_facts(json.dumps(whole), KNOWN).answers, KNOWN)
        assert said == read_answers(told, KNOWN)


def test_the_schema_is_a_schema_and_names_every_question_once():
    Draft202012Validator.check_schema(schema(KNOWN))
    text = json.dumps(schema(KNOWN))
    assert {key for key in QUESTIONS if text.count(f'"$comment": "{key}"') != 1} == set()


@pytest.mark.parametrize(
    "at, wrong",
    [
        ("$.vitals.pulse", {"vitals": {"pulse": "fast"}}),
        ("$.vitals.pulse", {"vitals": {"pulse": True}}),
        ("$.vitals.spo2", {"vitals": {"spo2": 140}}),
        ("$.vitals.pressures[0]", {"vitals": {"pressures": [120]}}),
        ("$.vitals.pressures", {"vitals": {"pressures": {"systolic": 120}}}),
        ("$.vitals.pressures[1].arm", {"vitals": {"pressures": [{}, {"arm": "left"}]}}),
        ("$.history.aneurysm", {"history": {"aneurysm": "perhaps"}}),
        ("$.history.nothing", {"history": {"nothing": "no"}}),
        ("$.person", {"person": ["Ada"]}),
        ("$.person.birth_date", {"person": {"birth_date": "12/03/1984"}}),
        ("$.trials[1].drug", {"trials": [{"drug": "sertraline"}, {"weeks": 6}]}),
        ("$.trials[0].colour", {"trials": [{"drug": "sertraline", "colour": "blue"}]}),
        ("$.labs.alt.value", {"labs": {"alt": {"value": 22}}}),
        ("$.allergies", {"allergies": None}),
        ("$.planned.dose", {"planned": {"protocol": "iv_depression", "dose": 40}}),
        ("$.planned.protocol", {"planned": {"protocol": "iv_sadness"}}),
        ("$.planned.route", {"planned": {"protocol": "iv_depression", "route": "oral"}}),
        ("$.planned", {"planned": {}}),
        ("$.planned", {"planned": "iv"}),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(at, wrong):
    said = faults(json.dumps({"planned": {"protocol": "iv_depression"}} | wrong))
    assert at in said, said


def test_every_fault_is_named_and_not_only_the_first():
    wrong = {"planned": {"route": "ear"}, "vitals": {"pulse": -3, "spo2": "high"}, "extra": 1}
    assert set(faults(json.dumps(wrong))) == {"$.planned.route", "$.vitals.pulse", "$.vitals.spo2", "$.extra"}


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "not JSON"),
        ("[]", "expected an object, got list"),
        ('{"planned": {"route": "iv"}, "vitals": {"pulse": NaN}}', "NaN is no number"),
        (
            '{"planned": {"route": "iv"}, "allergies": "none", "allergies": "nuts"}',
            "“allergies” stands twice",
        ),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_document_that_is_none_is_refused_whole(text, says):
    assert says in faults(text)["$"]


def test_a_document_without_a_route_cannot_choose_its_rules():
    assert "neither a protocol nor a route" in faults('{"allergies": "none"}')["$.planned"]
