"""The chain: each line is tied to the one before it, and whatever is changed shows."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.chart import BEFORE_THE_FIRST, Entry, chain_fault, encode, hash_of, linked
from tests.chart.facts_at_random import ADA, AT, ENTRIES, NAUSEA


def draft(n: int = 0, **changed: object) -> Entry:
    kind, schema, body = encode(NAUSEA)
    line = Entry(
        chart="c",
        number=0,
        kind=kind,
        schema=schema,
        body=body,
        happened_at=AT,
        recorded_at=AT + timedelta(seconds=n),
        by=ADA,
        act_key=f"k{n}",
        act_digest="d",
        version="0",
    )
    return replace(line, **changed)


def chart_of(count: int) -> list[Entry]:
    return list(linked([draft(n) for n in range(count)], after=0, prev_hash=BEFORE_THE_FIRST))


def test_a_chart_written_in_two_goes_is_one_chain():
    first = linked([draft(0), draft(1)], after=0, prev_hash=BEFORE_THE_FIRST)
    second = linked([draft(2)], after=2, prev_hash=first[-1].hash)
    assert [e.number for e in first + second] == [1, 2, 3]
    assert chain_fault(first + second) is None
    assert chain_fault([]) is None


@pytest.mark.parametrize("name", [f.name for f in fields(Entry)])
def test_no_field_of_a_line_can_change_unnoticed(name):
    other = {
        "by": replace(ADA, verified=False),
        "happened_at": AT + timedelta(microseconds=1),
        "recorded_at": AT - timedelta(microseconds=1),
        "corrects": 1,
        "number": 9,
        "schema": 2,
        "part": 1,
    }
    chart = chart_of(4)
    chart[1] = replace(chart[1], **{name: other.get(name, "forged")})
    assert chain_fault(chart) is not None


def test_a_forged_line_that_is_sealed_again_breaks_the_next_one():
    chart = chart_of(4)
    forged = replace(chart[1], reason="tidied")
    chart[1] = replace(forged, hash=hash_of(forged))
    assert chain_fault(chart).startswith("line 3 follows")


@given(st.permutations(chart_of(5)))
def test_any_other_order_is_noticed(shuffled):
    assert (chain_fault(shuffled) is None) == (shuffled == chart_of(5))


@given(st.sets(st.integers(0, 5)))
def test_a_missing_line_is_noticed_unless_it_was_the_end(gone):
    chart = chart_of(6)
    left = [e for place, e in enumerate(chart) if place not in gone]
    assert (chain_fault(left) is None) == (left == chart[: len(left)])


def test_a_line_of_another_chart_is_noticed():
    chart = chart_of(2)
    alien = linked([draft(2, chart="other")], after=2, prev_hash=chart[-1].hash)
    assert chain_fault([*chart, *alien]) == "line 3 belongs to chart other, line 1 to chart c"


@pytest.mark.parametrize("corrects", [0, 3, 4, -1])
def test_a_correction_of_what_does_not_stand_before_it_is_noticed(corrects):
    drafts = [draft(0), draft(1), draft(2, corrects=corrects)]
    assert "corrects line" in chain_fault(linked(drafts, after=0, prev_hash=BEFORE_THE_FIRST))


def test_a_time_without_an_offset_is_no_time():
    with pytest.raises(ValueError, match="without an offset"):
        draft(happened_at=datetime(2026, 3, 4, 10))


@given(st.lists(ENTRIES, max_size=4))
def test_looking_for_faults_never_fails(entries):
    assert entries == [] or isinstance(chain_fault(entries), str)
