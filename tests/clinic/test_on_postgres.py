"""PostgreSQL is held to the same: no line of the access log is edited, no answer is lost at start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.rig.server import clinic_env

pytestmark = pytest.mark.postgres

LINE = (
    "INSERT INTO audit_access (at, who, name, role, route, outcome, why, station)"
    " VALUES (now(), '', 'Lena', '', 'r', 'opened', '', '')"
)
CHECK = "import django; django.setup(); from dayspring.clinic.durable import assert_durable; assert_durable()"


def run(env: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def place(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a clinic with a PostgreSQL database of its own, migrated."""
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute("CREATE DATABASE doors")
    address = urlunsplit(urlsplit(postgres)._replace(path="/doors"))
    home: Path = tmp_path_factory.mktemp("doors")
    env = clinic_env(home, DAYSPRING_DATABASE=address)
    done = run(env, "-m", "django", "migrate", "--skip-checks", "-v0")
    assert done.returncode == 0, done.stderr
    yield env
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute("DROP DATABASE doors WITH (FORCE)")


@pytest.mark.parametrize(
    "attempt",
    ["UPDATE audit_access SET name = 'Nobody'", "DELETE FROM audit_access", "TRUNCATE audit_access"],
)
def test_the_access_log_cannot_be_edited_or_emptied(place, attempt):
    with psycopg.connect(place["DAYSPRING_DATABASE"], autocommit=True) as database:
        database.execute(LINE)
        before = database.execute("SELECT count(*), min(name) FROM audit_access").fetchone()
        with pytest.raises(psycopg.errors.RaiseException, match="what was written stays"):
            database.execute(attempt)
        assert database.execute("SELECT count(*), min(name) FROM audit_access").fetchone() == before


def test_a_database_that_answers_before_the_disk_does_keeps_the_server_from_starting(place):
    assert run(place, "-c", CHECK).returncode == 0
    with psycopg.connect(place["DAYSPRING_DATABASE"], autocommit=True) as database:
        database.execute("ALTER DATABASE doors SET synchronous_commit = off")
        try:
            refused = run(place, "-c", CHECK)
        finally:
            database.execute("ALTER DATABASE doors RESET synchronous_commit")
    assert refused.returncode != 0
    assert "synchronous_commit is off and must be on" in refused.stderr
