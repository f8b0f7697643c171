"""Runs the writer on a clinic's home, and reads the charts that it leaves as any SQLite would."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from dayspring.chart import Entry
from dayspring.clinic.charts.rows import COLUMNS, entry_from
from tests.rig.server import clinic_env


def migrated(home: Path) -> Path:
    """The file of a clinic's database, made by the clinic's own migrations and settings."""
    home.mkdir()
    run(home, "django", "migrate", "charts", "-v0")
    return home / "clinic.sqlite3"


def run(home: Path, *words: str) -> None:
    """`python -m` these words in that home; fails with what was said."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        # Below a listened-to file SQLite leaves its shared memory in the working folder.
        cwd=home.parent,
        env=clinic_env(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def charts_in(file: Path) -> dict[UUID, list[Entry]]:
    """Every chart in a database file."""
    found: dict[UUID, list[Entry]] = {}
    database = sqlite3.connect(file)
    try:
        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        for row in database.execute(f"SELECT {columns} FROM charts_chartentry ORDER BY chart, number"):
            entry = entry_from([_as_django(name, value) for name, value in zip(COLUMNS, row, strict=True)])
            found.setdefault(UUID(entry.chart), []).append(entry)
    finally:
        database.close()
    return found


def _as_django(name: str, value: object) -> object:
    if name == "chart":
        return UUID(str(value))
    if name in ("happened_at", "recorded_at"):
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    return value
