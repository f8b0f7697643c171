"""The intake is read strictly: every fault is named by its place, and nothing faulty counts as an answer."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.therapy.intake import columns, questions, read_answers
from dayspring.therapy.screening.history_rules import back

KNOWN = library()
QUESTIONS = questions(KNOWN)
CLEAR = tomllib.loads((Path(__file__).parents[1] / "cases" / "screening.toml").read_text())["clear"]["woman"]
KINDS = {"yes_no_unknown", "number", "whole", "date", "choice", "text"} | set(columns(KNOWN))


def read(**raw: object):
    return read_answers(raw, KNOWN)


def test_a_clear_intake_is_read_whole():
    assert read_answers(CLEAR, KNOWN).faults == ()
    assert set(read_answers(CLEAR, KNOWN).answers) == set(CLEAR)


def test_answers_are_typed():
    found = read(
        birth_date="1984-06-15",
        weight="64.5",
        phq9_total="19",
        trials=[{"drug": "Zoloft", "dose_mg": "150", "weeks": 12}],
        medicines=[],
    ).answers
    assert found == {
        "birth_date": date(1984, 6, 15),
        "weight": Decimal("64.5"),
        "phq9_total": 19,
        "trials": ({"drug": "Zoloft", "dose_mg": Decimal(150), "weeks": Decimal(12)},),
        "medicines": (),
    }


def test_a_blank_is_no_answer_and_no_fault():
    found = read(weight="", aneurysm=None)
    assert (dict(found.answers), found.faults) == ({}, ())


@pytest.mark.parametrize(
    "raw, place, word",
    [
        ({"shoe_size": 42}, "shoe_size", "no question"),
        ({"aneurysm": True}, "aneurysm", "bool"),
        ({"aneurysm": "Yes"}, "aneurysm", "yes, no, unknown"),
        ({"aneurysm": "maybe"}, "aneurysm", "maybe"),
        ({"aneurysm": {"answer": "maybe"}}, "aneurysm.answer", "maybe"),
        ({"aneurysm": {"on": "2026-01-31"}}, "aneurysm.answer", "NoneType"),
        ({"aneurysm": {"answer": "yes", "on": "31.1.2026"}}, "aneurysm.on", "31.1.2026"),
        ({"aneurysm": {"answer": "yes", "detail": 3}}, "aneurysm.detail", "int"),
        ({"aneurysm": {"answer": "yes", "by": "me"}}, "aneurysm.by", "only answer, on and detail"),
        ({"sex": {"answer": "male"}}, "sex", "female, male, unknown"),
        ({"other_diagnoses": [{"by": "physician"}]}, "other_diagnoses[0].condition", "needed"),
        ({"systolic_3": 120}, "systolic_3", "diastolic_3"),
        ({"weight": "64,5"}, "weight", "64,5"),
        ({"weight": "1e2"}, "weight", "1e2"),
        ({"weight": 64.5}, "weight", "float"),
        ({"weight": True}, "weight", "bool"),
        ({"weight": "6400"}, "weight", "cannot be"),
        ({"weight": ["64"]}, "weight", "list"),
        ({"height": "1.68"}, "height", "cannot be"),
        ({"phq9_total": 28}, "phq9_total", "27"),
        ({"phq9_total": -1}, "phq9_total", "-1"),
        ({"phq9_total": "9.5"}, "phq9_total", "whole"),
        ({"spo2": 102}, "spo2", "cannot be"),
        ({"pulse": 900}, "pulse", "cannot be"),
        ({"birth_date": "15/06/1984"}, "birth_date", "15/06/1984"),
        ({"birth_date": "1984-02-30"}, "birth_date", "1984-02-30"),
        ({"birth_date": "19840615"}, "birth_date", "19840615"),
        ({"birth_date": 1984}, "birth_date", "int"),
        ({"sex": "f"}, "sex", "female, male, unknown"),
        ({"allergies": 3}, "allergies", "int"),
        ({"trials": {}}, "trials", "list"),
        ({"trials": ["Zoloft"]}, "trials[0]", "row"),
        ({"trials": [{"drug": "Zoloft"}, {"drug": "Prozac", "dose_mg": "2O"}]}, "trials[1].dose_mg", "2O"),
        ({"trials": [{"dose_mg": "20"}]}, "trials[0].drug", "needed"),
        ({"trials": [{"drug": "Zoloft", "dose": 50}]}, "trials[0].dose", "column"),
        (
            {"trials": [{"drug": "Zoloft", "improvement_percent": 120}]},
            "trials[0].improvement_percent",
            "100",
        ),
        ({"trials": [{"drug": "Zoloft", "stopped_for": "tired"}]}, "trials[0].stopped_for", "tired"),
        ({"medicines": [{"name": " "}]}, "medicines[0].name", "needed"),
        ({"medicines": "none"}, "medicines", "list"),
        ({"systolic_1": 120}, "systolic_1", "diastolic_1"),
        ({"systolic_1": 80, "diastolic_1": 120}, "systolic_1", "120"),
        ({"systolic_1": 80, "diastolic_1": 80}, "systolic_1", "80"),
        ({"alt": "30"}, "alt", "alt_upper"),
        ({"pregnancy_test": "negative"}, "pregnancy_test", "pregnancy_test_date"),
        ({"pregnancy_test_date": "2026-02-27"}, "pregnancy_test_date", "pregnancy_test"),
    ],
)
def test_a_fault_is_named_by_its_place(raw, place, word):
    (fault,) = read_answers(raw, KNOWN).faults
    assert fault.startswith(f"{place}: ")
    assert word in fault


def test_all_faults_are_told_at_once_and_good_answers_are_kept():
    found = read(weight="x", sex="male", spo2=102)
    assert len(found.faults) == 2
    assert dict(found.answers) == {"sex": "male"}


def test_one_faulty_cell_leaves_the_whole_list_unread():
    found = read(medicines=[{"name": "Xanax"}, {"name": "Ativan", "dose_mg_per_day": "1,0"}])
    assert "medicines" not in found.answers


def test_no_pregnancy_test_needs_no_date():
    assert read(pregnancy_test="not_done").faults == ()


def test_reading_twice_reads_the_same():
    dated = {"seizure_recent": {"answer": "yes", "on": "2026-01-31", "detail": " one "}}
    once = read_answers(CLEAR | dated, KNOWN)
    assert read_answers(once.answers, KNOWN) == once


def test_a_yes_may_carry_a_day_and_words_and_without_them_is_the_plain_word():
    found = read(
        seizure_recent={"answer": "yes", "on": "2026-01-31", "detail": "one"},
        avm={"answer": "no", "on": "", "detail": " "},
    )
    assert found.faults == ()
    assert found.answers == {
        "seizure_recent": {"answer": "yes", "on": date(2026, 1, 31), "detail": "one"},
        "avm": "no",
    }


def test_another_library_is_asked_by_its_own_rows():
    history = {key: row for key, row in KNOWN.screening["history"].items() if key != "avm"}
    other = replace(KNOWN, screening={**KNOWN.screening, "history": history})
    assert "avm" in {q.key for q in questions(KNOWN)}
    assert "avm" not in {q.key for q in questions(other)}
    assert read_answers({"avm": "no"}, other).faults
    assert not read(avm="no").faults


@pytest.mark.parametrize(
    "day, span, before",
    [
        (date(2026, 3, 1), "cv_event_window", date(2026, 1, 18)),
        (date(2026, 3, 1), "seizure_window", date(2025, 3, 1)),
        (date(2028, 2, 29), "seizure_window", date(2027, 2, 28)),
        (date(2026, 5, 31), "suicidal_act_window", date(2026, 2, 28)),
    ],
)
def test_a_window_is_counted_back_by_the_calendar(day, span, before):
    assert back(day, KNOWN.limit(span)) == before


def test_raw_answers_survive_the_way_through_json():
    assert read_answers(json.loads(json.dumps(CLEAR)), KNOWN) == read_answers(CLEAR, KNOWN)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([q.key for q in QUESTIONS]), JSON, max_size=4))
def test_whatever_arrives_is_read_or_named_and_never_raises(raw):
    found = read_answers(raw, KNOWN)
    named = " ".join(found.faults)
    for key, value in raw.items():
        assert key in found.answers or key in named or value is None or value == ""


def test_questions_have_one_key_a_known_kind_and_their_words():
    keys = [q.key for q in QUESTIONS]
    assert len(keys) == len(set(keys))
    for question in QUESTIONS:
        assert question.kind in KINDS, question.key
        assert question.wording, question.key
        assert bool(question.choices) == (question.kind in ("choice", "yes_no_unknown")), question.key
        assert (question.kind in ("number", "whole")) == bool(question.unit), question.key
        assert not question.pair or question.pair in keys


def test_sections_stay_together_and_each_has_a_name():
    order = [q.section for q in questions(KNOWN)]
    assert order == sorted(order, key=order.index)
    assert set(order) == set(KNOWN.screening["questions"]["sections"].values())


def test_every_history_row_keeps_to_the_grammar():
    allowed = {"rule", "section", "wording", "clinic", "esketamine", "home", "when", "says", "only_for"}
    allowed |= {"limit", "yes_is", "missing", "here", "words", "source", "standing"}
    for key, row in KNOWN.screening["history"].items():
        assert set(row) <= allowed, key
        assert {row["clinic"], row["esketamine"], row["home"]} <= {"BLOCK", "REVIEW", "WARN", "INFO"}, key
        assert row.get("when", "yes") in {"yes", "no"}, key
        assert row.get("only_for", "everyone") in {"everyone", "childbearing", "female"}, key
        assert row.get("yes_is", "within") in {"within", "before"}, key
