"""In the forest a miss is at least as visible as a hit, and no row changes another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dayspring.figures.forest import Row, forest
from tests.figures.marks import drawing, named, number, words

HIT = Row(name="Response at a day", published=0.6, low=0.5, high=0.7, model=0.62, unit="share")
MISS = Row(name="Highest level", published=200, low=160, high=240, model=260, unit="ng/mL")
FAR = Row(name="Relapse by week four", published=0.5, low=0.4, high=0.6, model=1.9, use="check")
ROWS = [HIT, MISS, FAR]


@pytest.mark.parametrize("width", [936, 340])
def test_a_hit_is_a_dot_and_every_miss_a_mark_of_its_own_with_its_words(width):
    svg, says, _ = forest(ROWS, title="reference-2026", width=width)
    assert len(named(svg, "scoredot")) == 1 and len(named(svg, "miss")) == 2
    assert sum("misses by" in text for text in words(svg)) == 2
    assert drawing(svg).get("aria-label") == says


def test_the_sentence_counts_fitted_and_checked_rows_apart_and_names_the_misses():
    assert forest(ROWS, title="reference-2026")[1] == (
        "reference-2026: the model meets 1 of 2 rows for fit, 0 of 1 rows for check. "
        "Missed: Highest level; Relapse by week four."
    )
    assert "Missed" not in forest([HIT])[1]


def test_a_row_stands_where_its_distance_in_tolerances_says():
    assert MISS.away == pytest.approx(1.5) and HIT.away == pytest.approx(0.2)
    assert (HIT.verdict, MISS.verdict) == ("met", "misses by +20")
    assert replace(MISS, model=100).verdict == "misses by -60"


def test_the_edge_of_the_tolerance_is_met():
    assert replace(MISS, model=240).met and not replace(MISS, model=240.0001).met


def test_a_larger_error_is_drawn_further_out_up_to_the_edge():
    def places(row: Row) -> float:
        return float(named(forest([row])[0], "miss")[0].attrib["d"].removeprefix("M").split()[0])

    assert places(MISS) < places(replace(MISS, model=270)) < places(replace(MISS, model=275))
    assert places(replace(MISS, model=900)) == places(replace(MISS, model=9000))


@pytest.mark.parametrize("width", [936, 340])
def test_nothing_is_drawn_outside_the_paper(width):
    svg = forest(ROWS, width=width)[0]
    _, _, wide, high = map(float, drawing(svg).attrib["viewBox"].split())
    assert all(0 <= number(t, "x") <= wide and 0 <= number(t, "y") <= high for t in drawing(svg).iter("text"))


def test_the_table_holds_the_range_that_counts_as_met():
    assert forest(ROWS)[2][2] == ("Highest level", "fit", "200 ng/mL", "160 to 240", "260", "misses by +20")


def test_no_rows_are_said_and_not_drawn_and_the_same_rows_give_the_same_bytes():
    svg, says, table = forest([])
    assert (svg, table) == ("", []) and "no rows" in says
    assert forest(ROWS) == forest(ROWS)


def test_a_tolerance_without_width_is_refused():
    with pytest.raises(ValueError, match="counts as met up to 160, which is not above 160"):
        forest([replace(MISS, high=160)])


def test_more_misses_than_a_sentence_can_hold_are_counted_and_all_are_drawn():
    many = [replace(MISS, name=f"row {n}") for n in range(9)]
    svg, says, _ = forest(many)
    assert "row 5; and 3 more, each marked" in says and "row 6" not in says
    assert len(named(svg, "miss")) == 9
