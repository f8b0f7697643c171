"""The chart of a session shows what was taken, shows what was not, and claims no more than it compared."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.figures.pressure_chart import Pressures, Seen, pressure_chart
from tests.figures.marks import at, drawing, named, number, words

SYSTOLIC = ((180.0, "pauses 180", "high"), (160.0, "warns 160", "medium"))
DIASTOLIC = ((110.0, "pauses 110", "high"), (100.0, "warns 100", "medium"))
CALM = (
    Seen(minute=-6, systolic=118, diastolic=74, pulse=68, spo2=98),
    Seen(minute=0, systolic=120, diastolic=76, pulse=69, spo2=98),
    Seen(minute=10, systolic=126, diastolic=80, pulse=74, spo2=98),
    Seen(minute=20, systolic=142, diastolic=86, pulse=82, spo2=97),
)
SESSION = Pressures(
    seen=CALM, now=22, until=60, drug=[(0, 22)], planned=40, limits=SYSTOLIC, diastolic_limits=DIASTOLIC
)


def says(*seen: Seen, **more: object) -> str:
    return pressure_chart(replace(SESSION, seen=seen, **more))[1]


def svg_of(*seen: Seen, width: int = 936, **more: object) -> str:
    return pressure_chart(replace(SESSION, seen=seen, **more), width=width)[0]


def test_a_calm_session_is_compared_with_the_last_reading_before_the_drug():
    assert says(*CALM) == "Systolic up 22 since the start, below every limit"


def test_a_diastolic_over_its_limit_is_seen_while_the_systolic_is_below_its_own():
    high = Seen(minute=24, systolic=178, diastolic=110)
    assert says(*CALM, high) == "At or above the pausing limit at minute 24"
    assert len(named(svg_of(*CALM, high), "bad")) == 1


def test_without_diastolic_limits_nothing_is_claimed_of_the_diastolic():
    high = Seen(minute=24, systolic=150, diastolic=118)
    assert (
        says(*CALM, high, diastolic_limits=()) == "Systolic up 30 since the start, below every systolic limit"
    )


def test_a_limit_is_reached_at_its_value_and_not_one_below():
    assert "pausing limit" in says(Seen(minute=5, systolic=180, diastolic=90))
    assert "pausing limit" not in says(*CALM, Seen(minute=24, systolic=179, diastolic=90))


def test_a_warning_that_has_passed_is_told_as_past():
    warned, after = (Seen(minute=m, systolic=s, diastolic=90) for m, s in ((24, 165), (30, 150)))
    assert says(*CALM, warned).endswith("at or above the warning limit now")
    assert says(*CALM, warned, after).endswith("last at minute 24")


def test_every_reading_over_the_pausing_limit_is_counted():
    readings = [Seen(minute=m, systolic=190, diastolic=100) for m in (5, 10, 15)]
    assert says(*readings) == "At or above the pausing limit at minute 10 and 15, 3 times in all"


def test_no_reading_is_told_as_none_and_not_as_normal():
    assert says() == "No pressure has been taken."
    assert says(Seen(minute=3, pulse=80, spo2=97)) == "No pressure has been taken."


def test_a_missing_diastolic_is_a_dash_and_never_a_zero():
    half = Seen(minute=5, systolic=130)
    svg, sentence, table = pressure_chart(replace(SESSION, seen=[half]), width=936)
    assert sentence == "Pressure 130/–, one reading so far"
    assert table == [("5", "130/–", "–", "–")]
    assert "130/–" in words(svg)


def test_a_diastolic_without_a_systolic_stays_in_the_table():
    assert pressure_chart(replace(SESSION, seen=[Seen(minute=5, diastolic=80)]))[2][0][1] == "–/80"


def test_what_was_not_taken_is_hollow_at_the_foot_and_has_no_height():
    svg = svg_of(*CALM, missed=[30.0])
    strip = named(svg, "ahead")[0]
    assert [number(mark, "cy") for mark in named(svg, "hollow")] == [
        number(strip, "y") + number(strip, "height")
    ]


def test_half_a_pressure_is_drawn_with_its_half_hollow():
    svg = svg_of(Seen(minute=5, systolic=130, pulse=70, spo2=98))
    assert len(named(svg, "bp")) == 1
    assert len(named(svg, "hollow")) == 1
    assert "V" not in named(svg, "bp")[0].attrib["d"], "no shaft between one number and nothing"


def test_the_pulse_line_breaks_where_a_pulse_is_missing():
    rows = [replace(CALM[2], minute=minute) for minute in (0, 5, 10)]
    whole, broken = svg_of(*rows), svg_of(rows[0], replace(rows[1], pulse=None), rows[2])
    assert named(whole, "pulse")[0].attrib["d"].count("M") == 1
    assert named(broken, "pulse")[0].attrib["d"].count("M") == 2
    assert len(named(broken, "hollow")) == 1


def test_the_pulse_line_breaks_over_a_long_silence():
    late = Seen(minute=59, systolic=120, diastolic=80, pulse=70)
    assert named(svg_of(*CALM, late), "pulse")[0].attrib["d"].count("M") == 2


def test_the_pulse_never_stands_among_the_pressures():
    svg = svg_of(*(replace(seen, pulse=p) for seen, p in zip(CALM, (20, 80, 160, 250), strict=True)))
    pressures = [number(mark, "y") + number(mark, "height") for mark in named(svg, "ahead")]
    assert min(number(dot, "cy") for dot in named(svg, "pulsedot")) > min(pressures)


def test_a_number_off_the_scale_is_written_and_stays_on_the_paper():
    svg = svg_of(Seen(minute=5, systolic=262, diastolic=30))
    assert {"262", "30"} <= set(words(svg))
    # the numbers in the path of the mark: none above the paper
    path = named(svg, "bp")[0].attrib["d"].replace("M", " ").replace("l", " ").replace("V", " ").split()
    assert float(path[1]) > 0


def test_a_high_reading_carries_its_stars_and_not_only_a_colour():
    high = Seen(minute=24, systolic=186, diastolic=113)
    assert words(svg_of(*CALM, high)).count("***") == 1
    assert "***" not in words(svg_of(*CALM))


def test_crowded_saturations_keep_the_lowest():
    close = [Seen(minute=m, systolic=120, diastolic=80, spo2=s) for m, s in ((10, 97), (11, 88), (12, 96))]
    said = words(svg_of(*close))
    assert "88" in said
    assert "96" not in said


def test_limit_labels_do_not_stand_on_each_other():
    svg = svg_of(*CALM)
    heights = sorted(number(at(svg, words), "y") for _, words, _ in (*SYSTOLIC, *DIASTOLIC))
    assert all(below - above >= 15 for above, below in pairwise(heights))


def test_only_systolic_limits_cross_the_paper():
    svg = svg_of(*CALM)
    begins = [
        float(mark.attrib["d"][1:].split(" ")[0]) for mark in (*named(svg, "limit"), *named(svg, "limit-m"))
    ]
    assert len(begins) == 4
    assert len({begin for begin in begins if begin < 100}) == 1
    assert sum(begin > 700 for begin in begins) == 2


def test_the_drug_is_drawn_for_the_minutes_it_ran_and_not_through_a_pause():
    svg = svg_of(*CALM, drug=[(0, 10), (15, 22)])
    ran = [(number(r, "x"), number(r, "x") + number(r, "width")) for r in named(svg, "drugfill")]
    assert len(ran) == 2
    assert ran[0][1] < ran[1][0]


def test_a_phone_gets_a_drawing_of_its_own_in_letters_of_the_same_size():
    svg = svg_of(*CALM, width=340)
    assert drawing(svg).attrib["viewBox"].split()[2] == "340"
    assert all(0 <= number(mark, "x") <= 340 for mark in drawing(svg).iter("text"))


def test_without_a_width_there_is_a_drawing_for_the_desk_and_one_for_the_phone():
    both = drawing(f"<figure>{pressure_chart(SESSION)[0]}</figure>")
    assert [(svg.attrib["class"], svg.attrib["viewBox"].split()[2]) for svg in both] == [
        ("for-desk", "936"),
        ("for-phone", "340"),
    ]


@pytest.mark.parametrize("width", [340, 936])
def test_minutes_under_the_chart_never_touch(width):
    for until in (30, 60, 120, 240):
        svg = svg_of(*CALM, width=width, until=until)
        row = number(at(svg, "minute"), "y")
        places = [number(m, "x") for m in drawing(svg).iter("text") if number(m, "y") == row][1:]
        assert len(places) >= 2
        assert all(b - a >= 40 for a, b in pairwise(places))


def test_words_from_outside_are_words_and_not_marks():
    svg = svg_of(*CALM, limits=((180.0, '<a href="x">&', "high"),))
    assert '<a href="x">&' in words(svg)


FLOAT = st.none() | st.floats(0, 400)
READING = st.builds(
    Seen,
    minute=st.floats(-60, 300),
    systolic=FLOAT,
    diastolic=FLOAT,
    pulse=FLOAT,
    spo2=st.none() | st.floats(0, 100),
)


@given(
    seen=st.lists(READING, max_size=12).map(lambda rows: sorted(rows, key=lambda s: s.minute)),
    now=st.floats(0, 240),
)
def test_any_readings_make_a_whole_drawing_with_every_reading_in_the_table(seen, now):
    for width in (340, 936):
        svg, sentence, table = pressure_chart(
            replace(SESSION, seen=seen, now=now, until=now + 5), width=width
        )
        assert drawing(svg).attrib["aria-label"] == sentence
        assert sentence
        assert len(table) == len(seen)
        assert len(named(svg, "bp")) == sum(s.whole for s in seen)
        assert "nan" not in svg
        assert "None" not in svg
