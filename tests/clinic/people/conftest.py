"""A clock that stands still until it is told, and people to come to the doors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from dayspring.clinic.people import clock as door_clock
from dayspring.clinic.people.models import Staff

SECRET_WORD = "a long enough word"


class StandingClock:
    """Stands at one moment; `later` moves it."""

    def __init__(self) -> None:
        self.at = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """A slow hash is for thieves; these passwords are printed here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    standing = StandingClock()
    monkeypatch.setattr(door_clock, "now", standing.now)
    return standing


@pytest.fixture
def member(db: None) -> Callable[..., Staff]:
    """Makes a member of staff with that role."""

    def make(role: str, username: str = "") -> Staff:
        username = username or f"one_{role}"
        return Staff.objects.create_user(
            username, f"{username}@example.org", SECRET_WORD, called=f"Some {role}", role=role
        )

    return make


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO = True


@pytest.fixture
def real(settings) -> None:
    settings.DEMO = False


@pytest.fixture
def signed_in(member: Callable[..., Staff]) -> Callable[..., Client]:
    """A browser in which somebody of that role has signed in."""

    def come(role: str) -> Client:
        client = Client()
        client.force_login(member(role))
        return client

    return come
