"""Doses stand beside what followed them, on the whole scale; the line of dates keeps its distances."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from dayspring.figures.dose_and_response import PHONE, Dose, DoseAndResponse, dose_and_response
from dayspring.figures.series import Dates, Day, series_line
from tests.figures.marks import at, drawing, named, number, words

FIRST = date(2026, 11, 2)


def day(after: int) -> date:
    return FIRST + timedelta(days=after)


def labels_at(svg: str, y: str) -> list[float]:
    """Where the days are written, from left to right."""
    return sorted(number(mark, "x") for mark in drawing(svg).iter("text") if mark.get("y") == y)


def answered(
    *totals: int | None, amounts: tuple[float, ...] = (0.5, 0.5, 0.75), label: str = ""
) -> DoseAndResponse:
    """A baseline, then a dose every four days and a total the day after it."""
    doses = [Dose(day=day(4 * n + 1), amount=a, words=f"{a:g} mg/kg") for n, a in enumerate(amounts)]
    return DoseAndResponse(
        name="PHQ-9",
        highest=27,
        totals=[(day(4 * n), total) for n, total in enumerate(totals)],
        doses=doses,
        bands=((5, "mild"), (20, "severe")),
        aims=((4, "remission"), (10.5, "response")),
        label=label,
    )


# Doses beside answers --------------------------------------------------------------------------------


def test_the_sentence_says_what_followed_and_by_how_much():
    assert dose_and_response(answered(21, 18, 12, label="partial response"))[1] == (
        "PHQ-9 fell from 21 to 12, by 43 %, over 3 doses: partial response."
    )
    assert dose_and_response(answered(12, 18))[1] == "PHQ-9 rose from 12 to 18, by 50 %, over 3 doses."
    assert dose_and_response(answered(12, 12))[1] == "PHQ-9 stayed at 12, over 3 doses."
    assert dose_and_response(answered(None))[1] == "PHQ-9 has no total yet; 3 doses so far."
    assert dose_and_response(answered(21))[1] == "PHQ-9 21 of 27, one total so far; 3 doses."


def test_a_rise_from_nought_is_not_divided_by_nought():
    assert dose_and_response(answered(0, 5))[1] == "PHQ-9 rose from 0 to 5, over 3 doses."


def test_an_answer_without_a_total_is_hollow_at_the_foot_and_joins_no_line():
    svg = dose_and_response(answered(21, None, 12))[0]
    (hollow,) = named(svg, "hollow")
    foot = number(at(svg, "0"), "y") - 5
    assert number(hollow, "cy") == foot
    assert len(named(svg, "scoredot")) == 2
    assert named(svg, "score")[0].attrib["d"].count(" ") == 3


def test_a_step_of_the_dose_looks_as_large_as_it_is():
    svg = dose_and_response(answered(21, 18, amounts=(0.5, 1.0, 0.25)))[0]
    tall = [number(mark, "height") for mark in named(svg, "drugfill")]
    assert tall[1] == 2 * tall[0] == 4 * tall[2] > 0


def test_a_lower_total_is_drawn_lower_and_the_aims_lie_at_their_totals():
    svg = dose_and_response(answered(21, 18, 12))[0]
    heights = [number(dot, "cy") for dot in named(svg, "scoredot")]
    assert heights == sorted(heights) and len(set(heights)) == 3
    remission, response = (float(mark.attrib["d"].split()[1].split("H")[0]) for mark in named(svg, "aim"))
    mild = number(at(svg, "5"), "y") - 5
    assert response < mild < remission


def test_every_dose_stands_under_its_own_day():
    svg = dose_and_response(answered(21, 18, 12))[0]
    left = [number(mark, "x") + 4 for mark in named(svg, "drugfill")]
    dots = [number(dot, "cx") for dot in named(svg, "scoredot")]
    # A dose lies a day after its total, and four days lie between two totals.
    per_day = (dots[1] - dots[0]) / 4
    assert [round((dose - dot) / per_day) for dose, dot in zip(left, dots, strict=True)] == [1, 1, 1]


def test_the_table_holds_every_total_and_every_dose_in_the_order_of_the_days():
    rows = dose_and_response(answered(21, None, 12))[2]
    assert rows[0] == ("date", "what")
    assert [what for _, what in rows[1:]] == [
        "PHQ-9 21", "0.5 mg/kg", "PHQ-9 not complete", "0.5 mg/kg", "PHQ-9 12", "0.75 mg/kg",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [PHONE, 900])
def test_no_word_begins_outside_the_drawing_and_days_do_not_collide(width):
    svg = dose_and_response(answered(21, 18, 12, 9, 8, amounts=(0.5,) * 6), width=width)[0]
    labels = labels_at(svg, "286")
    assert all(0 <= number(at(svg, name), "x") < width for name in ("severe", "remission", "dose"))
    assert len(labels) > 2 and all(two - one >= 52 for one, two in pairwise(labels))


def test_the_same_course_gives_the_same_bytes_and_none_gives_no_drawing():
    assert dose_and_response(answered(21, 18)) == dose_and_response(answered(21, 18))
    empty = DoseAndResponse(name="PHQ-9", highest=27, totals=(), doses=())
    assert dose_and_response(empty) == ("", "PHQ-9 has no total yet; 0 doses so far.", [])


# The line of dates -------------------------------------------------------------------------------------


def dates(*states: str, judged: tuple[int, ...] = (8, 20), last: int | None = 20, **other: object) -> Dates:
    return Dates(
        days=[Day(day=day(4 * n), state=state, phase="induction") for n, state in enumerate(states)],
        judged=[day(n) for n in judged],
        last=day(last) if last is not None else None,
        **other,  # type: ignore[arg-type]
    )


def test_two_dots_are_as_far_apart_as_their_days():
    svg = series_line(dates("done", "next", "later", "later"))[0]
    places = [number(mark, "cx") for mark in named(svg, "session")]
    gaps = {round(two - one, 0) for one, two in pairwise(places)}
    assert len(places) == 4 and max(gaps) - min(gaps) <= 1


def test_what_came_of_a_day_is_a_mark_and_a_word_and_never_a_colour_alone():
    svg, _, table = series_line(dates("done", "missed", "next", "later"))
    kinds = [mark.attrib["class"].split()[0] for mark in named(svg, "session")]
    assert kinds == ["dot", "hollow", "ring", "hollow"]
    assert len([mark for mark in named(svg, "base") if "l10 10" in mark.attrib["d"]]) == 1
    assert [row[2] for row in table[1:] if row[1].startswith("session")] == [
        "done",
        "missed",
        "next",
        "later",
    ]


def test_the_sentence_names_the_days_of_judging_and_the_last_day_without_one():
    says = series_line(dates("later", "later", "later"))[1]
    assert says == (
        "3 sessions from 2 November to 10 November. Judged on 10 November. "
        "No drug after 22 November without a judgement."
    )
    assert "next 6 November" in series_line(dates("done", "next"))[1]
    assert "2 doses given" in series_line(dates("done", "done", given=(day(0), day(5))))[1]


def test_the_last_day_is_a_bar_and_the_other_days_of_judging_are_not():
    svg = series_line(dates("later", "later", "later"))[0]
    assert len(named(svg, "lastday")) == 1 and len(named(svg, "judged")) == 2
    assert "judge by" in words(svg) and "judge" in words(svg)
    without = series_line(dates("later", judged=(), last=None))[0]
    assert not named(without, "lastday") and "judge by" not in words(without)


def test_a_dose_stands_on_the_day_it_was_given_not_on_the_day_it_was_planned():
    svg = series_line(dates("done", "later", given=(day(2),)))[0]
    planned = [number(mark, "cx") for mark in named(svg, "session")]
    (dose,) = named(svg, "drugfill")
    assert number(dose, "x") + 3 == pytest.approx((planned[0] + planned[1]) / 2, abs=0.2)


@pytest.mark.parametrize("width", [340, 900])
def test_dates_of_a_long_series_do_not_collide(width):
    svg = series_line(dates(*(["later"] * 20), judged=(90,), last=90), width=width)[0]
    labels = labels_at(svg, "82")
    assert len(labels) >= 4 and all(two - one >= 56 for one, two in pairwise(labels))


def test_a_day_in_a_state_nobody_agreed_on_is_refused():
    with pytest.raises(ValueError, match="2026-11-02 is perhaps"):
        Day(day=FIRST, state="perhaps")


def test_no_dates_are_said_and_not_drawn():
    assert series_line(dates(judged=(), last=None)) == ("", "No dates are planned.", [])
