"""The forecast of a running infusion is dashed, says so, and tells going on and stopped now apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dayspring.figures.levels import Felt, Going, Levels, felt_between, levels
from tests.figures.marks import drawing, named, number, words

MINUTES = [0.0, 20.0, 40.0, 60.0, 120.0]


def way(
    name: str, level: list[float], middle: tuple[float, float] | None, most: tuple[float, float] | None
) -> Going:
    low, high = ([v * share for v in level] for share in (0.8, 1.3))
    return Going(words=name, level=level, low=low, high=high, felt=Felt(middle=middle, most=most))


DATA = Levels(
    minutes=MINUTES,
    ways=[
        way("going on", [0, 150, 210, 90, 40], (24, 54), (12, 104)),
        way("stopped now", [0, 150, 70, 50, 20], None, (12, 40)),
    ],
    now=20.0,
    highest=400,
    label="typical for people like this",
)


@pytest.mark.parametrize("width", [936, 340])
def test_both_ways_are_dashed_differently_and_the_drawing_says_forecast_and_whose(width):
    svg, says, _ = levels(DATA, width=width)
    dashes = [line.get("stroke-dasharray") for line in named(svg, "drugline")]
    assert len(dashes) == 2 and all(dashes) and dashes[0] != dashes[1]
    told = " ".join(words(svg))
    assert "forecast, not measured" in told and "typical for people like this" in told
    assert drawing(svg).get("aria-label") == says


def test_the_sentence_says_until_when_it_is_felt_both_ways():
    says = levels(DATA)[1]
    assert says.startswith(
        "Forecast, not measured. Highest level about 210 ng/mL at minute 40; going on: felt until about "
    )
    assert "minute 54, over for 19 of 20 by minute 104" in says
    assert "stopped now: hardly felt by most, over for 19 of 20 by minute 40" in says


def test_what_outlasts_the_drawing_is_not_called_over():
    longer = replace(DATA, ways=[way("going on", [0, 150, 210, 90, 40], (24, 54), (12, 120))])
    assert "not over for 19 of 20 past minute 120" in levels(longer)[1]
    assert "past 120" in words(levels(longer)[0])


def test_no_effect_is_said_and_has_no_bar():
    none = replace(DATA, ways=[way("going on", [0, 5, 8, 4, 1], None, None)])
    svg, says, _ = levels(none)
    assert "no effects expected to be felt" in says and not named(svg, "fan50")


def test_no_pressure_and_no_word_of_safety_is_drawn():
    svg, says, table = levels(DATA)
    everything = " ".join([says, *words(svg), *(cell for row in table for cell in row)]).lower()
    assert not any(word in everything for word in ("mmhg", "systolic", "safe", "recommend"))


def test_a_higher_level_is_drawn_higher_on_the_same_scale():
    path = named(levels(DATA)[0], "drugline")[0].attrib["d"].removeprefix("M")
    heights = [float(point.split()[1]) for point in path.split("L")]
    assert heights.index(min(heights)) == 2 and heights[0] == max(heights)


def test_the_longer_window_is_the_longer_bar():
    wide = [
        number(bar, "width") for bar in drawing(levels(DATA)[0]).iter("rect") if bar.get("class") == "fan90"
    ]
    assert len(wide) == 2 and wide[0] > wide[1]


@pytest.mark.parametrize("width", [936, 340])
def test_nothing_is_drawn_outside_the_paper(width):
    svg = levels(DATA, width=width)[0]
    _, _, wide, high = map(float, drawing(svg).attrib["viewBox"].split())
    assert all(0 <= number(t, "x") <= wide and 0 <= number(t, "y") <= high for t in drawing(svg).iter("text"))


def test_the_window_is_from_the_first_to_the_last_minute_above_the_number():
    assert felt_between(MINUTES, [0, 5, 3, 6, 1], 4) == (20.0, 60.0)
    assert felt_between(MINUTES, [0, 4, 3, 2, 1], 4) is None


def test_the_same_data_give_the_same_bytes_and_nothing_is_said_and_not_drawn():
    assert levels(DATA) == levels(DATA)
    svg, says, table = levels(replace(DATA, ways=[]))
    assert (svg, table) == ("", []) and says.startswith("No forecast")


def test_values_and_minutes_that_do_not_match_are_refused_with_both_numbers():
    with pytest.raises(ValueError, match="going on has 5 values; there are 1 times"):
        replace(DATA, minutes=[0.0])
