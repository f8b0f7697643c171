"""Faults planted one by one into a copy of the package: the tests that hold the hazard must turn red.

`python -m tests.seeded_faults` prints the table. The tree that you work in is never touched.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.hazards_named import ROOT, table

# Whole servers and browsers: minutes for each seed. A seed that needs them names its tests itself.
HEAVY = ("tests/journeys/", "tests/laws/test_server_killed.py", "tests/laws/test_kill.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One control taken away: `old` stands once in `file` and becomes `new`."""

    hazard: str
    fault: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        """The tests to run: those it names, else all that hold its hazard and need no server of their own."""
        named = table()[self.hazard]["tests"]
        return self.tests or tuple(name for name in named if not name.startswith(HEAVY))


def seed(hazard: str, fault: str, file: str, old: str, new: str, *tests: str) -> Seed:
    return Seed(hazard=hazard, fault=fault, file=f"dayspring/{file}", old=old, new=new, tests=tests)


SEEDS = (
    seed("H05", "amounts of different units are compared", "quantities.py",
         "if not isinstance(other, Quantity) or self.unit != other.unit:", "if not isinstance(other, Quantity):"),
    seed("H05", "the pump's rate is not compared at the start", "therapy/decide_drug.py",
         "if act.rate != order.rate:", "if False:"),
    seed("H05", "a comma is read as a point", "quantities.py",
         "raw = text.strip()", 'raw = text.strip().replace(",", ".")'),
    seed("H05", "a blind entry that differs passes", "therapy/orders.py",
         "if second != ordered:", "if False:"),
    seed("H06", "what was drawn is not compared with the order", "therapy/gate.py",
         "if differs := prepared_differs(drawn, ordered):", 'if differs := "":'),
    seed("H06", "the typed strength is not compared with the product", "therapy/decide_room.py",
         'if act.stock != Quantity(Decimal(product["stock"]), "mg/mL"):', "if False:"),
    seed("H08", "the hash of the order is not computed at the start", "therapy/gate.py",
         "if bound(standing.order.order) != standing.order.bound:", "if False:"),
    seed("H08", "the start does not ask the gate", "therapy/decide_drug.py",
         "held = [row for row in gate.gate(asked.scene) if row.holds]", "held: list[gate.Check] = []"),
    seed("H08", "acts on the drug can be dated back", "therapy/decide.py",
         "if type(act) in AS_IT_HAPPENS and act.happened_at != at:", "if False:"),
    seed("H08", "the limits are not asked again at the start", "therapy/decide_drug.py",
         'hard = [f"Not started. {f.says}" for f in said if f.kind == "BLOCK"]', "hard: list[str] = []"),
    seed("H09", "what is signed for coming days does not count", "therapy/order_context.py",
         "if order.not_after >= at.date():", "if False:"),
    seed("H09", "doses had do not count", "therapy/order_context.py",
         "for dose in course.doses:", "for dose in ():"),
    seed("H09", "an order can be used in a second session", "therapy/gate.py",
         "if standing.used_in and standing.used_in != scene.session.id:", "if False:"),
    seed("H11", "evidence does not age", "therapy/checks.py",
         "self.at - line.happened_at > max_age or ", ""),
    seed("H11", "evidence of another session counts", "therapy/session.py",
         "if line.session == session:", "if True:"),
    seed("H11", "a marked pressure counts", "therapy/session.py",
         "kind in vitals.values and kind not in vitals.marks for kind", "kind in vitals.values for kind"),
    seed("H11", "an override opens a block", "therapy/gate.py",
         "return row.outcome == REVIEW and row.id in", "return row.id in"),
    seed("H11", "an override answers newer evidence", "therapy/gate.py",
         "if any(seen.number > line.number for seen in row.evidence):", "if False:"),
    seed("H12", "a key that was used acts again", "clinic/charts/record.py",
         "    if not earlier:\n        return _decided(chart, entries, ask)",
         "    if True:\n        return _decided(chart, entries, ask)"),
    seed("H12", "a running drug can be started", "therapy/decide_drug.py",
         "if asked.session.state is not State.PREPARING:", "if False:"),
    seed("H13", "asked to stop counts as stopped", "therapy/session.py",
         "        facts.InfusionStopped: State.STOPPING,\n        facts.InfusionCompleted",
         "        facts.InfusionStopped: State.MONITORING,\n        facts.InfusionCompleted"),
    seed("H13", "nobody is told of an unseen pump", "therapy/safety.py",
         "if asked and look.at - asked.happened_at >= waits:", "if False:"),
    seed("H13", "an unseen stop gives one amount", "therapy/given.py",
         "high + _pumped(flow, max(first, latest))", "high + _pumped(flow, first)"),
    seed("H18", "an old number is never struck", "clinic/static/live.js",
         'old > 2 * most ? "gone" : old > most ? "old" :', "",
         "tests/journeys/test_room_states.py::test_a_number_that_nobody_renews_goes_grey_and_then_away"),
    seed("H18", "a silent page does not cover itself", "clinic/static/live.js",
         "const silent = () => now() - heard >= SILENT_MS || ", "const silent = () => ",
         "tests/journeys/test_room_states.py::test_a_stop_pressed_while_the_server_is_dead_is_tried_until_it_is_back_and_is_one_stop"),
    seed("H19", "a silent oximeter is not told", "therapy/safety.py",
         "    oximeter,\n", ""),
    seed("H19", "a missed round is given up in silence", "therapy/monitoring.py",
         "made_up = all(any(t >= upto for t in seen[k]) for k in this.kinds if k not in taken)", "made_up = True"),
    seed("H19", "an answer that is none is taken", "therapy/decide_room.py",
         "said not in YES_NO_UNKNOWN", "said is None"),
    seed("H29", "a stop is refused when nothing runs", "therapy/decide_drug.py",
         "return (facts.StopPressed(reason=act.reason),)", 'return refuse("Nothing is running.")'),
    seed("H29", "a stop while paused is not taken", "therapy/decide_drug.py",
         "if asked.session.state in (State.RUNNING, State.PAUSING, State.PAUSED):",
         "if asked.session.state is State.RUNNING:"),
    seed("H29", "a stop can be dated to where it stops nothing", "therapy/acts.py",
         'object.__setattr__(self, "happened_at", None)', "pass"),
    seed("H29", "a lock closes stop", "clinic/people/middleware.py",
         "        if said.station:\n            return _station(request, said, route)\n", ""),
    seed("H31", "what was stopped can be resumed", "therapy/session.py",
         "State.STOPPING: {facts.PumpConfirmed: State.MONITORING}",
         "State.STOPPING: {facts.PumpConfirmed: State.MONITORING, facts.InfusionResumed: State.RUNNING}"),
    seed("H31", "an old pressure resumes", "therapy/decide_drug.py",
         "if not looked or asked.at - looked[-1].happened_at >", "if not looked and asked.at - asked.at >"),
    seed("H31", "a third pause locks nobody", "therapy/safety.py",
         "if session.pauses[-1] - when <= window", "if False"),
    seed("H31", "the rate is not halved", "therapy/decide_drug.py",
         "if _needs_half(asked) and ", "if False and "),
    seed("H32", "nobody waits", "therapy/discharge.py",
         "    if scene.at < ready:", "    if False:"),
    seed("H32", "the clock starts when the stop was asked", "therapy/session.py",
         "return ended.seen or ended.until", "return ended.until or ended.seen"),
    seed("H32", "evidence of before the last drug counts", "therapy/discharge.py",
         "if x.happened_at > ended and ", "if "),
    seed("H32", "one person overrides the door", "therapy/decide_leave.py",
         "if act.second.id == asked.by.id or ", "if "),
    seed("H32", "intent can be overridden", "therapy/discharge.py",
         'NEVER = frozenset({"D-SI"})', "NEVER: frozenset[str] = frozenset()"),
    seed("H39", "the disk is not waited for", "clinic/durable.py",
         "PRAGMA synchronous=FULL;", "PRAGMA synchronous=NORMAL;"),
    seed("H39", "the disk is not waited for, and the power goes", "clinic/durable.py",
         "PRAGMA synchronous=FULL;", "PRAGMA synchronous=NORMAL;", "tests/laws/test_power_cut.py"),
    seed("H39", "an unsafe setting is not noticed", "clinic/durable.py",
         'ON_SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}',
         "ON_SQLITE: dict[str, str] = {}"),
    seed("H47", "the clock is the wall's", "clinic/clock.py",
         "return self._anchor_wall + timedelta(seconds=self._sources.since_boot() - self._anchor_boot)",
         "return self._sources.wall()"),
    seed("H47", "after a reboot time may go back", "clinic/clock.py",
         "self._anchor_wall = max(self._anchor_wall, wall)", "pass"),
    seed("H47", "a step is told again and again", "clinic/clock.py",
         "self._told = apart", "pass"),
    seed("H49", "a route without a policy is let through", "clinic/people/policy.py",
         'found.append(f"{name} declares no policy")', "pass"),
    seed("H49", "every role may come through", "clinic/people/policy.py",
         "return Verdict(allowed=not hasattr(answer, \"reason\"), row=str(answer))",
         "return Verdict(allowed=True, row=str(answer))"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What came of a seed: the first test that turned red, or what went otherwise."""

    seed: Seed
    red: bool
    said: str


@contextmanager
def copy() -> Iterator[Path]:
    """The package and its tests in a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="seeded-") as folder:
        place = Path(folder) / "tree"
        shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(".*", "__pycache__", "var", "build"))
        yield place


