"""The database refuses to change what was written; where somebody got past it, verify says what and where."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from dayspring.clinic.charts import triggers
from dayspring.clinic.charts.models import ChartEntry, ChartHead, Reading
from dayspring.clinic.charts.record import record
from dayspring.clinic.charts.rows import row_from, stored
from dayspring.clinic.charts.verify import Unguarded, assert_guarded, verify
from dayspring.therapy import acts
from tests.clinic.charts.conftest import START, default_database
from tests.clinic.charts.small_rules import ADA
from tests.clinic.charts.test_record import at_once

NAUSEA = acts.NoteEvent(session="s1", kind="nausea")


def run(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def chart(engine, press):
    """A chart of five lines and beside it another one, on each engine."""
    chart, other = uuid4(), uuid4()
    for _ in range(5):
        press(chart, NAUSEA)
        press(other, NAUSEA)
    return chart


def db_key(chart) -> object:
    return chart.hex if connection.vendor == "sqlite" else chart


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE charts_chartentry SET body = '{}' WHERE number = 2",
        "UPDATE charts_chartentry SET number = 9 WHERE number = 5",
        "DELETE FROM charts_chartentry WHERE number = 5",
        "DELETE FROM charts_chartentry",
        "UPDATE charts_reading SET value = '99'",
        "DELETE FROM charts_reading",
    ],
)
def test_the_database_refuses_to_change_what_was_written(chart, statement):
    written = stored(chart)
    Reading.objects.create(
        session="s", chart=chart, device="d", kind="k", value="1", unit="1", received_at=START
    )
    with pytest.raises(DatabaseError, match="what was written stays"):
        run(statement)
    assert stored(chart) == written
    assert Reading.objects.get().value == "1"


def test_the_orm_is_refused_too(chart):
    row = ChartEntry.objects.filter(chart=chart).first()
    row.reason = "tidied"
    for change in (row.save, row.delete, ChartEntry.objects.all().delete):
        with pytest.raises(DatabaseError, match="what was written stays"), transaction.atomic():
            change()


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("clash", ["id", "number", "act_key"])
def test_sqlite_cannot_be_talked_into_replacing_a_line(press, clash):
    chart = uuid4()
    press(chart, NAUSEA)
    row = ChartEntry.objects.get(chart=chart)
    values = {f.column: getattr(row, f.attname) for f in row._meta.concrete_fields}
    values |= {"id": 99, "number": 7, "act_key": "another", "body": "{}", "chart": chart.hex}
    values[clash] = getattr(row, clash)
    columns = ", ".join(f'"{name}"' for name in values)
    places = ", ".join("%s" for _ in values)
    with pytest.raises(DatabaseError, match="what was written stays"):
        run(f"INSERT OR REPLACE INTO charts_chartentry ({columns}) VALUES ({places})", *values.values())
    assert ChartEntry.objects.get(chart=chart).body == row.body


@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgres")
def test_postgresql_cannot_be_talked_into_emptying_the_table(press):
    chart = uuid4()
    press(chart, NAUSEA)
    with pytest.raises(DatabaseError, match="what was written stays"):
        run("TRUNCATE charts_chartentry")
    assert len(stored(chart)) == 1


def test_untouched_charts_are_whole(chart):
    report = verify()
    assert [fault for fault in report.faults if fault.chart] == []
    assert (report.charts, report.lines, report.unreadable) == (2, 10, 0)


def edit(chart) -> None:
    run(
        "UPDATE charts_chartentry SET body = replace(body, 'nausea', 'calm') WHERE chart = %s AND number = 3",
        chart,
    )


def remove(chart) -> None:
    run("DELETE FROM charts_chartentry WHERE chart = %s AND number = 3", chart)


def remove_first(chart) -> None:
    run("DELETE FROM charts_chartentry WHERE chart = %s AND number = 1", chart)


def cut_tail(chart) -> None:
    run("DELETE FROM charts_chartentry WHERE chart = %s AND number > 3", chart)


def cut_all(chart) -> None:
    run("DELETE FROM charts_chartentry WHERE chart = %s", chart)


def insert(chart) -> None:
    run("UPDATE charts_chartentry SET number = number + 100 WHERE chart = %s AND number > 3", chart)
    run("UPDATE charts_chartentry SET number = number - 99 WHERE chart = %s AND number > 100", chart)
    row = ChartEntry.objects.filter(number=3).order_by("id").first()
    row.pk, row.number, row.act_key = None, 4, "forged"
    row.save(force_insert=True)


def reorder(chart) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        run("UPDATE charts_chartentry SET number = %s WHERE chart = %s AND number = %s", new, chart, old)


def move_in_time(chart) -> None:
    entries = stored(ChartEntry.objects.get(chart=chart, number=4).chart)
    row = row_from(entries[3])
    ChartEntry.objects.filter(chart=chart, number=4).update(happened_at=row.happened_at.replace(year=2025))


def give_to_another(chart) -> None:
    other = ChartHead.objects.exclude(chart=chart).get().chart
    run("DELETE FROM charts_chartentry WHERE chart = %s AND number = 3", db_key(other))
    run("UPDATE charts_chartentry SET chart = %s WHERE chart = %s AND number = 3", db_key(other), chart)


def behead(chart) -> None:
    run("DELETE FROM charts_charthead WHERE chart = %s", chart)


TAMPERED = [
    edit,
    remove,
    remove_first,
    cut_tail,
    cut_all,
    insert,
    reorder,
    move_in_time,
    give_to_another,
    behead,
]


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda tamper: tamper.__name__)
def test_every_way_past_the_triggers_is_found_and_the_chart_named(chart, tamper):
    triggers.remove(connection)
    tamper(db_key(chart))
    triggers.install(connection)
    assert str(chart) in {fault.chart for fault in verify().faults}


# A column, and what a forger might write there.
COLUMNS = {
    "kind": "StopPressed",
    "schema": 2,
    "by": '{"id":"eve","name":"Eve","role":"nurse","station":"","verified":true}',
    "session": "s2",
    "corrects": 1,
    "reason": "because",
    "act_key": "another",
    "act_digest": "0" * 64,
    "part": 1,
    "version": "9.9",
    "prev_hash": "0" * 64,
    "hash": "0" * 64,
}


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_a_line_can_be_changed_unnoticed(chart, column):
    triggers.remove(connection)
    run(
        f'UPDATE charts_chartentry SET "{column}" = %s WHERE chart = %s AND number = 3',
        COLUMNS[column],
        db_key(chart),
    )
    triggers.install(connection)
    assert str(chart) in {fault.chart for fault in verify().faults}


def test_a_missing_trigger_is_found(chart):
    assert triggers.faults(connection) == []
    triggers.remove(connection)
    assert len(triggers.faults(connection)) == len(triggers.expected(connection.vendor))
    assert {fault.says for fault in verify().faults} >= set(triggers.faults(connection))


@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgres")
def test_a_disabled_trigger_and_a_hollowed_function_are_found():
    run("ALTER TABLE charts_reading DISABLE TRIGGER charts_reading_refuses_change")
    assert triggers.faults(connection) == ["trigger charts_reading_refuses_change is missing or changed"]
    run(
        "CREATE OR REPLACE FUNCTION charts_refuse() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
    )
    assert triggers.faults(connection) == ["the function charts_refuse does not say what it must"]


@pytest.mark.usefixtures("on_sqlite")
def test_a_hollowed_trigger_is_found():
    run("DROP TRIGGER charts_reading_refuses_delete")
    run("CREATE TRIGGER charts_reading_refuses_delete BEFORE DELETE ON charts_reading BEGIN SELECT 1; END")
    assert triggers.faults(connection) == ["trigger charts_reading_refuses_delete is missing or changed"]


@pytest.mark.usefixtures("engine")
def test_a_database_without_its_triggers_is_not_written_to():
    assert_guarded()
    triggers.remove(connection)
    with pytest.raises(Unguarded, match="charts_chartentry_refuses"):
        assert_guarded()


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.hazard("H39")
def test_the_clinics_own_settings_are_safe_and_others_are_found():
    assert verify().whole
    hasty = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous=NORMAL;"}
    with default_database(OPTIONS=hasty):
        assert [fault.says for fault in verify().faults] == ["synchronous is 1 and must be 2"]


@pytest.mark.usefixtures("engine")
def test_a_clinic_that_writes_while_it_is_verified_is_whole():
    chart = uuid4()

    def write(hand: int) -> list[bool]:
        for number in range(12):
            record(chart, NAUSEA, by=ADA, at=START, key=f"{hand}-{number}", seen=None)
        return []

    def look(_: int) -> list[bool]:
        return [verify().whole for _ in range(12)]

    seen = at_once(4, lambda n: look(n) if n == 0 else write(n))
    assert [whole for some in seen for whole in some] == [True] * 12
