"""What a course did by the model is dashed, what was given and measured is solid, and the label is in both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from dayspring.figures.course_figure import Box, CourseFigure, Line, course_boxes, course_figure
from dayspring.pharmacology import Dose, Patient, simulate
from tests.figures.marks import drawing, named, number, words

DAYS = [0.0, 1.0, 2.0, 3.0]
FIGURE = CourseFigure(
    days=DAYS,
    begins=date(2026, 11, 1),
    label="typical for people like this",
    doses=[(0.0, "34 mg"), (2.0, "34 mg & more")],
    boxes=[
        Box(name="In the blood", unit="ng/mL", lowest=0, highest=400, sticks=[(0.0, 200.0), (2.0, 100.0)]),
        Box(
            name="PHQ-9",
            unit="points",
            lowest=0,
            highest=27,
            lines=[
                Line(
                    name="expected", values=[20.0, 14.0, 15.0, 12.0], band=([18, 10, 11, 8], [22, 18, 19, 16])
                )
            ],
            measured=[(0.0, 21), (1.0, None), (3.0, 13)],
        ),
    ],
)


@pytest.mark.parametrize("width", [936, 340])
def test_every_line_and_stick_of_the_model_is_dashed_and_the_label_is_drawn_and_said(width):
    svg, says, _ = course_figure(FIGURE, width=width)
    lines = named(svg, "drugline")
    assert len(lines) == 3 and all(line.get("stroke-dasharray") for line in lines)
    told = " ".join(words(svg))
    assert "not measured" in told and "typical for people like this" in told
    assert "Typical for people like this." in says and drawing(svg).get("aria-label") == says


def test_what_was_given_and_measured_is_solid_and_a_missing_total_is_hollow_at_the_foot():
    svg = course_figure(FIGURE)[0]
    assert len(named(svg, "drugfill")) == 2 and len(named(svg, "scoredot")) == 2
    hollow = named(svg, "hollow")
    assert len(hollow) == 1
    assert number(hollow[0], "cy") > max(number(dot, "cy") for dot in named(svg, "scoredot"))


def test_the_sentence_tells_expected_and_measured_apart():
    says = course_figure(FIGURE)[1]
    assert says.startswith(
        "2 doses. In the blood: highest 200 ng/mL; PHQ-9: expected 20 to 12 points, measured 21 to 13."
    )


def test_a_higher_level_is_a_longer_stick():
    paths = [line.attrib["d"] for line in named(course_figure(FIGURE)[0], "drugline")][:2]
    tall = [float(path.split("V")[0].split()[1]) - float(path.split("V")[1]) for path in paths]
    assert tall[0] == pytest.approx(2 * tall[1], abs=0.2)


def test_what_has_not_been_yet_is_on_sunken_ground_and_nothing_is_when_all_has_been():
    assert not named(course_figure(FIGURE)[0], "ahead")
    assert len(named(course_figure(replace(FIGURE, now=1.0))[0], "ahead")) == 2


@pytest.mark.parametrize("width", [936, 340])
def test_nothing_is_drawn_outside_the_paper_and_no_ends_of_lines_touch(width):
    six = [Dose(at_h=24 * day, mg=35, minutes=40) for day in (0, 2, 4)]
    run = simulate(Patient(), six, np.arange(0, 241, 12))
    data = CourseFigure(days=(run.times_h / 24).tolist(), boxes=course_boxes(run.to_dict()))
    svg = course_figure(data, width=width)[0]
    _, _, wide, high = map(float, drawing(svg).attrib["viewBox"].split())
    texts = list(drawing(svg).iter("text"))
    assert all(0 <= number(t, "x") <= wide and 0 <= number(t, "y") <= high for t in texts)
    ends = [t for t in texts if (t.text or "").split(" ")[-1] in ("mood", "drive", "joy", "anxiety")]
    heights = sorted(number(t, "y") for t in ends)
    assert len(heights) == 4 and min(np.diff(heights)) >= 16


def test_words_of_a_dose_cannot_break_the_drawing():
    assert "34 mg & more" in [mark.text for mark in drawing(course_figure(FIGURE)[0]).iter("title")]


def test_the_table_holds_days_doses_and_totals_in_order():
    table = course_figure(FIGURE)[2]
    assert table[0] == ("day", "PHQ-9, expected", "what was given or measured")
    assert ("1 Nov 2026", "", "34 mg") in table and ("2 Nov 2026", "", "PHQ-9 not complete") in table
    assert table[-1][0] == "4 Nov 2026"


def test_the_same_course_gives_the_same_bytes():
    assert course_figure(FIGURE) == course_figure(FIGURE)


def test_nothing_to_draw_is_said_and_not_drawn():
    svg, says, table = course_figure(replace(FIGURE, days=[], boxes=[]))
    assert (svg, table) == ("", []) and says.startswith("Nothing is drawn")


def test_values_and_days_that_do_not_match_are_refused_with_both_numbers():
    with pytest.raises(ValueError, match="expected has 4 values; there are 2 times"):
        replace(FIGURE, days=[0.0, 1.0])


def test_a_scale_that_ends_where_it_begins_is_refused():
    with pytest.raises(ValueError, match="the scale of PHQ-9 ends at 0, not above 0"):
        CourseFigure(days=DAYS, boxes=[Box(name="PHQ-9", unit="", lowest=0, highest=0)])
