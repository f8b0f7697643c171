"""What stands, what was known when, and what was struck through."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dayspring.chart import EnteredInError, Entry, Unreadable, encode, known_at, standing, with_struck
from dayspring.therapy import course, session
from dayspring.therapy.facts import EventNoted, Fact
from tests.chart.facts_at_random import AT, ENTRIES
from tests.chart.test_entry import draft

NAUSEA, ANXIOUS, MUSIC = (EventNoted(kind=kind) for kind in ("nausea", "anxious", "music"))


def line(
    number: int, fact: Fact, *, corrects: int | None = None, happened: int = 0, recorded: int = 0
) -> Entry:
    kind, schema, body = encode(fact)
    return draft(
        number=number,
        kind=kind,
        schema=schema,
        body=body,
        corrects=corrects,
        reason="wrong button" if corrects else "",
        happened_at=AT + timedelta(minutes=happened),
        recorded_at=AT + timedelta(minutes=recorded or number),
    )


def facts_of(entries: list[Entry]) -> list[Fact]:
    return [stamped.fact for stamped in standing(entries)]


def test_lines_stand_in_the_order_they_happened_not_as_they_were_written():
    assert facts_of([line(1, NAUSEA, happened=5), line(2, MUSIC, happened=1)]) == [MUSIC, NAUSEA]


def test_lines_of_one_moment_stand_in_the_order_they_were_written():
    assert facts_of([line(1, NAUSEA), line(2, MUSIC), line(3, ANXIOUS)]) == [NAUSEA, MUSIC, ANXIOUS]


def test_a_correction_stands_in_the_place_of_what_it_corrects():
    chart = [line(1, NAUSEA), line(2, MUSIC), line(3, ANXIOUS, corrects=1)]
    assert facts_of(chart) == [ANXIOUS, MUSIC]
    assert [stamped.number for stamped in standing(chart)] == [3, 2]


def test_of_several_corrections_the_last_written_stands():
    twice = [line(1, NAUSEA), line(2, MUSIC, corrects=1), line(3, ANXIOUS, corrects=1)]
    chained = [line(1, NAUSEA), line(2, MUSIC, corrects=1), line(3, ANXIOUS, corrects=2)]
    assert facts_of(twice) == facts_of(chained) == [ANXIOUS]


def test_what_was_entered_in_error_is_gone_until_it_is_restated():
    struck = [line(1, NAUSEA), line(2, EnteredInError(), corrects=1)]
    assert facts_of(struck) == []
    assert facts_of([*struck, line(3, ANXIOUS, corrects=2)]) == [ANXIOUS]


def test_a_corrected_time_moves_the_line_to_where_it_belongs():
    chart = [line(1, NAUSEA, happened=1), line(2, MUSIC, happened=2), line(3, NAUSEA, corrects=1, happened=3)]
    assert facts_of(chart) == [MUSIC, NAUSEA]


def test_a_correction_of_nothing_stands_and_is_not_hidden():
    assert facts_of([line(1, NAUSEA), line(2, MUSIC, corrects=7)]) == [NAUSEA, MUSIC]


def test_a_line_this_version_cannot_read_stands_as_unreadable():
    chart = [line(1, NAUSEA), replace(line(2, MUSIC), kind="MoonSeen")]
    assert [type(fact) for fact in facts_of(chart)] == [EventNoted, Unreadable]


def test_what_was_written_later_was_not_known_before():
    chart = [line(1, NAUSEA), line(2, ANXIOUS, corrects=1), line(3, MUSIC, happened=-30)]
    known = [[x.fact for x in known_at(chart, AT + timedelta(minutes=m))] for m in range(4)]
    assert known == [[], [NAUSEA], [ANXIOUS], [MUSIC, ANXIOUS]]


def test_struck_lines_are_shown_with_their_corrections_and_reasons_beneath():
    chart = [
        line(1, NAUSEA),
        line(2, MUSIC),
        line(3, ANXIOUS, corrects=1),
        line(4, EnteredInError(), corrects=3),
    ]
    first, second = with_struck(chart)
    assert first.original.line.fact == NAUSEA
    assert [told.line.fact for told in first.corrections] == [ANXIOUS, EnteredInError()]
    assert [told.reason for told in first.corrections] == ["wrong button", "wrong button"]
    assert first.stands is None
    assert [told.line.number for told in first.struck] == [1, 3, 4]
    assert (second.stands.fact, second.struck) == (MUSIC, ())


@given(st.lists(ENTRIES, max_size=12), st.sampled_from([AT, AT + timedelta(days=9999)]))
def test_folding_never_fails_whatever_a_chart_holds(entries, when):
    stands = standing(entries)
    course.fold(stands)
    session.fold(stands, "s1")
    assert [x.happened_at for x in stands] == sorted(x.happened_at for x in stands)
    assert len(known_at(entries, when)) <= len(entries)
    told = [t for story in with_struck(entries) for t in (story.original, *story.corrections)]
    assert sorted(t.line.number for t in told) == sorted(e.number for e in entries)
    assert [s.stands for s in with_struck(entries) if s.stands is not None] == stands


@given(st.lists(ENTRIES, max_size=12))
def test_what_is_known_at_the_end_of_time_is_what_stands(entries):
    latest = max((e.recorded_at for e in entries), default=AT)
    assert known_at(entries, latest) == standing(entries)
