"""How long screening takes: one person, and a thousand. Asked for: under 5 ms, and under 2 s.

    .venv/bin/python -m benchmarks.screening

Each person differs in age, pressure, trials and medicines, so that nothing is answered from memory.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import date

from dayspring.knowledge import library
from dayspring.therapy.aim import aim_of
from dayspring.therapy.screening import screen
from tests.therapy.test_people_to_sign import quiet
from tests.therapy.test_screening import clear

PEOPLE, MEDICINES = 1000, 8
DAY = date(2026, 3, 1)


def people(chance: random.Random) -> list[dict[str, object]]:
    """Invented people, each with several medicines, one of them written with a slip."""
    shelf = library()
    names = sorted(shelf.screening["medicines"]["ingredients"])
    base = clear() | quiet("home", ()) | quiet("rems", ())
    made = []
    for _ in range(PEOPLE):
        taken = chance.sample(names, MEDICINES)
        taken[0] = taken[0][:-1] + "x"
        more = {
            "birth_date": f"{chance.randint(1940, 2007)}-06-15",
            "systolic_1": chance.randint(100, 170),
            "systolic_2": chance.randint(100, 170),
            "medicines": [{"name": name, "dose_mg_per_day": chance.randint(1, 400)} for name in taken],
        }
        made.append(base | more)
    return made


def main() -> None:
    shelf = library()
    aims = [aim_of(key, shelf) for key in shelf.protocols]
    made = people(random.Random(1))
    screen(made[0], shelf, on=DAY)
    walls, works = [], []
    for number, person in enumerate(made):
        begun, worked = time.perf_counter(), time.process_time()
        screen(person, shelf, on=DAY, aim=aims[number % len(aims)])
        walls.append((time.perf_counter() - begun) * 1e3)
        works.append((time.process_time() - worked) * 1e3)
    print(f"{PEOPLE} people with {MEDICINES} medicines each, over {len(aims)} protocols")
    for name, took in (("on the wall clock", sorted(walls)), ("of the processor", sorted(works))):
        whole, most = sum(took) / 1e3, took[int(PEOPLE * 0.99)]
        print(
            f"  {name}: {whole:.2f} s; one person {statistics.median(took):.2f} ms, 99 % under {most:.2f} ms"
        )


if __name__ == "__main__":
    main()
