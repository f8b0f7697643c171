"""Population, forecast and comparison: bands that are named, forecasts that say so, differences without a winner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dayspring.figures.comparison import ComparisonFigure, comparison
from dayspring.figures.fan import FanFigure, fan
from dayspring.figures.population_figure import PopulationFigure, population_figure
from tests.figures.marks import drawing, named, number, words

DAYS = [0.0, 7.0, 14.0]
QUANTILES = {
    0.05: [5.0, 4.0, 3.0], 0.25: [8.0, 7.0, 6.0], 0.5: [12.0, 10.0, 9.0],
    0.75: [15.0, 14.0, 13.0], 0.95: [20.0, 19.0, 18.0],
}  # fmt: skip
PEOPLE = PopulationFigure(
    name="MADRS",
    unit="points",
    lowest=0,
    highest=60,
    days=DAYS,
    quantiles=QUANTILES,
    people=500,
    doses=[0.0, 3.0],
)
FAN = FanFigure(
    name="PHQ-9",
    highest=27,
    days=[10.0, 14.0, 20.0],
    quantiles=QUANTILES,
    measured=[(0.0, 21), (3.0, None), (9.0, 13)],
    doses=[0.0, 2.0],
    begins=date(2026, 11, 1),
    label="typical for people like this",
    below=["Model dayspring-2026; newest answer 3 days old.", "The band held 91 of 100 times."],
)
DIFFERENCE = ComparisonFigure(
    name="MADRS", unit="points", first="six", second="four", days=DAYS, people=300,
    quantiles={share: [v - 9.0 for v in values] for share, values in QUANTILES.items()},
    first_doses=[0.0, 3.0], second_doses=[0.0],
)  # fmt: skip
ALL = [(population_figure, PEOPLE), (fan, FAN), (comparison, DIFFERENCE)]


@pytest.mark.parametrize("draw, data", ALL)
@pytest.mark.parametrize("width", [936, 340])
def test_the_middle_is_dashed_and_the_drawing_and_sentence_say_that_nothing_was_measured(draw, data, width):
    svg, says, _ = draw(data, width=width)
    assert len(named(svg, "fanline")) == 1 and len(named(svg, "fan90")) == 1 and len(named(svg, "fan50")) == 1
    assert "not measured" in " ".join(words(svg)).lower() and "not measured" in says.lower()
    assert drawing(svg).get("aria-label") == says


@pytest.mark.parametrize("draw, data", ALL)
@pytest.mark.parametrize("width", [936, 340])
def test_nothing_is_drawn_outside_the_paper(draw, data, width):
    svg = draw(data, width=width)[0]
    _, _, wide, high = map(float, drawing(svg).attrib["viewBox"].split())
    assert all(0 <= number(t, "x") <= wide and 0 <= number(t, "y") <= high for t in drawing(svg).iter("text"))


@pytest.mark.parametrize("draw, data", ALL)
def test_the_same_data_give_the_same_bytes(draw, data):
    assert draw(data) == draw(data)


@pytest.mark.parametrize("draw, data", ALL)
def test_a_quantile_that_does_not_fit_or_a_missing_middle_is_refused(draw, data):
    with pytest.raises(ValueError, match=r"the quantile 0\.05 of .* has 1 values; there are 3 times"):
        replace(data, quantiles=QUANTILES | {0.05: [1.0]})
    with pytest.raises(ValueError, match=r"has no middle; its quantiles are 0\.05"):
        replace(data, quantiles={0.05: QUANTILES[0.05]})


@pytest.mark.parametrize("draw, data", ALL)
def test_without_days_it_is_said_and_not_drawn(draw, data):
    svg, says, table = draw(replace(data, days=[], quantiles={0.5: []}))
    assert (svg, table) == ("", []) and "no days" in says


def test_the_bands_are_named_by_how_many_people_lie_below_and_the_table_holds_every_share():
    svg, says, table = population_figure(PEOPLE)
    assert {"5 % below", "middle", "95 % below"} <= set(words(svg))
    assert "500 drawn people" in says and "90 % between 3 and 18, 50 % between 6 and 13" in says
    assert table[0] == ("day", "5 % below", "25 % below", "middle", "75 % below", "95 % below")
    assert table[-1] == ("14", "3", "6", "9", "13", "18")


def test_a_forecast_stands_beside_what_was_measured_and_says_what_it_was_made_from():
    svg, says, table = fan(FAN)
    assert (
        len(named(svg, "scoredot")) == 2 and len(named(svg, "hollow")) == 1 and len(named(svg, "ahead")) == 1
    )
    assert "Forecast, not measured; typical for people like this" in words(svg)
    assert all(line in words(svg) for line in FAN.below)
    assert says == (
        "PHQ-9 13 measured on 10 November. Forecast, not measured: on 21 November about 9 of 27, 90 of 100 times "
        "between 3 and 18. Typical for people like this."
    )
    assert table[1][:2] == ("1 November", "21") and table[2][1] == "not complete"


def test_on_a_phone_what_it_was_made_from_stands_below_it_too():
    told = " ".join(words(fan(FAN, width=340)[0]))
    assert "newest answer 3 days old." in told and "The band held 91 of 100 times." in told


def test_a_withheld_forecast_draws_nothing_and_gives_the_reason():
    svg, says, table = fan(
        FanFigure(
            name="PHQ-9", highest=27, days=[], quantiles={}, withheld="the newest answer is 19 days old."
        )
    )
    assert (svg, table) == ("", []) and says == "No forecast: the newest answer is 19 days old."


def test_a_comparison_says_lower_or_higher_and_never_better():
    svg, says, _ = comparison(DIFFERENCE)
    assert (
        "MADRS under four is no different than under six" in says and "the band holds no difference" in says
    )
    told = " ".join([says, *words(svg)]).lower()
    assert not any(word in told for word in ("better", "worse", "best", "winner", "recommend", "prefer"))
    lower = replace(DIFFERENCE, quantiles={s: [v - 30.0 for v in vs] for s, vs in QUANTILES.items()})
    assert "is 21 points lower than under six" in comparison(lower)[1]
    assert "holds no difference" not in comparison(lower)[1]


def test_no_difference_stands_in_the_middle_of_the_scale():
    svg = comparison(DIFFERENCE)[0]
    base = float(named(svg, "base")[0].attrib["d"].split("H")[0].split()[1])
    edges = sorted(float(g.attrib["d"].split("H")[0].split()[1]) for g in named(svg, "grid"))
    assert base == pytest.approx((edges[0] + edges[-1]) / 2, abs=0.1)
