"""Writers queue, first come, first served; a stop goes in front."""

from __future__ import annotations

import threading
import time

import pytest

from dayspring.clinic.charts.turns import NoTurn, Turns


def queue_up(turns: Turns, names: list[tuple[str, bool]]) -> list[str]:
    """The order in which they get their turn when all of them wait for one that is busy."""
    served: list[str] = []

    def wait(name: str, urgent: bool) -> None:
        with turns.turn(urgent=urgent):
            served.append(name)

    threads = []
    with turns.turn():
        for name, urgent in names:
            threads.append(threading.Thread(target=wait, args=(name, urgent)))
            threads[-1].start()
            until = time.monotonic() + 5
            while len(turns._waiting) + len(turns._urgent) < len(threads) and time.monotonic() < until:
                time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    return served


def test_whoever_came_first_is_served_first():
    names = [str(n) for n in range(12)]
    assert queue_up(Turns(), [(name, False) for name in names]) == names


@pytest.mark.hazard("H31")
def test_a_stop_goes_before_everyone_who_waits():
    order = queue_up(Turns(), [("a", False), ("b", False), ("stop", True), ("c", False), ("stop 2", True)])
    assert order == ["stop", "stop 2", "a", "b", "c"]


def test_whoever_waits_too_long_is_told_and_blocks_nobody():
    turns = Turns()
    with turns.turn(), pytest.raises(NoTurn, match=r"more than 0\.01 s"), turns.turn(patience_s=0.01):
        pass
    with turns.turn(patience_s=0.01):
        pass


def test_a_writer_that_fails_gives_its_turn_back():
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        1 / 0  # noqa: B018
    with turns.turn(patience_s=0.01):
        pass


def test_where_nobody_need_queue_nobody_does():
    turns = Turns()
    with turns.turn(), turns.turn(queues=False, patience_s=0.01):
        pass
