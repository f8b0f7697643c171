"""Screening as another program asks for it: who may, what comes back, and that nothing is kept."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from dayspring.clinic.charts.models import ChartEntry
from tests.therapy.documents import document
from tests.therapy.test_screening import clear

pytestmark = pytest.mark.django_db
PLACE = "/services/screen/"


@pytest.fixture
def prescriber(come) -> Client:
    return come("prescriber")


def ask(client: Client, body: object, on: str = "2026-03-01"):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"{PLACE}?on={on}", data=text, content_type="application/json")


def test_a_document_comes_back_as_a_decision_and_no_chart_is_written(prescriber):
    answer = ask(prescriber, document(clear() | {"aneurysm": "yes"}))
    assert answer.status_code == 200
    assert answer.json()["status"] == "not_eligible"
    assert {f["rule"] for f in answer.json()["findings"] if f["kind"] == "BLOCK"} == {"EX-ANEURYSM"}
    assert not ChartEntry.objects.exists()


def test_every_fault_comes_back_by_its_place(prescriber):
    answer = ask(prescriber, {"planned": {"route": "iv"}, "vitals": {"pulse": "fast", "spo2": 400}})
    assert answer.status_code == 422
    assert {fault["at"] for fault in answer.json()["faults"]} == {"$.vitals.pulse", "$.vitals.spo2"}


@pytest.mark.parametrize("body, on", [(b"\xff{", "2026-03-01"), (b"{}", "soon"), (b"no", "2026-03-01")])
def test_what_is_no_document_or_no_day_is_refused(prescriber, body, on):
    answer = ask(prescriber, body, on)
    assert answer.status_code == 422 and answer.json()["faults"]


def test_more_than_a_person_can_be_is_refused(prescriber):
    answer = ask(prescriber, {"planned": {"route": "iv"}, "allergies": "x" * 300_000})
    assert answer.status_code == 413


def test_the_schema_is_served(prescriber):
    answer = prescriber.get(f"{PLACE}schema/")
    assert answer.status_code == 200 and answer.json()["properties"]["vitals"]


def test_a_stranger_is_sent_to_the_door_and_another_site_is_refused(prescriber):
    assert Client().post(PLACE, data=b"{}", content_type="application/json").status_code in (302, 403)
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = prescriber.cookies
    assert ask(forged, document(clear())).status_code == 403
