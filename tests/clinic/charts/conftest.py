"""A database of its own for each test, on each of the two engines, with the rules of small_rules.py."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from dayspring.clinic.charts import record as recording
from dayspring.clinic.charts.record import Outcome, record
from dayspring.therapy.acts import Act
from dayspring.therapy.facts import By
from tests.clinic.charts import small_rules

START = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@contextmanager
def default_database(**changed: object) -> Iterator[None]:
    """Every thread's default connection leads to this database while the block runs."""
    before = connections.settings["default"]
    _close()
    connections.settings["default"] = {**before, **changed}
    try:
        yield
    finally:
        _close()
        connections.settings["default"] = before


def _close() -> None:
    connections["default"].close()
    del connections["default"]


def sqlite_at(path: Path) -> dict[str, object]:
    """A file with the very options that the clinic runs with."""
    options = settings.DATABASES["default"].get("OPTIONS", {})
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


def postgres_at(address: str, name: str) -> dict[str, object]:
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {},
    }


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory, django_db_blocker) -> Path:
    """An empty migrated file, to be copied."""
    path = tmp_path_factory.mktemp("charts") / "migrated.sqlite3"
    with django_db_blocker.unblock(), default_database(**sqlite_at(path)):
        call_command("migrate", "charts", verbosity=0)
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres, django_db_blocker) -> str:
    """The name of an empty migrated database, to be copied."""
    name = f"charts_{uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        _on_server(postgres, f"CREATE DATABASE {name}")
        with default_database(**postgres_at(postgres, name)):
            call_command("migrate", "charts", verbosity=0)
    return name


def _on_server(address: str, statement: str) -> None:
    with default_database(**postgres_at(address, urlsplit(address).path[1:])), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def on_sqlite(migrated_sqlite, tmp_path, django_db_blocker, monkeypatch) -> Iterator[None]:
    """A fresh SQLite file behind the default connection of every thread."""
    _with_small_rules(monkeypatch)
    path = shutil.copy(migrated_sqlite, tmp_path / "clinic.sqlite3")
    with django_db_blocker.unblock(), default_database(**sqlite_at(path)):
        yield


@pytest.fixture
def on_postgres(migrated_postgres, postgres, django_db_blocker, monkeypatch) -> Iterator[None]:
    """A fresh PostgreSQL database behind the default connection of every thread."""
    _with_small_rules(monkeypatch)
    name = f"charts_{uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        _on_server(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated_postgres}")
        with default_database(**postgres_at(postgres, name)):
            yield
        _on_server(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["on_sqlite", pytest.param("on_postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> str:
    """The test runs once on each engine."""
    request.getfixturevalue(request.param)
    return str(request.param)


def _with_small_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "DECIDE", small_rules.decide)
    monkeypatch.setattr(recording, "library", lambda: small_rules.KNOWLEDGE)


Press = Callable[..., Outcome]


@pytest.fixture
def press() -> Press:
    """Records an act a second after the last one, with a key of its own unless one is given."""
    clock: Mapping[str, Iterator[datetime]] = {"at": (START + timedelta(seconds=n) for n in range(10_000))}

    def pressed(
        chart, act: Act, *, by: By = small_rules.ADA, key: str = "", seen: int | None = None
    ) -> Outcome:
        return record(chart, act, by=by, at=next(clock["at"]), key=key or uuid4().hex, seen=seen)

    return pressed