def planted(this: Seed, text: str) -> str:
    """The file with the control taken away; raises when the control is not there once."""
    if text.count(this.old) != 1:
        raise ValueError(f"{this.file} holds {this.old!r} {text.count(this.old)} times; a seed needs it once")
    return text.replace(this.old, this.new)


def run(place: Path, nodes: Sequence[str]) -> tuple[int, str]:
    """These tests in that tree, up to the first red one."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *nodes],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def grow(place: Path, this: Seed) -> Grown:
    """Plants the seed in the copy, runs the tests that hold its hazard, and takes it out again."""
    file = place / this.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(planted(this, whole), encoding="utf-8")
    try:
        code, said = run(place, this.nodes)
    finally:
        file.write_text(whole, encoding="utf-8")
    first = re.search(r"^FAILED (\S+)", said, flags=re.M)
    return Grown(
        seed=this,
        red=code == 1 and first is not None,
        said=first[1] if first else f"exit {code}: {said[-400:]}",
    )


def main(chosen: Sequence[str]) -> int:
    """Every seed, or those of the hazards named; the table goes to the output."""
    seeds = [this for this in SEEDS if not chosen or this.hazard in chosen]
    with copy() as place:
        nodes = sorted({node for this in seeds for node in this.nodes})
        code, said = run(place, nodes)
        if code:
            print(f"The tests are not green before anything is planted:\n{said[-2000:]}")
            return 1
        grown = []
        for this in seeds:
            grown.append(grow(place, this))
            word = "red" if grown[-1].red else "GREEN"
            print(f"{this.hazard}  {word:5}  {this.fault:52}  {grown[-1].said}", flush=True)
    print(f"{sum(g.red for g in grown)} of {len(grown)} seeded faults were found")
    return 0 if all(g.red for g in grown) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
