"""The one writer: one key, one effect; one order of lines; a stop is never refused; refusals are kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from dayspring.chart import EnteredInError, chain_fault, standing
from dayspring.clinic.charts import record as recording
from dayspring.clinic.charts.models import ChartEntry, ChartHead
from dayspring.clinic.charts.record import ChartDamaged, lines, record, session_lines, version
from dayspring.clinic.charts.rows import stored
from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Refusal
from tests.clinic.charts.conftest import START
from tests.clinic.charts.small_rules import ADA, BOATENG, RATE, SERVER

NAUSEA = acts.NoteEvent(session="s1", kind="nausea")
MUSIC = acts.NoteEvent(session="s1", kind="music", words="Прелюдія \x00 \ud800 «тиша»")
BEGIN = acts.StartInfusion(session="s1", rate=RATE)
STOP = acts.StopInfusion(session="s1", reason="patient asked")
VITALS = acts.TakeVitals(session="s1", values={"systolic": Quantity(Decimal("121.50"), "mm[Hg]")})


def kinds(chart) -> list[str]:
    return [entry.kind for entry in stored(chart)]


def at_once(count: int, press) -> list[object]:
    """Calls `press(n)` from that many threads that all begin together."""
    gate = threading.Barrier(count)

    def one(n: int) -> object:
        gate.wait()
        try:
            return press(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.usefixtures("engine")
def test_what_was_answered_is_what_the_database_holds(press):
    chart = uuid4()
    written = [*press(chart, BEGIN).answer, *press(chart, VITALS).answer, *press(chart, MUSIC).answer]
    assert list(stored(chart)) == written == lines(chart)
    assert [entry.number for entry in written] == [1, 2, 3, 4]
    assert version(chart) == 4
    assert chain_fault(written) is None


@pytest.mark.usefixtures("engine")
@pytest.mark.hazard("H12")
def test_the_same_key_has_one_effect_and_the_same_outcome():
    chart = uuid4()
    ask = {"by": ADA, "key": "k1", "seen": None}
    first = record(chart, BEGIN, at=START, **ask)
    again = record(chart, BEGIN, at=START + timedelta(minutes=3), **ask)
    assert again.answer == first.answer
    assert (first.repeated, again.repeated) == (False, True)
    assert kinds(chart) == ["InfusionStarted"]


@pytest.mark.usefixtures("engine")
@pytest.mark.hazard("H12")
def test_eight_hands_on_one_key_have_one_effect():
    chart = uuid4()
    outcomes = at_once(8, lambda n: record(chart, VITALS, by=ADA, at=START, key="k1", seen=None))
    assert kinds(chart) == ["VitalsTaken", "FindingRaised"]
    assert sorted(outcome.repeated for outcome in outcomes) == [False] + 7 * [True]
    assert len({outcome.answer for outcome in outcomes if not hasattr(outcome.answer, "reasons")} or {0}) == 1


@pytest.mark.usefixtures("engine")
@pytest.mark.hazard("H12")
def test_the_same_key_for_something_else_is_refused_and_the_refusal_is_kept(press):
    chart = uuid4()
    press(chart, NAUSEA, key="k1")
    other = acts.NoteEvent(session="s1", kind="anxious")
    refused = press(chart, other, key="k1")
    assert isinstance(refused.answer, Refusal)
    assert "event noted" in refused.answer.reasons[0]
    assert press(chart, other, key="k1").answer == refused.answer
    assert kinds(chart) == ["EventNoted", "ActRefused"]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("key", ["k1", "", "\x00", "long" * 100])
def test_a_stop_is_taken_whatever_its_key(press, key):
    chart = uuid4()
    press(chart, BEGIN, key="k1")
    assert not isinstance(press(chart, STOP, key=key).answer, Refusal)
    assert kinds(chart) == ["InfusionStarted", "InfusionStopped"]


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("key", ["", "\x00", "long" * 100])
def test_any_other_act_without_a_usable_key_is_a_mistake(key):
    chart = uuid4()
    with pytest.raises(ValueError, match="printable characters"):
        record(chart, NAUSEA, by=ADA, at=START, key=key, seen=None)
    assert kinds(chart) == []


@pytest.mark.usefixtures("engine")
@pytest.mark.hazard("H45")
def test_of_two_who_start_at_once_one_starts_and_the_other_is_told():
    chart = uuid4()
    people = (ADA, BOATENG)
    outcomes = at_once(2, lambda n: record(chart, BEGIN, by=people[n], at=START, key=f"k{n}", seen=0))
    refused = [o for o in outcomes if isinstance(o.answer, Refusal)]
    assert len(refused) == 1
    assert kinds(chart) == ["InfusionStarted", "ActRefused"]
    assert [line.number for line in refused[0].changed] == [1]
    winner = stored(chart)[0].by
    assert winner.name in refused[0].answer.reasons[0]


@pytest.mark.usefixtures("engine")
@pytest.mark.hazard("H45")
def test_twelve_hands_on_one_chart_leave_one_unbroken_order():
    chart = uuid4()
    outcomes = at_once(12, lambda n: record(chart, NAUSEA, by=ADA, at=START, key=f"k{n}", seen=None))
    assert sorted(o.version for o in outcomes) == list(range(1, 13))
    assert chain_fault(stored(chart)) is None
    assert ChartHead.objects.get(chart=chart).hash == stored(chart)[-1].hash


@pytest.mark.usefixtures("engine")
@pytest.mark.hazard("H44")
def test_an_act_that_gives_drug_is_shown_what_others_wrote_since(press):
    chart = uuid4()
    press(chart, BEGIN, key="k1")
    press(chart, NAUSEA, by=BOATENG)
    outcome = press(chart, acts.ChangeRate(session="s1", rate=RATE), seen=1)
    assert isinstance(outcome.answer, Refusal)
    assert "Dr Boateng wrote “event noted”" in outcome.answer.reasons[0]
    assert [(line.number, type(line.fact)) for line in outcome.changed] == [(2, facts.EventNoted)]
    assert kinds(chart)[-1] == "ActRefused"
    taken = press(chart, acts.ChangeRate(session="s1", rate=RATE), seen=outcome.version)
    assert [entry.kind for entry in taken.answer] == ["RateChanged"]


@pytest.mark.usefixtures("on_sqlite")
def test_an_observation_is_taken_and_shown_what_others_wrote(press):
    chart = uuid4()
    press(chart, BEGIN, by=BOATENG)
    outcome = press(chart, VITALS, seen=0)
    assert [entry.kind for entry in outcome.answer] == ["VitalsTaken", "FindingRaised"]
    assert [line.number for line in outcome.changed] == [1]


@pytest.mark.usefixtures("on_sqlite")
def test_ones_own_lines_another_sessions_and_the_servers_routine_are_no_news(press):
    chart = uuid4()
    press(chart, BEGIN)
    press(chart, VITALS, by=SERVER)
    press(chart, acts.NoteEvent(session="s2", kind="music"), by=BOATENG)
    press(chart, acts.StartInfusion(session="s1", rate=RATE), by=BOATENG, seen=99)
    outcome = press(chart, acts.ChangeRate(session="s1", rate=RATE), seen=0)
    assert [entry.kind for entry in outcome.answer] == ["RateChanged"]


@pytest.mark.usefixtures("on_sqlite")
def test_a_stop_on_an_old_view_is_taken(press):
    chart = uuid4()
    press(chart, BEGIN)
    press(chart, NAUSEA, by=BOATENG)
    assert [entry.kind for entry in press(chart, STOP, seen=1).answer] == ["InfusionStopped"]


@pytest.mark.usefixtures("on_sqlite")
def test_a_refusal_is_kept_word_for_word_and_changes_nothing_else(press):
    chart = uuid4()
    press(chart, BEGIN)
    refused = press(chart, BEGIN)
    assert refused.answer == Refusal(reasons=("An infusion is running.",))
    assert refused.version == 2
    kept = stored(chart)[1].fact
    assert kept == facts.ActRefused(act="StartInfusion", reasons=("An infusion is running.",))


@pytest.mark.usefixtures("on_sqlite")
def test_an_act_that_its_role_does_not_have_is_refused_by_the_row_and_kept(press):
    chart = uuid4()
    refused = press(chart, acts.PauseInfusion(session="s1"))
    assert refused.answer == Refusal(
        reasons=("Pause the infusion: prescriber (roles.toml, PauseInfusion). Nurse is not among them.",)
    )
    assert kinds(chart) == ["ActRefused"]


@pytest.mark.usefixtures("on_sqlite")
def test_a_stop_is_taken_from_anyone_even_where_the_table_forgot_it(press):
    chart = uuid4()
    press(chart, BEGIN)
    assert [e.kind for e in press(chart, STOP, by=replace(ADA, role="visitor")).answer] == ["InfusionStopped"]


@pytest.mark.usefixtures("engine")
def test_a_correction_strikes_the_line_and_stands_where_and_when_it_happened(press):
    chart = uuid4()
    press(chart, NAUSEA)
    press(chart, BEGIN)
    better = facts.EventNoted(kind="anxious")
    press(chart, acts.Correct(number=1, reason="wrong \x00 button", instead=better), by=BOATENG)
    first, second = standing(lines(chart))
    assert (first.fact, first.by, first.session, first.number) == (better, BOATENG, "s1", 3)
    assert first.happened_at == START
    assert isinstance(second.fact, facts.InfusionStarted)
    press(chart, acts.Correct(number=3, reason="wrong chart", instead=None))
    assert [type(line.fact) for line in session_lines(chart, "s1")] == [facts.InfusionStarted]
    assert [entry.fact for entry in stored(chart)][-1] == EnteredInError()
    assert [entry.reason for entry in stored(chart)][2:] == ["wrong \ufffd button", "wrong chart"]


@pytest.mark.usefixtures("on_sqlite")
def test_a_late_entry_keeps_both_its_clocks(press):
    chart = uuid4()
    happened = START - timedelta(minutes=20)
    (entry,) = press(chart, acts.NoteEvent(session="s1", kind="toilet", happened_at=happened)).answer
    assert (entry.happened_at, entry.recorded_at) == (happened, START)


@pytest.mark.usefixtures("on_sqlite")
def test_an_act_without_consequences_writes_nothing(press):
    chart = uuid4()
    outcome = press(chart, acts.Watch(session="s1"), by=SERVER)
    assert (outcome.answer, outcome.version, kinds(chart)) == ((), 0, [])


@pytest.mark.usefixtures("engine")
def test_rules_that_fail_leave_the_chart_as_it_was(press, monkeypatch):
    chart = uuid4()
    press(chart, NAUSEA)
    monkeypatch.setattr(recording, "DECIDE", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        press(chart, NAUSEA)
    monkeypatch.undo()
    assert kinds(chart) == ["EventNoted"]
    assert version(chart) == 1


@pytest.mark.usefixtures("on_sqlite")
def test_a_clock_without_an_offset_is_a_mistake():
    with pytest.raises(ValueError, match="10:00:00 names no offset"):
        record(uuid4(), NAUSEA, by=ADA, at=datetime(2026, 3, 4, 10), key="k", seen=None)


@pytest.mark.usefixtures("on_sqlite")
def test_on_a_chart_whose_end_was_cut_off_only_a_stop_is_written(press):
    chart = uuid4()
    press(chart, BEGIN)
    ChartHead.objects.filter(chart=chart).update(number=3, hash="f" * 64)
    with pytest.raises(ChartDamaged, match="line 3 by its head and at line 1"):
        press(chart, NAUSEA)
    (stopped,) = press(chart, STOP).answer
    assert (stopped.number, stopped.prev_hash) == (4, "f" * 64)


@pytest.mark.usefixtures("on_sqlite")
def test_a_chart_that_differs_from_what_was_kept_in_memory_is_read_anew(press):
    chart = uuid4()
    press(chart, NAUSEA)
    kept = lines(chart)
    other = uuid4()
    press(other, MUSIC)
    forged = recording.KEPT.keep(chart, tuple(lines(other)))
    assert forged != tuple(kept)
    assert lines(chart) == kept


@pytest.mark.usefixtures("engine")
def test_two_lines_cannot_bear_one_number_nor_one_act_have_two_first_parts(press):
    chart = uuid4()
    press(chart, NAUSEA, key="k1")
    row = ChartEntry.objects.get(chart=chart)
    for changed in ({"number": 1, "act_key": "k2"}, {"number": 2, "act_key": "k1"}):
        values = {f.name: getattr(row, f.name) for f in row._meta.concrete_fields} | changed | {"id": None}
        with pytest.raises(IntegrityError):
            ChartEntry.objects.create(**values)


def test_one_stream_of_acts_gives_the_same_lines_on_both_engines(request):
    chart = uuid4()
    stream = [(BEGIN, ADA, 0), (VITALS, SERVER, 1), (MUSIC, BOATENG, 0), (BEGIN, BOATENG, 3), (STOP, ADA, 1)]
    stream += [(acts.Correct(session="s1", number=4, reason="wrong", instead=None), ADA, 9), (STOP, ADA, 0)]
    told = []
    for engine in ("on_sqlite", "on_postgres"):
        request.getfixturevalue(engine)
        for n, (act, by, seen) in enumerate(stream):
            record(chart, act, by=by, at=START + timedelta(seconds=n / 7), key=f"k{n}", seen=seen)
        told.append(stored(chart))
    assert told[0] == told[1]
    assert len(told[0]) == 8
