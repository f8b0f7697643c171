"""The public questions: nothing is kept until somebody sends, and the desk takes it in once."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from dayspring.clinic.charts.models import ChartEntry
from dayspring.clinic.people.models import Person
from dayspring.clinic.prescreen.models import Sent
from tests.therapy.test_prescreen import CLEAR

pytestmark = pytest.mark.django_db
WHO = {"name": "Ida Frost", "birth_date": "1988-02-03", "phone": "555 0199", "agreed": "on"}


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def desk(come) -> Client:
    return come("front_desk")


def page(answer) -> str:
    return answer.content.decode()


def test_the_first_page_says_whom_to_call_before_it_asks_anything():
    text = page(Client().get("/start/"))
    assert "tel:988" in text and "988 Suicide" in text and "911" in text


def test_one_question_comes_at_a_time_and_the_page_carries_the_answers():
    client = Client()
    text = page(client.post("/start/questions/"))
    assert "1 of 15" in text and "ending your life today" in text
    text = page(client.post("/start/questions/", {"safe": "no"}))
    assert "2 of 15" in text and '<input type="hidden" name="safe" value="no">' in text


def test_back_asks_the_last_question_again():
    text = page(Client().post("/start/questions/", {"safe": "no", "adult": "yes", "back": "adult"}))
    assert "Are you 18 or older?" in text and 'name="adult" value="yes">Yes' in text.replace("\n", "")
    assert '<input type="hidden" name="adult"' not in text


def test_yes_to_ending_ones_life_shows_the_number_at_once():
    text = page(Client().post("/start/questions/", {"safe": "yes"}))
    assert "Call now. You do not have to wait" in text and "2 of 15" in text


def test_a_stop_says_why_and_whom_to_ask_and_never_yes():
    text = page(Client().post("/start/questions/", CLEAR | {"vessels": "yes"}))
    assert "Not safe for you now" in text and "A weak vessel could tear." in text
    text = page(Client().post("/start/questions/", CLEAR))
    assert "Nothing here speaks against a first talk." in text and "This is not a decision." in text


def test_nothing_is_kept_and_no_answer_enters_an_address_or_a_cookie():
    client = Client()
    for given in ({}, {"safe": "no"}, CLEAR):
        answer = client.post("/start/questions/", given)
        assert answer.status_code == 200
    assert not Sent.objects.exists() and not ChartEntry.objects.exists() and not Person.objects.exists()
    assert set(client.cookies) <= {"csrftoken"}
    assert not re.search(r'(action|href)="[^"]*(safe|vessels)=', page(answer))


def test_sending_needs_a_name_a_number_and_the_persons_word():
    answer = Client().post("/start/send/", CLEAR | {"name": "Ida Frost", "phone": "none"})
    assert answer.status_code == 422 and not Sent.objects.exists()
    text = page(answer)
    assert "Without this nothing is sent." in text and "A number that we can call is needed." in text
    assert 'value="Ida Frost"' in text


def test_what_is_sent_is_kept_once_with_its_answers():
    assert Client().post("/start/send/", CLEAR | WHO).status_code == 200
    [sent] = Sent.objects.all()
    assert (sent.name, sent.answers, sent.done_at) == ("Ida Frost", CLEAR, None)


def test_a_set_of_answers_with_a_question_left_out_is_not_sent():
    some = {key: value for key, value in CLEAR.items() if key != "vessels"}
    assert Client().post("/start/send/", some | WHO).status_code == 302
    assert not Sent.objects.exists()


def test_a_flood_from_one_place_is_turned_away():
    client = Client()
    codes = [client.post("/start/send/", CLEAR | WHO).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_the_desk_takes_it_in_as_a_person_with_a_chart_and_only_once(desk):
    Client().post("/start/send/", CLEAR | WHO | {"words": "Evenings are best"})
    assert "Ida Frost" in page(desk.get("/online/"))
    sent = Sent.objects.get()
    assert desk.post(f"/online/{sent.pk}/take/").status_code == 302
    [person] = Person.objects.all()
    kinds = list(ChartEntry.objects.filter(chart=person.pk).values_list("kind", flat=True))
    assert kinds == ["ReferralReceived", "PreScreenReceived"]
    assert desk.post(f"/online/{sent.pk}/take/").status_code == 404
    assert "Nothing waits" in page(desk.get("/online/"))


def test_a_person_known_already_gets_no_second_record(desk):
    known = Person.objects.create(name="Ida Frost", birth_date="1988-02-03", record_number="10-2001")
    Client().post("/start/send/", CLEAR | WHO)
    text = page(desk.get("/online/"))
    assert "Take in, as record 10-2001" in text
    desk.post(f"/online/{Sent.objects.get().pk}/take/", {"known": str(known.pk)})
    assert Person.objects.count() == 1 and ChartEntry.objects.filter(chart=known.pk).count() == 2


def test_setting_aside_needs_a_reason_and_makes_no_person(desk):
    Client().post("/start/send/", CLEAR | WHO)
    sent = Sent.objects.get()
    assert desk.post(f"/online/{sent.pk}/set-aside/", {"why": " "}).status_code == 422
    assert desk.post(f"/online/{sent.pk}/set-aside/", {"why": "asked by mistake"}).status_code == 302
    sent.refresh_from_db()
    assert (
        sent.set_aside == "asked by mistake"
        and sent.done_by == "Some front_desk"
        and not Person.objects.exists()
    )


def test_whoever_says_that_they_want_to_die_stands_first_at_the_desk(desk):
    Client().post("/start/send/", CLEAR | WHO)
    Client().post("/start/send/", CLEAR | WHO | {"name": "Otto Lind", "safe": "yes"})
    text = page(desk.get("/online/"))
    assert text.index("Otto Lind") < text.index("Ida Frost") and "Call now" in text
