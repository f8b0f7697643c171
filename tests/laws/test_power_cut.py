"""The power goes at any moment and the disk keeps any part of what was not synced: nothing acknowledged is lost.

The writer is the clinic's own, on the clinic's own settings, in a process of its own; what it did to its
files was written down, and is cut off after a random step again and again.
"""

from __future__ import annotations

import pickle
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dayspring.chart import chain_fault
from tests.laws.cut_layer import Event, after_cut
from tests.laws.running import charts_in, migrated, run

pytestmark = pytest.mark.hazard("H39")

ACTS = 60


@dataclass(frozen=True, slots=True)
class Recording:
    """What a writer did to its files, and the files before it began."""

    events: list[Event]
    start: dict[str, bytes]
    database: str


@dataclass(slots=True)
class Damage:
    """What many cuts did."""

    cuts: int = 0
    lost: int = 0
    worst: int = 0
    corrupt: int = 0


def recorded(home: Path, *more: str) -> Recording:
    database = migrated(home)
    start = {str(database): database.read_bytes()}
    assert not database.with_name("clinic.sqlite3-wal").exists()
    run(home, "tests.laws.writer", "cut", str(home / "log"), "--count", str(ACTS), *more)
    return Recording(pickle.loads((home / "log").read_bytes()), start, str(database))


def cut(recording: Recording, place: Path, *, cuts: int, seed: int) -> Damage:
    """Cuts the power so many times, and opens what is left each time."""
    place.mkdir()
    chance = random.Random(seed)
    damage = Damage()
    for _ in range(cuts):
        moment = chance.randrange(len(recording.events) + 1)
        files, said = after_cut(recording.events[:moment], recording.start, chance)
        left = place / "clinic.sqlite3"
        for suffix in ("", "-wal", "-shm"):
            left.with_name(left.name + suffix).unlink(missing_ok=True)
            if data := files.get(recording.database + suffix):
                left.with_name(left.name + suffix).write_bytes(data)
        damage.cuts += 1
        try:
            missing = len(list(_missing(left, said)))
        except (sqlite3.DatabaseError, AssertionError):
            damage.corrupt += 1
            continue
        damage.lost += missing > 0
        damage.worst = max(damage.worst, missing)
    return damage


def _missing(left: Path, said: list[str]) -> Iterator[str]:
    """What had been acknowledged and is not there. Raises where what is there makes no sense."""
    database = sqlite3.connect(left)
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        readings = database.execute("SELECT count(*) FROM charts_reading").fetchone()[0]
        heads = dict(database.execute("SELECT chart, hash FROM charts_charthead").fetchall())
    finally:
        database.close()
    charts = charts_in(left)
    assert [fault for entries in charts.values() if (fault := chain_fault(entries))] == []
    assert heads == {chart.hex: entries[-1].hash for chart, entries in charts.items()}
    kept = {f"{chart.int} {entry.act_key} first" for chart, entries in charts.items() for entry in entries}
    promised = 0
    for text in said:
        if text.startswith("readings "):
            promised += int(text.split()[1])
        elif text not in kept:
            yield text
    yield from ["a reading"] * max(promised - readings, 0)


@pytest.fixture(scope="module")
def as_the_clinic_runs(tmp_path_factory) -> Recording:
    return recorded(tmp_path_factory.mktemp("cut") / "home")


def test_five_hundred_power_cuts_lose_nothing_that_was_acknowledged(as_the_clinic_runs, tmp_path):
    damage = cut(as_the_clinic_runs, tmp_path / "left", cuts=500, seed=1)
    print(damage)
    assert (damage.cuts, damage.lost, damage.corrupt) == (500, 0, 0)


@pytest.mark.long
def test_ten_thousand_power_cuts_lose_nothing_that_was_acknowledged(as_the_clinic_runs, tmp_path):
    damage = cut(as_the_clinic_runs, tmp_path / "left", cuts=10_000, seed=2)
    print(damage)
    assert (damage.cuts, damage.lost, damage.corrupt) == (10_000, 0, 0)


def test_the_recording_cuts_through_all_that_can_be_cut(as_the_clinic_runs):
    done = [
        (event.what, event.name.removeprefix(as_the_clinic_runs.database))
        for event in as_the_clinic_runs.events
    ]
    assert sum(what == "note" for what, _ in done) == ACTS + ACTS // 5
    assert done.count(("sync", "-wal")) >= ACTS
    assert done.count(("sync", "")) > 1, "the log was never moved into the database"
    assert done.count(("write", "")) > 10


@pytest.mark.parametrize("hasty", ["--synchronous=NORMAL", "--synchronous=OFF", "--early"])
def test_a_hastier_clinic_is_found_out(tmp_path, hasty):
    damage = cut(recorded(tmp_path / "home", hasty), tmp_path / "left", cuts=100, seed=3)
    print(hasty, damage)
    assert damage.lost + damage.corrupt > 0
