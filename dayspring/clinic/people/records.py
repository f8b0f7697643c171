"""Making a person: the record number that staff read out, and the key that the chart goes by."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from dayspring.clinic.people.models import Person

# A record number reads like 10-2274: a group and four digits.
FIRST, GROUP = 10_2001, 10_000
TRIES = 5


def register(person: Person) -> Person:
    """Gives the person the next record number and keeps them. Two at once get two numbers."""
    for left in reversed(range(TRIES)):
        person.record_number = next_number()
        try:
            with transaction.atomic():
                person.save(force_insert=True)
                return person
        except IntegrityError:
            if not left:
                raise
    return person


def next_number() -> str:
    """The record number after the highest one given."""
    highest = max(
        (int(n.replace("-", "")) for n in Person.objects.values_list("record_number", flat=True)),
        default=FIRST - 1,
    )
    serial = max(highest + 1, FIRST)
    return f"{serial // GROUP}-{serial % GROUP:04d}"
