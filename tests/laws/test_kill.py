"""kill -9 at a random moment, again and again: nothing acknowledged is lost, and a retry has no second effect."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

from dayspring.chart import chain_fault
from tests.laws.running import charts_in, migrated, run

pytestmark = [pytest.mark.hazard("H39"), pytest.mark.hazard("H12")]


def killed(home: Path, rounds: int, *more: str) -> tuple[Path, list[tuple[UUID, str, str]]]:
    """The database after that many kills, and what had been acknowledged."""
    database = migrated(home)
    run(home, "tests.laws.writer", "kill", str(home / "acks"), "--count", str(rounds), *more)
    noted = [line.split() for line in (home / "acks").read_text().splitlines()]
    return database, [(UUID(int=int(chart)), key, how) for chart, key, how in noted]


def lost(database: Path, acknowledged: list[tuple[UUID, str, str]]) -> set[tuple[UUID, str]]:
    kept = {(chart, entry.act_key) for chart, entries in charts_in(database).items() for entry in entries}
    return {(chart, key) for chart, key, _ in acknowledged} - kept


def assert_survived(home: Path, rounds: int) -> None:
    database, acknowledged = killed(home, rounds)
    charts = charts_in(database)
    assert len(acknowledged) > rounds
    assert lost(database, acknowledged) == set()
    assert [chain_fault(entries) for entries in charts.values()] == [None, None]
    effects = Counter((e.chart, e.act_key) for entries in charts.values() for e in entries if e.part == 0)
    assert set(effects.values()) == {1}
    both = Counter((e.chart, e.act_key) for entries in charts.values() for e in entries)
    assert set(both.values()) == {2}, "an act was stored in part"
    assert _heads(database) == {chart.hex: entries[-1].hash for chart, entries in charts.items()}
    repeated = sum(how == "again" for _, _, how in acknowledged)
    print(f"{rounds} kills, {len(acknowledged)} acknowledged, 0 lost, {repeated} stored without an answer")


def _heads(database: Path) -> dict[str, str]:
    with sqlite3.connect(database) as opened:
        found = dict(opened.execute("SELECT chart, hash FROM charts_charthead").fetchall())
    opened.close()
    return found


def test_forty_kills_lose_nothing_that_was_acknowledged(tmp_path):
    assert_survived(tmp_path / "home", 40)


@pytest.mark.long
def test_two_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path):
    assert_survived(tmp_path / "home", 200)


def test_an_answer_before_the_commit_is_found_out(tmp_path):
    database, acknowledged = killed(tmp_path / "home", 10, "--early")
    assert lost(database, acknowledged)
