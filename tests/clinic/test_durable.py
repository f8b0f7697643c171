"""The server does not start on a database that could lose an answer."""

from __future__ import annotations

import stat

import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper

from dayspring.clinic.durable import NotDurable, assert_durable, database, faults
from dayspring.clinic.secret import secret_in


def connected(home, **options) -> DatabaseWrapper:
    told = database("", home)
    settings = {
        **told,
        "OPTIONS": told["OPTIONS"] | options,
        "TIME_ZONE": None,
        "AUTOCOMMIT": True,
        "CONN_HEALTH_CHECKS": False,
        "ATOMIC_REQUESTS": False,
    }
    return DatabaseWrapper(settings, "apart")


@pytest.fixture
def outside_django(django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.mark.usefixtures("outside_django")
class TestSqlite:
    def test_our_own_settings_are_durable(self, tmp_path):
        connection = connected(tmp_path)
        assert_durable(connection)
        connection.close()

    @pytest.mark.parametrize(
        "changed, names",
        [
            (
                {"init_command": "PRAGMA synchronous=NORMAL; PRAGMA journal_mode=WAL;"},
                ["synchronous is 1 and must be 2"],
            ),
            ({"init_command": "PRAGMA synchronous=FULL;"}, ["journal_mode is delete and must be wal"]),
            ({"transaction_mode": "DEFERRED"}, ["transaction_mode is DEFERRED and must be IMMEDIATE"]),
        ],
    )
    def test_a_setting_that_could_lose_an_answer_keeps_the_server_from_starting(
        self, tmp_path, changed, names
    ):
        connection = connected(tmp_path, **changed)
        assert faults(connection) == names
        with pytest.raises(NotDurable, match=names[0]):
            assert_durable(connection)
        connection.close()

    def test_foreign_keys_that_are_off_keep_the_server_from_starting(self, tmp_path):
        connection = connected(tmp_path)
        connection.cursor().execute("PRAGMA foreign_keys=OFF")
        assert faults(connection) == ["foreign_keys is 0 and must be 1"]
        connection.close()


def test_an_address_of_postgresql_is_read_with_its_escapes(tmp_path):
    told = database("postgresql://nurse:p%40ss@db.example:5433/clinic", tmp_path)
    assert (told["USER"], told["PASSWORD"], told["HOST"], told["PORT"], told["NAME"]) == (
        "nurse",
        "p@ss",
        "db.example",
        "5433",
        "clinic",
    )
    assert told["CONN_MAX_AGE"] == 0
    assert told["OPTIONS"]["pool"]["max_size"] == 8


def test_an_address_of_another_kind_is_refused_by_name(tmp_path):
    with pytest.raises(NotDurable, match="mysql"):
        database("mysql://x/y", tmp_path)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    key = secret_in(tmp_path / "home")
    assert secret_in(tmp_path / "home") == key
    assert len(key) >= 50
    assert stat.S_IMODE((tmp_path / "home" / "secret").stat().st_mode) == 0o600
    assert [f.name for f in (tmp_path / "home").iterdir()] == ["secret"]
