"""How fast the model is, tier beside tier, and beside libRoadRunner where it is installed.

    python benchmarks/pharmacology/engine.py [--people 1000000] [--threads 2] [--peer PYTHON]

Times are CPU seconds of this process where a machine may be shared, wall seconds where threads are the point.
The loads T1, T2 and T4 are those that other engines are measured on: one infusion with 241 samples of four
outputs, eight doses in eight weeks with 200 samples of four outputs, one patient's forecast. Ours is the whole
model, with a liver, norketamine and brain; theirs is a smaller one of the same shape.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from dayspring.pharmacology import Dose, Patient, Population, parameters, simulate, simulate_population
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.kernel.course import need_of, values
from dayspring.pharmacology.kernel.library import kernel
from dayspring.pharmacology.kernel.plan import plan_of
from dayspring.pharmacology.setting import setting

SETS = ("reference-2026", "dayspring-2026")
DAYS = (0, 2, 4, 7, 9, 11, 14, 18, 21, 28, 35, 42)
TWELVE = tuple(Dose(at_h=24.0 * day, mg=35, minutes=40) for day in DAYS)
EIGHT = tuple(Dose(at_h=24.0 * day, mg=35, minutes=40) for day in (0, 3, 7, 10, 14, 21, 28, 42))
DAILY = np.arange(57) * 24.0
LEVELS = ("racemic_ketamine_ng_per_ml", "racemic_norketamine_ng_per_ml", "brain_ic50", "blocked_share")
SLOW = ("racemic_ketamine_ng_per_ml", "brain_ic50", "new_spines_units", "mature_spines_units")
AFTER = np.array([5, 10, 20, 30, 40, 50, 60, 80, 100, 120, 180, 240.0]) / 60
SAMPLES = [dose.at_h + AFTER for dose in EIGHT]
LOADS = {
    "T1": (TWELVE[:1], np.arange(241) / 60, LEVELS),
    "T2": (EIGHT, np.unique(np.concatenate([*SAMPLES, np.linspace(0, 56 * 24, 104)])), SLOW),
}
THEIRS = Path(__file__).with_name("roadrunner_load.py")


def best(
    work: Callable[[], object], rounds: int = 5, clock: Callable[[], float] = time.process_time
) -> float:
    """The least of some rounds, in seconds."""
    taken = []
    for _ in range(rounds):
        began = clock()
        work()
        taken.append(clock() - began)
    return min(taken)


def loads(numpy_people: int, peer: str) -> None:
    """Microseconds for each patient of T1 and T2, and of one forecast alone."""
    ps, weights = parameters(), setting(None, "reference-2026")
    theirs = roadrunner(peer)
    people = Population.draw(8192, np.random.default_rng(1))
    few = people.part(0, numpy_people)
    for name, (doses, times, columns) in LOADS.items():
        slow = 1e6 * best(lambda d=doses, t=times: run(few, d, t, weights, ps), 2) / numpy_people
        print(f"{name}: NumPy {slow:.1f} us a patient", end="")
        if kernel():
            plan = plan_of(doses, times, weights, ps, need_of(columns, ps.group("domains")))
            fast = 1e6 * best(lambda p=plan, c=columns: values(p, people, c)) / len(people)
            print(f"; compiled {fast:.2f} us, {slow / fast:.0f} x NumPy", end="")
            if name in theirs:
                print(f"; libRoadRunner {theirs[name]:.0f} us, ratio {theirs[name] / fast:.0f}", end="")
        print()
    if kernel():
        doses, times, columns = LOADS["T1"]
        plan, one = plan_of(doses, times, weights, ps, need_of(columns, ())), people.part(0, 1)
        alone = 1e6 * best(lambda: [values(plan, one, columns) for _ in range(100)]) / 100
        ratio = f", ratio {theirs['T1'] / alone:.1f}" if theirs else ""
        print(f"T4: one forecast {alone:.0f} us{ratio}")


def roadrunner(peer: str) -> dict[str, float]:
    """Microseconds for each patient of the same loads by libRoadRunner, in an interpreter that has it."""
    if not peer:
        return {}
    said = subprocess.run([peer, str(THEIRS)], stdout=subprocess.PIPE, text=True, check=True).stdout
    # Its solver warns on the same stream.
    found = [line.split() for line in said.splitlines() if line.startswith(tuple(LOADS))]
    return {name: float(us) for name, us in found}


def million(people: int, threads: int) -> None:
    """Eight weeks, twelve sessions, daily scores summarised, for each set of numbers."""
    for name in SETS:
        began, used = time.perf_counter(), time.process_time()
        crowd = Population.draw(people, np.random.default_rng(1), parameters_of=name)
        drawn = time.perf_counter() - began
        spread = simulate_population(
            crowd, TWELVE, DAILY, parameters=name, threads=threads, above={"madrs_points": 22}
        )
        wall, cpu = time.perf_counter() - began, time.process_time() - used
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{people} people, {name}, {spread.tier}, {threads} threads: {wall:.1f} s wall ({drawn:.1f} drawing), "
            f"{cpu:.1f} s CPU, {1e6 * cpu / people:.1f} us a person, {most:.0f} MB at most"
        )


def one_patient() -> None:
    for name in SETS:
        simulate(Patient(), TWELVE, DAILY, parameters=name)
        warm = best(lambda n=name: [simulate(Patient(), TWELVE, DAILY, parameters=n) for _ in range(50)]) / 50
        shifts = iter(np.linspace(1e-3, 2e-3, 50))
        new = best(lambda n=name, s=shifts: simulate(Patient(), TWELVE, DAILY + next(s), parameters=n))
        print(f"one patient, {name}: {1e3 * warm:.2f} ms warm, {1e3 * new:.2f} ms on times not seen before")
    ask = (
        "import time; t = time.perf_counter(); import dayspring.pharmacology; print(time.perf_counter() - t)"
    )
    took = [
        float(subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True).stdout)
        for _ in "12345"
    ]
    print(f"import dayspring.pharmacology: {min(took):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--numpy-people", type=int, default=256)
    parser.add_argument("--peer", default="", help="a Python with libroadrunner and antimony")
    asked = parser.parse_args()
    print(f"compiled tier: {'yes' if kernel() else 'no, build it with `dayspring kernel`'}")
    loads(asked.numpy_people, asked.peer)
    one_patient()
    million(asked.people, asked.threads)


if __name__ == "__main__":
    main()
