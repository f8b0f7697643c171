"""A writer in a process of its own, to be killed or cut off: `python -m tests.laws.writer kill|cut ...`.

It writes through the clinic's own record() and settings, and notes each act as acknowledged only when
record() has returned, or, to show that the tests can fail, before it is called.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import django
from django.db import connection

django.setup()

from dayspring.clinic.charts import record as recording  # noqa: E402 - needs the settings
from dayspring.clinic.charts.readings import NewReading, ReadingBatcher  # noqa: E402
from dayspring.quantities import Quantity  # noqa: E402
from dayspring.therapy import acts  # noqa: E402
from tests.clinic.charts import small_rules  # noqa: E402
from tests.laws import cut_layer  # noqa: E402

CHARTS = (UUID(int=1), UUID(int=2))
Note = Callable[[str], object]


def write(chart: UUID, key: str, note: Note, *, early: bool) -> None:
    """One act, noted once it is acknowledged; `early` notes it before, as no clinic may."""
    values = {"systolic": Quantity(Decimal(120), "mm[Hg]")}
    act = acts.TakeVitals(session=f"s{chart.int}", values=values)
    if early:
        note(f"{chart.int} {key} first")
    done = recording.record(chart, act, by=small_rules.ADA, at=datetime.now(UTC), key=key, seen=None)
    if not early:
        note(f"{chart.int} {key} {'again' if done.repeated else 'first'}")


def kill_rounds(acks: Path, *, rounds: int, seed: int, early: bool) -> None:
    """Starts a writer and kills it at a random moment, again and again on the same charts."""
    chance = random.Random(seed)
    with acks.open("ab", buffering=0) as file:
        for _ in range(rounds):
            # Whoever lost an answer asks again with the same key, so each round begins where the notes end.
            noted = [int(line.split()[0]) for line in acks.read_text().splitlines()]
            child = os.fork()
            if child == 0:
                begin = {chart: noted.count(chart.int) for chart in CHARTS}
                _write_until_killed(begin, lambda text: file.write(f"{text}\n".encode()), early=early)
            time.sleep(chance.uniform(0.01, 0.2))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _write_until_killed(begin: dict[UUID, int], note: Callable[[str], object], *, early: bool) -> None:
    def on(chart: UUID) -> None:
        for count in range(begin[chart], begin[chart] + 10_000):
            write(chart, str(count), note, early=early)

    for chart in CHARTS:
        threading.Thread(target=on, args=(chart,), daemon=True).start()
    time.sleep(60)
    os._exit(1)


def cut_run(log: Path, *, count: int, early: bool) -> None:
    """Writes acts and readings on a file layer that notes every write, every sync and every acknowledgement."""
    layer = cut_layer.install()
    batcher = ReadingBatcher()
    with connection.cursor() as cursor:
        # Small, so that moving the log into the database is cut through as well.
        cursor.execute("PRAGMA wal_autocheckpoint = 40")
    for number in range(count):
        write(CHARTS[number % 2], f"cut-{number}", layer.note, early=early)
        if number % 5 == 0:
            waiting = batcher.submit([_reading(number, kind) for kind in ("pulse", "spo2", "systolic")])
            batcher.flush()
            layer.note(f"readings {waiting.result(0)}")
    log.write_bytes(pickle.dumps(layer.events))
    # Closing the connection would tidy the log away; the power does not wait for that.
    os._exit(0)


def _reading(number: int, kind: str) -> NewReading:
    return NewReading(
        session="s1",
        chart=CHARTS[0],
        device="monitor 1",
        kind=kind,
        value=Quantity(Decimal(number), "/min"),
        received_at=datetime.now(UTC),
    )


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("what", choices=["kill", "cut"])
    ask.add_argument("file", type=Path)
    ask.add_argument("--count", type=int, required=True)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--early", action="store_true")
    ask.add_argument("--synchronous", choices=["FULL", "NORMAL", "OFF"])
    said = ask.parse_args()
    recording.DECIDE = small_rules.decide
    recording.library = lambda: small_rules.KNOWLEDGE  # type: ignore[assignment,return-value]
    if said.synchronous:
        options = connection.settings_dict["OPTIONS"]
        hasty = f"{options.get('init_command', '')} PRAGMA synchronous={said.synchronous};"
        connection.settings_dict["OPTIONS"] = options | {"init_command": hasty}
    if said.what == "kill":
        kill_rounds(said.file, rounds=said.count, seed=said.seed, early=said.early)
    else:
        cut_run(said.file, count=said.count, early=said.early)


if __name__ == "__main__":
    main()
