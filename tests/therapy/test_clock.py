"""The clinic's clock: no step of the wall, no restart and no daylight saving moves a timer or turns time back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.clinic.clock import STEP_THAT_MATTERS, Clock

pytestmark = pytest.mark.hazard("H47")

START = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
STEPS = [s * n for n in (1, 2, 3, 10, 60, 3600, 86400) for s in (1, -1)]


@dataclass
class Machine:
    """A computer whose wall clock can be set, that can sleep, and that can be booted again."""

    at: datetime = START
    boot: float = 1000.0
    id: str = "boot-1"

    def wall(self) -> datetime:
        return self.at

    def since_boot(self) -> float:
        return self.boot

    def boot_id(self) -> str:
        return self.id

    def runs(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.boot += seconds

    def set(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def reboots(self, id: str, off: float = 30) -> None:
        self.at += timedelta(seconds=off)
        self.boot, self.id = 5.0, id


def started(machine: Machine, mark: Path | None = None) -> Clock:
    return Clock(mark, machine)  # type: ignore[arg-type]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_the_wall_moves_no_duration(step):
    machine = Machine()
    clock = started(machine)
    begun = clock.now()
    machine.runs(600)
    machine.set(step)
    machine.runs(600)
    assert clock.now() - begun == timedelta(minutes=20)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_more_than_two_seconds_is_told_once_with_its_size(step):
    machine = Machine()
    clock = started(machine)
    machine.runs(60)
    assert clock.step() is None
    machine.set(step)
    told = clock.step()
    assert told == (timedelta(seconds=step) if abs(step) > STEP_THAT_MATTERS.total_seconds() else None)
    machine.runs(3600)
    assert clock.step() is None


def test_a_second_step_is_told_too_and_so_is_the_way_back():
    machine = Machine()
    clock = started(machine)
    for step in (3600, 3600, -7200):
        machine.set(step)
        machine.runs(5)
        assert clock.step() is not None
        assert clock.step() is None


def test_many_small_steps_are_told_once_they_add_up():
    machine = Machine()
    clock = started(machine)
    told = []
    for _ in range(6):
        machine.set(1)
        told.append(clock.step())
    assert [t is not None for t in told] == [False, False, True, False, False, True]


NIGHTS = [datetime(2026, month, day) for month, day in ((3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1))]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Lord_Howe"])
@pytest.mark.parametrize("day", NIGHTS, ids=str)
def test_eight_hours_over_a_night_of_daylight_saving_are_eight_hours(zone, day):
    machine = Machine(at=day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
    clock = started(machine)
    begun = clock.now()
    for _ in range(24):
        machine.runs(1200)
        assert clock.step() is None
    assert clock.now() - begun == timedelta(hours=8)
    assert clock.now().utcoffset() == timedelta()


def test_sleep_counts_as_time():
    machine = Machine()
    clock = started(machine)
    begun = clock.now()
    machine.runs(3 * 3600)
    assert clock.now() - begun == timedelta(hours=3) and clock.step() is None


# Restarts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, *STEPS])
def test_a_restart_within_one_boot_goes_on_whatever_was_done_to_the_wall(step, tmp_path):
    machine, mark = Machine(), tmp_path / "mark.json"
    clock = started(machine, mark)
    begun = clock.now()
    machine.runs(600)
    clock.keep()
    machine.set(step)
    machine.runs(45)
    again = started(machine, mark)
    assert again.now() - begun == timedelta(seconds=645)
    assert again.away == timedelta(seconds=45)


@pytest.mark.parametrize("step", [0, *STEPS])
def test_a_reboot_never_turns_time_back(step, tmp_path):
    machine, mark = Machine(), tmp_path / "mark.json"
    clock = started(machine, mark)
    machine.runs(600)
    clock.keep()
    last = clock.now()
    machine.reboots("boot-2", off=30)
    machine.set(step)
    again = started(machine, mark)
    assert again.now() >= last
    assert again.away is not None and again.away >= timedelta()
    if step >= 0:
        assert again.now() == machine.wall()
    machine.runs(60)
    assert again.now() >= last + timedelta(seconds=60)


def test_a_machine_that_has_been_up_longer_in_another_boot_is_not_taken_for_the_same(tmp_path):
    machine, mark = Machine(boot=100), tmp_path / "mark.json"
    started(machine, mark).keep()
    machine.at += timedelta(hours=9)
    machine.boot, machine.id = 9000.0, "boot-2"
    assert started(machine, mark).now() == machine.wall()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"wall": "yesterday"}',
        '{"wall": "2026-03-08T06:30:00+00:00", "since_boot": "x"}',
    ],
)
def test_a_mark_that_cannot_be_read_does_not_keep_the_server_down(text, tmp_path):
    mark = tmp_path / "mark.json"
    mark.write_text(text)
    clock = started(Machine(), mark)
    assert clock.now() == START and clock.away is None


def test_the_mark_is_replaced_whole(tmp_path):
    machine, mark = Machine(), tmp_path / "mark.json"
    clock = started(machine, mark)
    clock.keep()
    machine.runs(10)
    clock.keep()
    kept = json.loads(mark.read_text())
    assert kept["wall"] == clock.now().isoformat() and list(tmp_path.iterdir()) == [mark]


LIFE = st.lists(
    st.one_of(
        st.tuples(st.just("runs"), st.integers(0, 90000)),
        st.tuples(st.just("set"), st.integers(-86400, 86400)),
        st.tuples(st.just("restarts"), st.integers(0, 600)),
        st.tuples(st.just("reboots"), st.integers(0, 600)),
    ),
    max_size=20,
)


@given(LIFE)
def test_in_any_life_of_a_machine_time_never_goes_back(tmp_path_factory, life):
    machine, mark = Machine(), tmp_path_factory.mktemp("life") / "mark.json"
    clock, last, boots = started(machine, mark), START, 1
    for word, number in life:
        before = clock.now()
        if word == "runs":
            machine.runs(number)
            assert clock.now() - before == timedelta(seconds=number)
        elif word == "set":
            machine.set(number)
            assert clock.now() == before
        else:
            clock.keep()
            if word == "restarts":
                machine.runs(number)
            else:
                boots += 1
                machine.reboots(f"boot-{boots}", off=number)
            clock = started(machine, mark)
        assert clock.now() >= last
        last = clock.now()
