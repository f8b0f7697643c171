"""Who the patients are: identity apart from the chart."""

from __future__ import annotations

from datetime import date

import pytest

from dayspring.clinic.audit.models import Access
from dayspring.clinic.people.models import Person
from dayspring.clinic.people.records import next_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

MARA = {"name": "Mara  Lindqvist ", "preferred_name": "", "birth_date": "1984-05-02", "phone": "555 0101"}


def test_the_front_desk_enters_a_person_and_arrives_at_them(signed_in):
    client = signed_in("front_desk")
    answer = client.post("/people/new/", MARA)
    mara = Person.objects.get()
    assert answer.headers["Location"] == f"/people/{mara.pk}/"
    assert (mara.name, mara.short, mara.record_number) == ("Mara Lindqvist", "Mara", "10-2001")
    assert b"2 May 1984" in client.get(answer.headers["Location"]).content


def test_a_therapist_does_not_enter_persons(signed_in):
    assert signed_in("therapist").post("/people/new/", MARA).status_code == 403
    assert not Person.objects.exists()


def test_a_second_person_of_the_same_name_and_birth_date_is_asked_about(signed_in):
    client = signed_in("front_desk")
    client.post("/people/new/", MARA)
    answer = client.post("/people/new/", MARA | {"name": "mara lindqvist"})
    assert answer.status_code == 422
    assert b"10-2001" in answer.content
    assert Person.objects.count() == 1
    client.post("/people/new/", MARA | {"another": "on"})
    assert sorted(Person.objects.values_list("record_number", flat=True)) == ["10-2001", "10-2002"]


@pytest.mark.parametrize("field, value", [("name", "  "), ("birth_date", "2999-01-01"), ("birth_date", "")])
def test_a_person_without_name_or_possible_birth_date_is_not_entered(signed_in, field, value):
    assert signed_in("nurse").post("/people/new/", MARA | {field: value}).status_code == 422
    assert not Person.objects.exists()


def test_record_numbers_go_on_from_the_highest_and_over_into_the_next_group():
    Person.objects.create(name="A", birth_date=date(1980, 1, 1), record_number="10-9999")
    assert next_number() == "11-0000"


def test_people_are_found_by_name_and_by_record(signed_in):
    for number, name in (("10-2001", "Mara Lindqvist"), ("10-2002", "Tomas Berg")):
        Person.objects.create(name=name, birth_date=date(1980, 1, 1), record_number=number)
    client = signed_in("nurse")
    for words, found in (("lind mara", "Mara Lindqvist"), ("2002", "Tomas Berg")):
        persons = client.post("/people/", {"find": words}).context["persons"]
        assert [p.name for p in persons] == [found]
    assert b"Nobody here is found" in client.post("/people/", {"find": "Zzz"}).content


def test_what_a_person_typed_cannot_run_on_the_page(signed_in):
    client = signed_in("front_desk")
    client.post("/people/new/", MARA | {"name": "<script>alert(1)</script>"})
    page = client.get("/people/").content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in page


def test_opening_a_person_is_written_to_the_access_log(signed_in):
    mara = Person.objects.create(name="Mara", birth_date=date(1984, 5, 2), record_number="10-2001")
    signed_in("nurse").get(f"/people/{mara.pk}/")
    line = Access.objects.get(outcome="opened")
    assert (line.chart, line.role, line.name, line.route) == (mara.pk, "nurse", "Some nurse", "people:person")
