"""Only a prescriber answers for the knowledge, with a password, as it was read, and for good."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from dayspring.clinic.pack import signing
from dayspring.clinic.pack.models import PackSignature
from dayspring.clinic.people.models import Staff
from dayspring.knowledge import library
from dayspring.knowledge.pack import content

pytestmark = [pytest.mark.django_db, pytest.mark.hazard("H10")]

BACKEND = "dayspring.clinic.people.backend.Backend"
SECRET = "a long enough word"


@pytest.fixture
def signed_in(come) -> Callable[[str], Client]:
    return lambda role: come(role, SECRET)


def text(answer: object) -> str:
    """The words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())  # type: ignore[attr-defined]


def sign(client: Client, **fields: str) -> object:
    asked = {"digest": signing.digest_now(), "words": "I answer for it.", "password": SECRET} | fields
    return client.post("/knowledge/sign/", asked)


def test_a_prescriber_signs_with_a_password_and_the_pack_is_signed_as_it_stands(signed_in):
    client = signed_in("prescriber")
    assert not signing.pack_is_signed()
    assert "No prescriber has signed" in signing.unsigned_refusal()
    assert sign(client).status_code == 302
    assert signing.pack_is_signed()
    assert signing.unsigned_refusal() == ""
    one = PackSignature.objects.get()
    assert (one.name, one.words, one.digest) == ("Some prescriber", "I answer for it.", signing.digest_now())
    assert json.loads(one.content) == content(library())
    assert "Signed by Some prescriber" in text(client.get("/knowledge/"))


@pytest.mark.parametrize("role", ["nurse", "front_desk", "pharmacist", "manager", "therapist"])
def test_nobody_but_a_prescriber_signs_and_the_refusal_names_the_row(signed_in, role):
    client = signed_in(role)
    answer = sign(client)
    assert answer.status_code == 403
    assert "SignPack" in text(answer)
    assert not PackSignature.objects.exists()
    assert "Sign the pack" not in text(client.get("/knowledge/"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"password": "another word"}, "The password is not the one of Some prescriber."),
        ({"password": ""}, "The password is not the one of Some prescriber."),
        ({"words": "  "}, "Say in your own words"),
        ({"words": "x" * 301}, "at most 300 letters"),
        ({"digest": "0" * 64}, "The knowledge changed while you read."),
        ({"digest": ""}, "The knowledge changed while you read."),
    ],
)
def test_a_signature_that_lacks_something_is_not_written_and_says_what(signed_in, fields, says):
    answer = sign(signed_in("prescriber"), **fields)
    assert answer.status_code == 422
    assert says in text(answer)
    assert not PackSignature.objects.exists()


def test_what_was_typed_stays_and_the_password_does_not(signed_in):
    page = sign(signed_in("prescriber"), words="My own words", password="another word").content.decode()
    assert "My own words</textarea>" in page
    assert "another word" not in page


def planted(**changed: dict[str, str] | None) -> PackSignature:
    """A signature under a pack that had some rows otherwise."""
    rows = {key: dict(row) for key, row in content(library()).items()}
    for key, row in changed.items():
        place = f"limits.{key}"
        rows[place] = rows.get(place, {}) | row if row else {}
        if not row:
            del rows[place]
    return PackSignature.objects.create(
        digest="0" * 64,
        version="0.0.9",
        at="2026-03-01T10:00Z",
        who="1",
        name="Dr Before",
        words="All of it.",
        content=json.dumps(rows),
    )


def test_the_next_signer_sees_each_row_that_changed_with_the_old_and_the_new(signed_in):
    planted(
        iv_sessions={"value": "8"},
        iv_interval={"value": "24"},
        iv_dose_block=None,
        of_last_year={"value": "3", "source": "S04"},
    )
    said = text(signed_in("prescriber").get("/knowledge/sign/"))
    assert "4 rows changed since Dr Before signed" in said
    assert re.search(r"iv_sessions changed .*value 8 6", said)
    assert re.search(r"iv_interval changed .*value 24 h 48 h", said)
    assert "iv_dose_block new" in said
    assert "of_last_year gone" in said
    assert "The knowledge pack is" in signing.unsigned_refusal()
    assert "Dr Before" in signing.unsigned_refusal()


def test_before_the_first_signature_every_row_that_needs_one_is_laid_open(signed_in):
    page = text(signed_in("prescriber").get("/knowledge/sign/"))
    rows = content(library())
    waiting = [k for k, row in rows.items() if row.get("standing") in ("memory", "default")]
    assert f"all {len(rows)} rows are new" in page
    assert f"The {len(waiting)} that rest on memory" in page
    assert "iv_dose_block" in page


def test_the_database_refuses_to_change_or_take_away_a_signature():
    one = planted()
    for wrong in (
        lambda: PackSignature.objects.filter(pk=one.pk).update(name="Dr Other"),
        lambda: PackSignature.objects.filter(pk=one.pk).delete(),
        one.delete,
    ):
        with pytest.raises(DatabaseError, match="refused: what was signed stays"), transaction.atomic():
            wrong()
    assert PackSignature.objects.get().name == "Dr Before"


def test_outside_the_demonstration_no_order_is_signed_before_the_knowledge_is(
    signed_in, settings, monkeypatch
):
    settings.DEMO = False
    monkeypatch.setattr("dayspring.clinic.people.middleware.is_mfa_enabled", lambda person: True)
    chart = "0b0e3f3a-2f7e-4a52-9b0e-6a1d7c7f0001"

    def order() -> str:
        form = {"order_id": "o1", "order": "{}", "key": "k", "seen": "0"}
        answer = prescriber.post(f"/chart/{chart}/do/SignOrder/", form, HTTP_ACCEPT="application/json")
        return " ".join(answer.json()["refused"])

    prescriber = signed_in("prescriber")
    assert "No prescriber has signed the knowledge pack" in order()
    signing.sign(Staff.objects.get(), "All of it.")
    assert "knowledge pack" not in order()
