"""Who opened what is written down, and what was written stays (hazards H49, H56)."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from dayspring.clinic.audit.access import opened
from dayspring.clinic.audit.models import Access
from dayspring.clinic.people import clock as door_clock
from tests.clinic.people import routes_of_a_room

CHART = UUID("0b0e3f3a-2f7e-4a52-9b0e-6a1d7c7f0001")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def line() -> Access:
    return Access.objects.create(at=door_clock.now(), name="Lena", route="r", outcome="opened", chart=CHART)


def test_the_access_log_cannot_be_edited_or_emptied(line):
    table = Access._meta.db_table
    attempts = [
        lambda: Access.objects.filter(pk=line.pk).update(name="Nobody"),
        lambda: Access.objects.all().delete(),
        lambda: connection.cursor().execute(f"UPDATE {table} SET name = 'Nobody'"),
        lambda: connection.cursor().execute(f"DELETE FROM {table}"),
    ]
    if connection.vendor == "sqlite":
        copy = f"REPLACE INTO {table} SELECT id, at, who, 'Nobody', role, chart, route, outcome, why, station"
        attempts.append(lambda: connection.cursor().execute(f"{copy} FROM {table}"))
    else:
        attempts.append(lambda: connection.cursor().execute(f"TRUNCATE {table}"))
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert list(Access.objects.values_list("name", flat=True)) == ["Lena"]


def test_opening_a_chart_is_written_without_the_page_asking_for_it(settings, clock, signed_in):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    client = signed_in("nurse")
    client.get("/room-test/room/")
    client.get(f"/room-test/chart/{CHART}/")
    line = Access.objects.get()
    assert (line.chart, line.outcome, line.route, line.at) == (CHART, "opened", "rooms:chart", clock.now())
    assert line.station


@pytest.mark.hazard("H49")
def test_being_turned_away_from_a_chart_is_written_with_the_chart(settings, signed_in):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    signed_in("manager").get(f"/room-test/chart/{CHART}/")
    Client().get(f"/room-test/chart/{CHART}/")
    lines = list(Access.objects.order_by("pk").values_list("role", "outcome", "chart"))
    assert lines == [("manager", "refused", CHART), ("", "refused", CHART)]


def test_a_stream_writes_no_line_a_second(settings, signed_in):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    for client in (Client(), signed_in("manager"), signed_in("nurse")):
        client.get("/room-test/stream/")
    assert not Access.objects.exists()


def test_one_request_says_once_that_a_chart_was_opened(rf, member):
    request = rf.get("/")
    request.user, request.resolver_match = member("nurse"), None
    opened(request, CHART)
    opened(request, str(CHART))
    assert Access.objects.count() == 1
