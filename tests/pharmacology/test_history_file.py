"""A history is read strictly: what cannot be meant is refused by its place; what nobody said is not a no."""

from __future__ import annotations

import json

import pytest

from dayspring.pharmacology.history_file import HistoryUnreadable, read_case, read_history

WHOLE = {
    "patient": {"weight_kg": 82, "antidepressant_kept": True, "antidepressant_started_h": None},
    "outside": {"pregnancy": False, "psychosis": False, "severe_liver_disease": False},
    "doses": [{"at_h": 72, "mg": 41, "minutes": 40}, {"at_h": 0, "mg": 41, "minutes": 40}],
    "ratings": [
        {"at_h": 70, "instrument": "madrs", "points": 21},
        {"at_h": -24, "instrument": "phq9", "points": 19},
    ],
    "levels": [{"at_h": 1, "ng_per_ml": 150}],
    "cadss": [{"at_h": 0.67, "points": 12}],
    "pressures": [{"at_h": 0.5, "systolic_mmhg": 141, "diastolic_mmhg": 84}],
    "now_h": 100,
    "plan": {"doses": [{"at_h": 168, "mg": 41, "minutes": 40}], "times_h": [168, 336]},
}


def test_a_history_is_read_whole_and_put_in_order():
    history, plan = read_case(json.dumps(WHOLE))
    assert [d.at_h for d in history.doses] == [0, 72] and [r.at_h for r in history.ratings] == [-24, 70]
    assert history.patient.weight_kg == 82 and history.patient.antidepressant_kept
    assert history.also_outside == () and history.asked_h == 100
    assert plan is not None and plan.times_h == (168, 336) and plan.doses[0].mg == 41
    assert read_history(json.dumps(WHOLE)) == history


@pytest.mark.parametrize(
    "change, words",
    [
        ({"ratings": [{"at_h": 0, "instrument": "phq9", "points": 28}]}, r"ratings\[0\].*28.*0 to 27"),
        ({"ratings": [{"at_h": 0, "instrument": "hamd", "points": 20}]}, r"ratings\[0\].*hamd.*madrs, phq9"),
        ({"ratings": [{"at_h": 0, "instrument": "phq9"}]}, r"ratings\[0\] lacks points"),
        ({"ratings": [{"at_h": 0, "instrument": "phq9", "points": True}]}, r"ratings\[0\]\.points is True"),
        ({"ratings": {}}, r"ratings is \{\}; it must be a list"),
        ({"doses": [{"at_h": 0, "mg": -1}]}, r"doses\[0\].*-1"),
        ({"doses": [{"at_h": 0, "mg": 5, "dose": 5}]}, r"doses\[0\] holds dose"),
        ({"doses": [{"at_h": 0, "mg": 5, "route": "rectal"}]}, r"doses\[0\].*rectal"),
        ({"patient": {"weight": 80}}, r"patient holds weight; known: weight_kg"),
        ({"patient": {"weight_kg": 0}}, r"patient: weight_kg is 0"),
        ({"patient": 3}, r"patient is 3; it must be an object"),
        ({"levels": [{"at_h": 1, "ng_per_ml": 0}]}, r"levels\[0\].*ng_per_ml is 0"),
        ({"levels": [{"at_h": 1, "ng_per_ml": 9, "kind": "hnk"}]}, r"levels\[0\].*hnk"),
        ({"cadss": [{"at_h": 1, "points": 93}]}, r"cadss\[0\].*93.*0 to 92"),
        (
            {"pressures": [{"at_h": 1, "systolic_mmhg": 80, "diastolic_mmhg": 90}]},
            r"pressures\[0\].*80 over 90",
        ),
        ({"outside": {"pregnancy": "no"}}, r"outside\.pregnancy is 'no'"),
        ({"now_h": 10}, r"now_h is 10.0; something is told of 72 h"),
        ({"plan": {"doses": []}}, r"plan\.times_h is None"),
        ({"plan": {"times_h": ["a"]}}, r"plan\.times_h\[0\] is 'a'"),
        (
            {"levels": [{"at_h": 1, "ng_per_ml": 9, "form": "esketamine"}]},
            r"esketamine.*1 h clashes with the doses",
        ),
        ({"notes": "well"}, r"the history holds notes"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_place(change, words):
    with pytest.raises(HistoryUnreadable, match=words):
        read_case(json.dumps(WHOLE | change))


@pytest.mark.parametrize(
    "text, words",
    [
        ("{", "no JSON"),
        ("[]", "must be an object"),
        ('{"patient": {}}', "lacks doses, ratings"),
        ('{"patient": {"weight_kg": NaN}, "doses": [], "ratings": []}', "NaN is no number"),
        ('{"patient": {}, "doses": [], "doses": [], "ratings": []}', "doses stands twice"),
        ('{"patient": {}, "doses": [{"at_h": 1e999, "mg": 1}], "ratings": []}', r"doses\[0\].*inf"),
    ],
)
def test_a_file_that_is_no_history_is_refused(text, words):
    with pytest.raises(HistoryUnreadable, match=words):
        read_history(text)


def test_every_fault_is_told_at_once():
    broken = WHOLE | {
        "patient": {"weight_kg": -1},
        "ratings": [{"at_h": 0}, {"at_h": 1, "instrument": "x", "points": 1}],
    }
    with pytest.raises(HistoryUnreadable) as told:
        read_history(json.dumps(broken))
    assert len(told.value.faults) == 3


def test_what_nobody_has_said_is_not_a_no():
    history = read_history(json.dumps(WHOLE | {"outside": {"pregnancy": False, "psychosis": None}}))
    assert len(history.also_outside) == 2
    assert all(reason.startswith("Nobody has said whether") for reason in history.also_outside)
