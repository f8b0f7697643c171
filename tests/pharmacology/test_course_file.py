"""A course is read strictly: what it says is what is played, and every fault is named by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from dayspring.pharmacology import Dose
from dayspring.pharmacology.course_file import read_course
from dayspring.pharmacology.reading import FaultyFile

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "pharmacology"
WHOLE = """
parameters = "dayspring-2026"
[patient]
weight_kg = 80
antidepressant_started = "2 d"
[[dose]]
at = "1 d"
mg_per_kg = 0.5
minutes = 40
every = "2 d"
times = 3
[[dose]]
at = "12 h"
route = "sham"
[times]
at = ["40 min"]
from = "1 wk"
until = "2 wk"
every = "1 wk"
[setting]
profile = "clinic"
"""


def test_a_course_says_who_what_when_and_where():
    course = read_course(WHOLE)
    assert course.patient.weight_kg == 80 and course.patient.antidepressant_started_h == 48
    assert [(dose.at_h, dose.mg) for dose in course.doses] == [(12, 0), (24, 40), (72, 40), (120, 40)]
    assert course.doses[1] == Dose(at_h=24, mg=40, minutes=40)
    assert course.times_h == (pytest.approx(2 / 3), 168, 336)
    assert (course.people, course.place.profile, course.place.parameters) == (0, "clinic", "dayspring-2026")


def test_a_population_is_drawn_around_the_person_that_the_file_describes():
    course = read_course(WHOLE.replace("[patient]", "[population]\npeople = 250"))
    assert course.people == 250 and course.patient.weight_kg == 80


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('at = "1 d"', 'at = "1 day"', "dose[1].at", "'1 day'"),
        ('at = "1 d"', "", "dose[1].at", "missing"),
        ("mg_per_kg = 0.5", "mg_per_kg = 0.5\nmg = 35", "dose[1].mg", "mg_per_kg"),
        ("mg_per_kg = 0.5", "mg_per_kg = -0.5", "dose[1].mg_per_kg", "-0.5"),
        ("mg_per_kg = 0.5", "mg_per_lb = 0.5", "dose[1].mg_per_lb", "not known"),
        ("times = 3", "times = 0", "dose[1].times", "0"),
        ("times = 3", "times = 20000", "dose[1].times", "20000"),
        ("times = 3", "", "dose[1].every", "times"),
        ('every = "2 d"', 'every = "0 d"', "dose[1].every", "3 doses"),
        ('route = "sham"', 'route = "rectal"', "dose[2].route", "rectal"),
        ('route = "sham"', 'route = "sham"\nmg = 5', "dose[2]", "sham"),
        ("minutes = 40", 'minutes = 40\nroute = "im"', "dose[1]", "im"),
        ("minutes = 40", "minutes = true", "dose[1].minutes", "True"),
        ("weight_kg = 80", "weight_kg = -80", "patient", "-80"),
        ("weight_kg = 80", "weight_lb = 176", "patient.weight_lb", "not known"),
        ('until = "2 wk"', "", "times.until", "missing"),
        ('until = "2 wk"', 'until = "1 h"', "times", "no rhythm"),
        ('parameters = "dayspring-2026"', 'parameters = "other"', "parameters", "other"),
        ('profile = "clinic"', 'profile = "spa"', "setting", "spa"),
        ('profile = "clinic"', "drug_share = 0.9", "setting", "0.9"),
        ("[patient]", "[population]\n[patient]", "population", "clashes"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named_by_its_place(old, new, place, says):
    assert old in WHOLE
    with pytest.raises(FaultyFile) as wrong:
        read_course(WHOLE.replace(old, new, 1))
    assert any(at == place and says in words for at, words in wrong.value.faults), wrong.value.faults


def test_every_fault_is_told_at_once():
    with pytest.raises(FaultyFile) as wrong:
        read_course('[[dose]]\nat = "soon"\nmg = "much"\nroute = "iv"\n[times]\nat = ["never"]')
    assert [place for place, _ in wrong.value.faults] == ["dose[1].at", "dose[1].mg", "times.at[1]"]


def test_a_file_that_is_no_toml_is_refused_with_the_line():
    with pytest.raises(FaultyFile, match="line 1"):
        read_course("weight_kg = \n[patient]")


@pytest.mark.parametrize("name", ["one_infusion", "six_infusions", "esketamine_12_weeks"])
def test_every_example_can_be_read(name):
    course = read_course((EXAMPLES / f"{name}.toml").read_text())
    assert course.doses and course.times_h
