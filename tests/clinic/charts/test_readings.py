"""The device stream: one batch for all, answered when on disk, newest in memory, nothing dropped unseen."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from dayspring.clinic.charts import readings
from dayspring.clinic.charts.models import Reading
from dayspring.clinic.charts.readings import NewReading, ReadingBatcher, TooMany
from dayspring.quantities import Quantity
from tests.clinic.charts.conftest import START

CHART = UUID(int=7)


def reading(n: int = 0, *, session: str = "s1", kind: str = "pulse", quality: str = "") -> NewReading:
    return NewReading(
        session=session,
        chart=CHART,
        device="monitor 1",
        kind=kind,
        value=Quantity(Decimal("70.50") + n, "/min"),
        received_at=START + timedelta(seconds=n),
        device_at=START + timedelta(seconds=n, minutes=2),
        quality=quality,
    )


@pytest.fixture
def batcher() -> ReadingBatcher:
    """Flushed by hand."""
    return ReadingBatcher(monotonic=lambda: 1000.0)


@pytest.mark.usefixtures("engine")
def test_nobody_is_answered_before_the_batch_is_stored(batcher):
    first, second = batcher.submit([reading(0), reading(1)]), batcher.submit([reading(2, session="s2")])
    assert not first.done()
    assert Reading.objects.count() == 0
    assert batcher.flush() == 3
    assert (first.result(0), second.result(0)) == (2, 1)
    row = Reading.objects.get(session="s2")
    assert (row.value, row.unit, row.chart, row.quality) == ("72.50", "/min", CHART, "")
    assert (row.received_at, row.device_at) == (START + timedelta(seconds=2), START + timedelta(seconds=122))


@pytest.mark.usefixtures("on_sqlite")
def test_all_sessions_go_to_disk_in_one_transaction(batcher, django_assert_num_queries):
    for n in range(12):
        batcher.submit([reading(n, session=f"s{n}"), reading(n, session=f"s{n}", kind="spo2")])
    connection.ensure_connection()
    with django_assert_num_queries(3):  # begin, insert, commit
        assert batcher.flush() == 24


@pytest.mark.usefixtures("on_sqlite")
def test_the_newest_of_each_kind_is_known_before_the_disk_has_it(batcher):
    batcher.submit([reading(0), reading(1), reading(1, kind="spo2"), reading(0, session="s2")])
    newest = batcher.latest("s1")
    assert {kind: x.reading for kind, x in newest.items()} == {
        "pulse": reading(1),
        "spo2": reading(1, kind="spo2"),
    }
    assert newest["pulse"].received_monotonic == 1000.0
    assert batcher.latest("s3") == {}


@pytest.mark.usefixtures("on_sqlite")
def test_a_reading_that_its_device_doubts_is_newest_but_never_handed_to_the_rules(batcher):
    batcher.submit([reading(0), reading(1, quality="motion")])
    assert batcher.latest("s1")["pulse"].reading.quality == "motion"
    assert batcher.stream("s1") == {"pulse": ((Quantity(Decimal("70.50"), "/min"), START),)}


@pytest.mark.usefixtures("on_sqlite")
def test_a_device_whose_clock_was_set_back_is_still_heard(batcher):
    late = reading(5)
    batcher.submit([late])
    back = NewReading(**{f: getattr(reading(6), f) for f in NewReading.__slots__} | {"device_at": START})
    batcher.submit([back])
    assert batcher.latest("s1")["pulse"].reading == back


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.hazard("H40")
def test_when_the_disk_refuses_whoever_waits_is_told_and_the_next_batch_goes_on(batcher, monkeypatch):
    refused = batcher.submit([reading(0)])
    with monkeypatch.context() as broken:
        broken.setattr(Reading.objects, "bulk_create", _disk_full)
        assert batcher.flush() == 0
    with pytest.raises(DatabaseError, match="disk is full"):
        refused.result(0)
    taken = batcher.submit([reading(1)])
    assert batcher.flush() == 1
    assert taken.result(0) == 1
    assert Reading.objects.get().value == "71.50"


def _disk_full(rows: object) -> None:
    raise DatabaseError("disk is full")


@pytest.mark.usefixtures("on_sqlite")
def test_a_full_queue_refuses_instead_of_forgetting():
    batcher = ReadingBatcher(most_waiting=3)
    batcher.submit([reading(0), reading(1)])
    with pytest.raises(TooMany, match="2 readings wait already; 2 more exceed 3"):
        batcher.submit([reading(2), reading(3)])
    assert batcher.latest("s1")["pulse"].reading == reading(1)
    assert batcher.flush() == 2
    batcher.submit([reading(2), reading(3)])


@pytest.mark.usefixtures("on_sqlite")
def test_someone_who_gave_up_waiting_stops_nobody_else(batcher):
    gone, there = batcher.submit([reading(0)]), batcher.submit([reading(1)])
    gone.cancel()
    assert batcher.flush() == 2
    assert there.result(0) == 1


@pytest.mark.usefixtures("on_sqlite")
def test_after_a_restart_each_value_is_as_old_as_it_was(batcher):
    batcher.submit([reading(0), reading(9), reading(9, session="s2")])
    batcher.flush()
    reborn = ReadingBatcher(monotonic=lambda: 50.0)
    reborn.reload(now=START + timedelta(seconds=29), look_back=timedelta(minutes=15))
    assert reborn.latest("s1")["pulse"].reading == reading(9)
    assert reborn.latest("s1")["pulse"].received_monotonic == 30.0
    assert len(reborn.stream("s1")["pulse"]) == 2
    reborn.reload(now=START + timedelta(hours=1), look_back=timedelta(minutes=15))
    assert len(reborn.stream("s1")["pulse"]) == 2


@pytest.mark.usefixtures("engine")
def test_threads_and_event_loops_share_one_batcher_and_lose_nothing():
    batcher = ReadingBatcher(every_s=0.02)
    batcher.start(now=START)

    def thread(n: int) -> int:
        return sum(batcher.post([reading(i, session=f"t{n}")]) for i in range(5))

    async def loop() -> int:
        return sum(await asyncio.gather(*(batcher.apost([reading(i, session="a")]) for i in range(20))))

    with ThreadPoolExecutor(4) as pool:
        threads = [pool.submit(thread, n) for n in range(4)]
        assert asyncio.run(loop()) == 20
        assert [t.result(20) for t in threads] == [5, 5, 5, 5]
    batcher.stop()
    assert Reading.objects.count() == 40
    assert "readings" not in {t.name for t in threading.enumerate()}


@pytest.mark.usefixtures("on_sqlite")
def test_what_waits_when_the_server_ends_is_written_first():
    batcher = ReadingBatcher(every_s=60)
    batcher.start(now=START)
    waiting = batcher.submit([reading(0)])
    batcher.stop()
    assert waiting.result(0) == 1
    assert Reading.objects.count() == 1


@pytest.mark.usefixtures("on_sqlite")
def test_a_forgotten_session_stays_in_the_table(batcher):
    batcher.submit([reading(0)])
    batcher.flush()
    batcher.forget("s1")
    assert batcher.latest("s1") == batcher.stream("s1") == {}
    assert Reading.objects.count() == 1


def test_a_stream_is_bounded(batcher):
    for n in range(readings.STREAM_LENGTH + 5):
        batcher.submit([reading(n)])
    kept = batcher.stream("s1")["pulse"]
    assert len(kept) == readings.STREAM_LENGTH
    assert kept[0][1] == START + timedelta(seconds=5)
