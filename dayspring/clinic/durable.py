"""Whether an answered act is really on the disk: the database's settings, and their proof at start."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE = {
    # A transaction that reads first and writes later fails under contention unless it takes the lock at once.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
POSTGRES = {"pool": {"min_size": 2, "max_size": 8}}

# What each setting must read back as.
ON_SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
ON_POSTGRES = {"synchronous_commit": ("on", "remote_apply"), "fsync": ("on",)}


class NotDurable(RuntimeError):
    """The database would acknowledge what a power cut can still take away."""


def database(address: str, home: Path) -> dict[str, object]:
    """The database of that address, or SQLite in the home folder when there is none."""
    if not address:
        # Connections are not kept: under ASGI each request has its own thread and would leave one behind.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "clinic.sqlite3",
            "CONN_MAX_AGE": 0,
            "OPTIONS": SQLITE,
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise NotDurable(f"DAYSPRING_DATABASE begins with {parts.scheme!r}; known is postgresql")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": POSTGRES,
    }


def faults(connection: BaseDatabaseWrapper | None = None) -> list[str]:
    """Every setting that reads back as something else than it must, with both values."""
    connection = connection or default_connection
    if connection.vendor == "sqlite":
        return _sqlite_faults(connection)
    if connection.vendor == "postgresql":
        return _postgres_faults(connection)
    return [f"the database is {connection.vendor}; known are sqlite and postgresql"]


def _sqlite_faults(connection: BaseDatabaseWrapper) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for name, must in ON_SQLITE.items():
            cursor.execute(f"PRAGMA {name}")
            told = str(cursor.fetchone()[0]).lower()
            if told != must:
                found.append(f"{name} is {told} and must be {must}")
    mode = getattr(connection, "transaction_mode", None)
    if mode != SQLITE["transaction_mode"]:
        found.append(f"transaction_mode is {mode} and must be {SQLITE['transaction_mode']}")
    return found


def _postgres_faults(connection: BaseDatabaseWrapper) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for name, may in ON_POSTGRES.items():
            cursor.execute(f"SHOW {name}")
            told = str(cursor.fetchone()[0]).lower()
            if told not in may:
                found.append(f"{name} is {told} and must be {' or '.join(may)}")
    return found


def assert_durable(connection: BaseDatabaseWrapper | None = None) -> None:
    """Raises NotDurable, naming every setting that is wrong, before anything can be acknowledged."""
    if wrong := faults(connection):
        raise NotDurable("Not started: " + "; ".join(wrong) + ".")
