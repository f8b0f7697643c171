"""The database's own refusal to change what was written, for SQLite and for PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED = ("charts_chartentry", "charts_reading")

# SQLite's INSERT OR REPLACE deletes the row that is in its way without asking the triggers on DELETE.
_TAKEN = {
    "charts_chartentry": (
        "id = NEW.id OR (chart = NEW.chart AND number = NEW.number)"
        " OR (chart = NEW.chart AND act_key = NEW.act_key AND part = NEW.part)"
    ),
    "charts_reading": "id = NEW.id",
}

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION charts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was written stays', TG_OP, TG_TABLE_NAME;
END $$
"""


def expected(vendor: str) -> Mapping[str, str]:
    """The triggers that must exist, by name, each with the statement that makes it."""
    return dict(pair for table in GUARDED for pair in _OF[vendor](table))


def _on_sqlite(table: str) -> list[tuple[str, str]]:
    made = []
    for verb in ("UPDATE", "DELETE"):
        name = f"{table}_refuses_{verb.lower()}"
        says = f"SELECT RAISE(ABORT, '{verb} on {table} is refused: what was written stays');"
        made.append((name, f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN {says} END"))
    name = f"{table}_refuses_replace"
    says = f"SELECT RAISE(ABORT, 'REPLACE on {table} is refused: what was written stays')"
    body = f"{says} WHERE EXISTS (SELECT 1 FROM {table} WHERE {_TAKEN[table]});"
    made.append((name, f"CREATE TRIGGER {name} BEFORE INSERT ON {table} BEGIN {body} END"))
    return made


def _on_postgres(table: str) -> list[tuple[str, str]]:
    changing, clearing = f"{table}_refuses_change", f"{table}_refuses_truncate"
    return [
        (
            changing,
            f"CREATE TRIGGER {changing} BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION charts_refuse()",
        ),
        (
            clearing,
            f"CREATE TRIGGER {clearing} BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION charts_refuse()",
        ),
    ]


_OF = {"sqlite": _on_sqlite, "postgresql": _on_postgres}


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes the triggers. Raises KeyError naming a database for which none are known."""
    statements = expected(connection.vendor).values()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers away again: for taking back the migration."""
    with connection.cursor() as cursor:
        for name in expected(connection.vendor):
            table = next(t for t in GUARDED if name.startswith(t))
            of = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{of}")


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Triggers that are missing, disabled or no longer say what they must."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = dict(cursor.fetchall())
            wanted = expected("sqlite")
        else:
            # 'O' and 'A' fire in an ordinary session; 'D' is disabled.
            cursor.execute(
                "SELECT tgname, CASE WHEN tgenabled IN ('O', 'A') THEN 'fires' END FROM pg_trigger"
                " WHERE NOT tgisinternal"
            )
            found = dict(cursor.fetchall())
            wanted = dict.fromkeys(expected("postgresql"), "fires")
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'charts_refuse'")
            body = cursor.fetchone()
            if body is None or body[0].strip() not in _POSTGRES_FUNCTION:
                return ["the function charts_refuse does not say what it must"]
    return [f"trigger {name} is missing or changed" for name, sql in wanted.items() if found.get(name) != sql]
