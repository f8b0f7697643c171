"""The figure of an expected infusion is dashed, says that it is a forecast, and shows the whole scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dayspring.figures.infusion_course import InfusionCourse, Strip, infusion_course
from dayspring.pharmacology import Dose, Patient, simulate
from tests.figures.marks import drawing, named, number, words


def course(mg: float = 35.0) -> InfusionCourse:
    minutes = np.arange(0.0, 121.0)
    run = simulate(Patient(), [Dose(at_h=0, mg=mg, minutes=40)], minutes / 60)
    level, pressure = run["racemic_ketamine_ng_per_ml"], run["systolic_mmhg"]
    return InfusionCourse(
        minutes=minutes.tolist(),
        drug=(0, 40),
        strips=[
            Strip(name="Ketamine", unit="ng/mL", values=level.tolist(), lowest=0, highest=400),
            Strip(name="Systolic", unit="mmHg", values=pressure.tolist(), lowest=100, highest=180),
        ],
    )


def heights(svg: str, line: int) -> list[float]:
    path = named(svg, "drugline")[line].attrib["d"].removeprefix("M")
    return [float(point.split()[1]) for point in path.split("L")]


@pytest.mark.parametrize("width", [936, 340])
def test_every_line_is_dashed_and_the_drawing_says_forecast(width):
    svg, says, _ = infusion_course(course(), width=width)
    lines = named(svg, "drugline")
    assert len(lines) == 2 and all(line.get("stroke-dasharray") for line in lines)
    assert any("forecast" in text for text in words(svg))
    assert "not measured" in says and drawing(svg).get("aria-label") == says


def test_the_sentence_gives_the_highest_value_and_its_minute():
    says = infusion_course(course())[1]
    assert "Ketamine 209 ng/mL at minute 40" in says and "Systolic 131 mmHg at minute 41" in says


def test_a_larger_dose_is_drawn_higher_on_the_same_scale():
    small, large = (heights(infusion_course(course(mg))[0], 0) for mg in (20.0, 40.0))
    assert min(large) < min(small) and large[0] == small[0]


def test_what_is_off_the_scale_stands_at_its_edge_and_carries_its_number():
    svg = infusion_course(course(100.0))[0]
    assert min(heights(svg, 0)) == min(heights(infusion_course(course(200.0))[0], 0))
    assert "598" in words(svg)


@pytest.mark.parametrize("width", [936, 340])
def test_nothing_is_drawn_outside_the_paper(width):
    svg = infusion_course(course(), width=width)[0]
    _, _, wide, high = map(float, drawing(svg).attrib["viewBox"].split())
    texts = list(drawing(svg).iter("text"))
    assert all(0 <= number(t, "x") <= wide and 0 <= number(t, "y") <= high for t in texts)


def test_the_table_has_a_head_and_a_row_about_every_ten_minutes():
    table = infusion_course(course())[2]
    assert table[0] == ("minute", "Ketamine, ng/mL", "Systolic, mmHg")
    assert [row[0] for row in table[1:]] == [str(m) for m in range(0, 121, 10)]


def test_the_same_course_gives_the_same_bytes():
    assert infusion_course(course()) == infusion_course(course())


def test_nothing_to_draw_is_said_and_not_drawn():
    svg, says, table = infusion_course(InfusionCourse(minutes=[], strips=[], drug=(0, 40)))
    assert (svg, table) == ("", []) and says.startswith("Nothing is expected")


def test_values_and_minutes_that_do_not_match_are_refused_with_both_numbers():
    with pytest.raises(ValueError, match="Ketamine has 121 values; the course has 2 minutes"):
        replace(course(), minutes=[0.0, 1.0])
