"""Facts survive the text of a chart, and no text can make reading fail."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.chart import EnteredInError, Unreadable, act_digest, decode, encode
from dayspring.chart.codec import READABLE, aside, decode_by, encode_by
from dayspring.chart.shapes import Misfit, shape
from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts
from tests.chart.facts_at_random import AT, BYS, any_of


@pytest.mark.parametrize("kind", READABLE)
@given(data=st.data())
def test_every_fact_survives_the_codec(kind, data):
    fact = data.draw(any_of(READABLE[kind]))
    written = encode(fact)
    assert decode(*written) == fact
    assert encode(decode(*written)) == written
    assert written[2].isascii()


@pytest.mark.parametrize("kind", acts.KINDS)
@given(data=st.data())
def test_every_act_has_a_digest_that_a_retry_shares(kind, data):
    act = data.draw(any_of(acts.KINDS[kind]))
    assert act_digest(act) == act_digest(copy.copy(act)) == act_digest(replace(act))


@pytest.mark.parametrize(
    "one, other",
    [
        (acts.NoteEvent(kind="nausea"), acts.NoteEvent(kind="anxious")),
        (acts.NoteEvent(kind="nausea"), acts.NoteEvent(kind="nausea", session="s1")),
        (acts.NoteEvent(kind="nausea"), acts.NoteEvent(kind="nausea", happened_at=AT)),
        (acts.PauseInfusion(reason="x"), acts.StopInfusion(reason="x")),
        (acts.ConfirmPump(), acts.ConfirmPump(volume=Quantity(Decimal(0), "mL"))),
        (
            acts.StartInfusion(rate=Quantity(Decimal("4.8"), "mL/h")),
            acts.StartInfusion(rate=Quantity(Decimal("48"), "mL/h")),
        ),
        (
            acts.Correct(number=1, reason="x", instead=facts.EventNoted(kind="nausea")),
            acts.Correct(number=1, reason="x", instead=facts.NoteAdded(text="nausea")),
        ),
    ],
)
def test_acts_that_ask_for_different_things_have_different_digests(one, other):
    assert act_digest(one) != act_digest(other)


@given(
    kind=st.one_of(st.sampled_from(sorted(READABLE)), st.text(max_size=5)),
    schema=st.integers(),
    body=st.one_of(
        st.text(max_size=40),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
            lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=6), inner)),
        ).map(json.dumps),
    ),
)
def test_no_text_makes_reading_fail(kind, schema, body):
    assert isinstance(decode(kind, schema, body), facts.Fact)


@given(data=st.data())
def test_a_line_with_a_field_of_any_other_content_is_read_or_kept_aside(data):
    kind = data.draw(st.sampled_from(sorted(facts.KINDS)))
    written = json.loads(encode(data.draw(any_of(facts.KINDS[kind])))[2])
    wrong = st.one_of(
        st.none(), st.integers(), st.floats(), st.text(max_size=4), st.lists(st.none(), max_size=2)
    )
    name = data.draw(st.sampled_from(sorted(written)))
    body = json.dumps(written | {name: data.draw(wrong)})
    assert isinstance(decode(kind, 1, body), facts.KINDS[kind] | Unreadable)


def test_a_field_from_the_future_is_left_aside_and_can_be_shown():
    body = '{"kind":"nausea","words":"","grade":2}'
    assert decode("EventNoted", 7, body) == facts.EventNoted(kind="nausea")
    assert aside("EventNoted", body) == {"grade": 2}


def test_a_field_that_old_lines_lack_takes_its_default():
    assert decode("EventNoted", 1, '{"kind":"nausea"}') == facts.EventNoted(kind="nausea", words="")


@pytest.mark.parametrize(
    "kind, body, why",
    [
        ("MoonSeen", "{}", "MoonSeen is not known to this version"),
        ("EventNoted", "{}", "EventNoted lacks kind"),
        ("EventNoted", "not json", "JSONDecodeError"),
        ("EventNoted", "[" * 100_000, "RecursionError"),
        ("EventNoted", "[]", "list is not an object that holds EventNoted"),
        ("SedationScored", '{"moaas":true}', "SedationScored.moaas: bool is not int"),
        ("SedationScored", '{"moaas":4.0}', "SedationScored.moaas: float is not int"),
        ("IntakeAnswered", '{"answers":{"a":0.1}}', "float is not exact"),
        ("IntakeAnswered", '{"answers":{"a":{"$moon":1}}}', "$moon is not a tag"),
        ("RateChanged", '{"rate":{"value":"NaN","unit":"mL/h"}}', "holds no Decimal"),
    ],
)
@pytest.mark.hazard("H41")
def test_a_line_that_makes_no_sense_is_kept_with_the_reason(kind, body, why):
    read = decode(kind, 1, body)
    assert isinstance(read, Unreadable)
    assert (read.kind, read.body) == (kind, body)
    assert why in read.why


@pytest.mark.parametrize(
    "fact, said",
    [
        (facts.SedationScored(moaas=True), "SedationScored.moaas: bool is not int"),
        (facts.NoteAdded(text=None), "NoteAdded.text: NoneType is not str"),
        (
            facts.VitalsTaken(values={"systolic": 120}, source="cuff"),
            "VitalsTaken.values: int is not Quantity",
        ),
        (
            facts.FastingConfirmed(last_solids_at=datetime(2026, 3, 4), last_liquids_at=AT),
            "no offset from UTC",
        ),
        (facts.PregnancyTested(result="negative", tested_on=AT), "a moment where a date is meant"),
        (facts.IntakeAnswered(answers={"weight": 70.5}), "IntakeAnswered.answers: float"),
        (facts.ClockStepped(seconds=Decimal("NaN"), why="x"), "the number is not finite"),
        (Unreadable(kind="x", schema=1, body="", why=""), "Unreadable is not a kind of fact"),
    ],
)
def test_what_could_not_be_read_back_is_never_written(fact, said):
    with pytest.raises(Misfit, match=said):
        encode(fact)


def test_complaints_do_not_repeat_what_a_patient_said():
    with pytest.raises(Misfit) as told:
        encode(facts.PregnancyTested(result="negative", tested_on="SECRET"))
    assert "SECRET" not in str(told.value)
    read = decode("PregnancyTested", 1, '{"result":"negative","tested_on":"SECRET"}')
    assert isinstance(read, Unreadable)
    assert "SECRET" not in read.why


def test_what_was_read_cannot_be_written_into():
    read = decode(*encode(facts.IntakeAnswered(answers={"a": {"b": 1}})))
    with pytest.raises(TypeError):
        read.answers["a"] = 2
    with pytest.raises(TypeError):
        read.answers["a"]["b"] = 2


@given(BYS)
def test_the_author_survives_and_an_unreadable_one_is_never_verified(by):
    assert decode_by(encode_by(by)) == by
    assert not decode_by(encode_by(by)[:-1]).verified


def test_a_quantity_keeps_its_zeros_and_its_unit():
    fact = facts.RateChanged(rate=Quantity(Decimal("51.00"), "mL/h"))
    assert str(decode(*encode(fact)).rate.value) == "51.00"


def test_a_moment_keeps_the_offset_it_was_said_with():
    at = datetime.fromisoformat("2026-03-08T01:59:59.000001-05:00")
    fact = facts.FastingConfirmed(last_solids_at=at, last_liquids_at=at.astimezone(UTC))
    assert decode(*encode(fact)).last_solids_at.isoformat() == at.isoformat()


def test_every_kind_of_fact_and_act_has_a_shape():
    for kind in (*READABLE.values(), *acts.KINDS.values(), EnteredInError):
        assert shape(kind)
    with pytest.raises(Misfit, match="not a type that charts know"):
        shape(set[str])
