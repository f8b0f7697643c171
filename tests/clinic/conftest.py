"""A clinic as the demonstration is, with a quick hash, a person in it, and somebody of any role at the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from dayspring.clinic.people.models import Person, Staff

BACKEND = "dayspring.clinic.people.backend.Backend"


@pytest.fixture
def as_demonstration(settings) -> None:
    """Without a second factor; and with a hash that is quick."""
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def rosa(db, as_demonstration) -> Person:
    return Person.objects.create(name="Rosa Test", birth_date=date(1984, 5, 2), record_number="10-2001")


@pytest.fixture
def come(db, as_demonstration) -> Callable[..., Client]:
    """A browser in which somebody of that role has signed in."""

    def enter(role: str, password: str = "x") -> Client:
        person = Staff.objects.create_user(
            f"one_{role}", f"{role}@example.org", password, called=f"Some {role}", role=role
        )
        client = Client(HTTP_HOST="localhost")
        client.force_login(person, backend=BACKEND)
        return client

    return enter
