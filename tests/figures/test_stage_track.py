"""The track of a session: what ran, what was taken, what was missed, and where now is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dayspring.figures.stage_track import Track, stage_track
from tests.figures.marks import at, drawing, named, number, words

TRACK = Track(
    drug_done=22,
    drug_planned=40,
    stay_until=130,
    now=22,
    dots=[(0, "done"), (10, "done"), (20, "missed"), (30, "next"), (40, "later")],
    on="on 09:52",
    off="off 10:32",
    ready="discharge from 12:02",
)


def test_the_sentence_says_what_was_missed():
    assert stage_track(TRACK)[1] == (
        "22 of 40 minutes of drug; 2 of 5 observations taken, 1 missed; discharge from 12:02."
    )


def test_a_missed_observation_looks_like_none_of_the_others():
    svg, _ = stage_track(TRACK)
    assert [len(named(svg, kind)) for kind in ("dot", "gone", "ring", "hollow")] == [2, 1, 1, 1]


def test_now_stands_at_the_end_of_the_drug_while_it_runs():
    svg, _ = stage_track(TRACK)
    drug = named(svg, "drugfill")[0]
    now = float(named(svg, "nowline")[0].attrib["d"][1:].split(" ")[0])
    assert now == pytest.approx(number(drug, "x") + number(drug, "width"), abs=0.2)


def test_a_drug_that_was_stopped_does_not_grow_any_more():
    stopped = replace(TRACK, drug_done=10, now=60)
    assert number(named(stage_track(stopped)[0], "drugfill")[0], "width") < number(
        named(stage_track(TRACK)[0], "drugfill")[0], "width"
    )


def test_now_stays_on_the_track_long_after_the_stay():
    svg, _ = stage_track(replace(TRACK, now=400))
    assert float(named(svg, "nowline")[0].attrib["d"][1:].split(" ")[0]) <= 586


def test_a_drug_or_an_observation_after_the_stay_stays_on_the_track():
    svg, _ = stage_track(replace(TRACK, drug_planned=200, dots=[(190, "later")]))
    wash = named(svg, "drugwash")[0]
    assert number(wash, "x") + number(wash, "width") <= 586
    assert number(named(svg, "hollow")[0], "cx") <= 586


@pytest.mark.parametrize("planned", [0, 2, 40, 100, 129, 130])
def test_the_three_times_never_stand_on_each_other(planned):
    svg, _ = stage_track(replace(TRACK, drug_planned=planned))
    on, off, ready = (at(svg, word) for word in ("on 09:52", "off 10:32", "discharge from 12:02"))
    letter = 12  # of 600, in the large letters of a phone
    assert number(on, "x") + len(on.text) * letter <= number(off, "x") - len(off.text) * letter / 2
    assert number(off, "x") + len(off.text) * letter / 2 <= number(ready, "x") - len(ready.text) * letter


def test_a_small_track_has_no_words_but_the_same_sentence():
    small, sentence = stage_track(TRACK, words=False)
    assert words(small) == []
    assert drawing(small).attrib["aria-label"] == sentence == stage_track(TRACK)[1]


def test_times_are_words_and_not_marks():
    assert "<b>" in words(stage_track(replace(TRACK, on="<b>"))[0])
