"""The pages of a consent: all of it is there, what is sent is what was read, and the paper says the same."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from dayspring.clinic.charts import record
from dayspring.clinic.charts.models import ChartEntry
from dayspring.clinic.people.models import Person
from dayspring.knowledge import library
from dayspring.therapy.consents import text_of
from tests.clinic.test_room_page import Forms

pytestmark = pytest.mark.django_db

IV = "iv_depression"
DRAWN = "M120 300L140 310L160 290"


def where(rosa: Person, name: str = "one", protocol: str = IV) -> str:
    more = {} if name == "every" else {"protocol": protocol}
    return reverse(f"consents:{name}", kwargs={"chart": rosa.pk, **more})


def read(client: Client, rosa: Person, name: str = "one") -> str:
    answer = client.get(where(rosa, name))
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, page: str, act: str, **typed: str):
    """Posts the form of that act as the page holds it, with what a person typed into it."""
    form = next(form for form in Forms(page).forms if form.act == act)
    held = {name: values[0] or "" for name, values in form.fields.items()}
    return client.post(form.action, held | typed)


def sign(client: Client, rosa: Person, **typed: str):
    return send(client, read(client, rosa), "SignConsent", **{"signed_name": "Rosa Test"} | typed)


def state(page: str) -> str:
    found = re.search(r'class="panel consent-stands (\w+)', page)
    assert found
    return found[1]


def test_every_word_of_the_consent_is_on_its_page_in_its_order(come, rosa):
    page = read(come("nurse"), rosa)
    text = text_of(IV, library())
    places = [page.index(f"<p>{p.text}</p>") for p in text.paragraphs]
    assert places == sorted(places) and text.title in page
    assert state(page) == "unsigned"


def test_what_is_signed_is_the_version_and_the_words_that_were_shown(come, rosa):
    nurse = come("nurse")
    assert sign(nurse, rosa, drawing=DRAWN).status_code == 302
    (line,) = record.lines(rosa.pk)
    text = text_of(IV, library())
    fact = line.fact
    assert (fact.version, fact.digest, fact.drawing) == (text.version, text.digest, DRAWN)
    page = read(nurse, rosa)
    assert state(page) == "current"
    assert page.count(f'<path d="{DRAWN}"/>') == 2
    assert "Some nurse" in page and "Rosa Test" in page


def test_a_name_alone_signs_and_no_empty_picture_is_shown(come, rosa):
    nurse = come("nurse")
    sign(nurse, rosa)
    page = read(nurse, rosa)
    assert state(page) == "current" and 'class="signature' not in page


def test_a_text_renewed_while_it_was_read_is_refused_and_nothing_is_kept(come, rosa):
    answer = sign(come("nurse"), rosa, digest="0" * 64)
    assert answer.status_code == 422 and b"renewed while it was read" in answer.content
    assert not ChartEntry.objects.filter(kind="ConsentSigned").exists()


def test_an_empty_name_signs_nothing(come, rosa):
    answer = sign(come("prescriber"), rosa, signed_name=" ")
    assert answer.status_code == 422 and b"signed with a name" in answer.content


@pytest.mark.parametrize("role, may", [("nurse", True), ("prescriber", True), ("therapist", False),
                                       ("front_desk", False), ("manager", False)])  # fmt: skip
def test_the_place_to_sign_is_there_only_beside_somebody_who_may_be_present(come, rosa, role, may):
    page = read(come(role), rosa)
    assert ("SignConsent" in {form.act for form in Forms(page).forms}) == may
    assert ("A nurse or a prescriber is beside you when you sign." in page) != may


def test_the_front_desk_records_that_a_consent_is_taken_back_and_the_place_to_sign_comes_again(come, rosa):
    nurse, desk = come("nurse"), come("front_desk")
    sign(nurse, rosa)
    page = read(desk, rosa)
    assert send(desk, page, "WithdrawConsent", reason="wishes to wait").status_code == 302
    page = read(nurse, rosa)
    assert state(page) == "withdrawn" and "wishes to wait" in page
    acts = [form.act for form in Forms(page).forms]
    assert "SignConsent" in acts and "WithdrawConsent" not in acts


def test_a_renewed_text_marks_what_is_new_and_shows_no_signature_under_it(come, rosa, monkeypatch):
    nurse = come("nurse")
    sign(nurse, rosa, drawing=DRAWN)
    row = {**library().consents[IV], "version": "3"}
    first, *others = text_of(IV, library()).paragraphs
    row["paragraphs"] = [
        {"heading": p.heading, "text": p.text, "covers": list(p.covers), "since": p.since}
        for p in (replace(first, text="Something else.", since="3"), *others)
    ]
    monkeypatch.setitem(library().consents, IV, row)
    page = read(nurse, rosa)
    assert state(page) == "renewed"
    assert page.count("new since you signed") == 1
    assert f"{first.heading} <span" in page
    assert f"New since then: {first.heading}." in page
    assert page.count(DRAWN) == 1, "the old signature stands in the list and nowhere else"
    assert "Not signed." in paper(nurse, rosa)


def test_the_list_says_the_state_of_each_treatment(come, rosa):
    nurse = come("nurse")
    sign(nurse, rosa)
    rows = nurse.get(where(rosa, "every")).context["rows"]
    states = {row["url"]: row["standing"].state for row in rows}
    assert states.pop(where(rosa)) == "current"
    assert set(states.values()) <= {"unsigned"}
    assert rows[0]["url"] == where(rosa)
    enabled = [key for key, row in library().protocols.items() if row.get("enabled", True)]
    assert len(rows) == len(enabled)


def test_a_consent_of_nobody_or_for_nothing_is_not_found(come, rosa):
    nurse = come("nurse")
    for name in ("one", "paper"):
        assert nurse.get(where(rosa, name, "nothing")).status_code == 404
    rosa.pk = uuid4()
    assert {nurse.get(where(rosa, name)).status_code for name in ("every", "one", "paper")} == {404}


def test_nobody_reads_a_consent_without_signing_in(rosa):
    assert {Client().get(where(rosa, name)).status_code for name in ("every", "one", "paper")} == {302}


def paper(client: Client, rosa: Person) -> str:
    answer = client.get(where(rosa, "paper"))
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_paper_has_every_word_the_name_and_who_was_present(come, rosa):
    nurse = come("nurse")
    assert "Not signed." in paper(nurse, rosa)
    sign(nurse, rosa, drawing=DRAWN)
    said = paper(nurse, rosa)
    text = text_of(IV, library())
    # A long word may be parted at the end of a line; letters are compared without the spaces between.
    letters = said.replace(" ", "").replace("-", "")
    for paragraph in text.paragraphs:
        assert paragraph.text.replace(" ", "").replace("-", "") in letters, paragraph.heading
    assert "Present: Some nurse" in said and "Rosa Test, born 2 May 1984" in said and text.digest in said
