"""Twelve more invented people with an infusion that has run for twelve minutes; prints their sessions' ids as JSON."""

from __future__ import annotations

import json
import uuid
from random import Random

import django

django.setup()

from dayspring.clinic.demonstration import Telling, staff_by_name  # noqa: E402
from dayspring.clinic.demonstration_people import Invented  # noqa: E402
from dayspring.clinic.people.models import Person  # noqa: E402
from dayspring.clinic.showing.folded import folded  # noqa: E402

SESSIONS, MINUTES, CHAIRS = 12, 12, 8


def main() -> None:
    staff = staff_by_name()
    found = []
    for number in range(SESSIONS):
        who = Invented(
            name=f"Load Person {number}",
            born="1980-01-01",
            record=f"20-{number:04d}",
            sex="male",
            weight="80",
            height="180",
            today=("dosing", str(number % CHAIRS + 1), MINUTES),
            days_ago=9,
        )
        chart = uuid.uuid4()
        Person.objects.create(id=chart, name=who.name, birth_date=who.born, record_number=who.record)
        Telling(chart=chart, staff=staff, rng=Random(number), person=who).tell()
        found += list(folded(chart).course.bookings)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
