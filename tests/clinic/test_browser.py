"""The knowledge as pages: everything can be found and opened, and only a prescriber answers for it, for good."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from dayspring.clinic.browser import shown, signing, telling
from dayspring.clinic.browser.catalogue import SHELVES, Catalogue, catalogue, item
from dayspring.clinic.browser.drawn import bars, protocol
from dayspring.clinic.browser.models import PackSignature
from dayspring.clinic.people.models import Staff
from dayspring.knowledge import library, library_with
from dayspring.knowledge.pack import content

pytestmark = pytest.mark.django_db

BACKEND = "dayspring.clinic.people.backend.Backend"
SECRET = "a long enough word"
AGREED = {"agreed": "Dr Amadi Okafor", "on": date(2026, 11, 2), "why": "Older people come here."}


@pytest.fixture(autouse=True)
def demo(settings) -> None:
    """Without a second factor, as in the demonstration; and with a hash that is quick."""
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def signed_in() -> Callable[[str], Client]:
    def enter(role: str) -> Client:
        person = Staff.objects.create_user(f"one_{role}", password=SECRET, called=f"Some {role}", role=role)
        client = Client(HTTP_HOST="localhost")
        client.force_login(person, backend=BACKEND)
        return client

    return enter


def text(answer: object) -> str:
    """The words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())  # type: ignore[attr-defined]


# To read ------------------------------------------------------------------------------------------------


def test_every_row_of_every_shelf_opens_and_names_its_key(signed_in):
    client = signed_in("nurse")
    opened = 0
    for shelf, rows in catalogue().shelves.items():
        # Of the medicines, whose pages are alike, every twentieth.
        for one in list(rows.values())[:: 20 if shelf == "medicines" else 1]:
            answer = client.get(shown.address(one))
            assert answer.status_code == 200, one.name
            assert f"<code>{html.escape(one.key)}</code>" in answer.content.decode()
            opened += 1
    assert opened > 300


@pytest.mark.parametrize("role", ["nurse", "front_desk", "prescriber", "pharmacist"])
def test_every_shelf_opens_for_everybody_who_is_signed_in_and_lists_all_its_rows(signed_in, role):
    client = signed_in(role)
    for shelf in SHELVES:
        page = client.get(reverse("browser:shelf", kwargs={"shelf": shelf.key})).content.decode()
        assert page.count("<li><a href=") >= len(catalogue().shelves[shelf.key])
    assert client.get("/knowledge/nothing/").status_code == 404
    assert client.get("/knowledge/limits/on_the_moon/").status_code == 404


def test_nobody_reads_without_having_signed_in():
    for address in (
        "/knowledge/",
        "/knowledge/limits/",
        "/knowledge/sign/",
        "/knowledge/limits/iv_sessions/",
    ):
        assert Client(HTTP_HOST="localhost").get(address).status_code == 302


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("iv_dose_block", ("limits", "iv_dose_block")),
        ("iv dose block", ("limits", "iv_dose_block")),
        ("xanax", ("medicines", "alprazolam")),
        ("EX-ANEURYSM", ("rules", "EX-ANEURYSM")),
        ("S04", ("sources", "S04")),
    ],
)
def test_a_search_finds_by_name_key_brand_and_source_and_the_named_one_comes_first(asked, first):
    assert catalogue().found(asked)[0].name == first


def test_every_word_that_is_asked_for_stands_in_what_is_found():
    found = catalogue().found("pressure dose")
    assert len(found) > 5
    assert all("pressure" in one.words and "dose" in one.words for one in found)
    assert catalogue().found("   ") == []
    assert catalogue().found("zzzz nothing") == []


def test_a_search_that_finds_nothing_says_so_and_a_word_of_markup_stays_a_word(signed_in):
    answer = signed_in("nurse").get("/knowledge/", {"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.content.decode()
    assert "0 rows hold “<script>alert(1)</script>”" in text(answer)


def test_a_limit_shows_its_number_source_with_address_standing_and_who_agreed(signed_in):
    said = text(signed_in("nurse").get("/knowledge/limits/systolic_before_dose_go/"))
    for told in ("at most 140 mmHg", "PDR Spravato summary", "pdr.net", "label or law", "to be signed by"):
        assert told in said
    assert "never a larger one" in said


def test_a_limit_lists_the_protocols_that_name_it_and_a_source_all_that_rests_on_it():
    known = catalogue()
    users = {one.name for one in known.used_by["limits", "iv_interval"]}
    assert ("protocols", "iv_depression") in users
    resting = {one.name for one in known.used_by["sources", "S04"]}
    assert {("limits", "systolic_before_dose_go"), ("limits", "diastolic_before_dose_go")} <= resting


def test_a_rule_shows_what_carries_it_out_with_its_question():
    row = catalogue().shelves["rules"]["EX-ANEURYSM"].row["carried_out_by"]
    assert "History / Aneurysm" in row
    assert "aneurysm" in row["History / Aneurysm"]["wording"]


def test_a_house_limit_is_shown_beside_the_pack_s_number():
    known = Catalogue(library_with({"systolic_before_dose_go": {"at_most": 130, **AGREED}}))
    one = known.shelves["limits"]["systolic_before_dose_go"]
    house = shown.house(one, known)
    assert house is not None
    assert one.row["number"] == "at most 130 mmHg"
    assert (house["own"].pack, house["own"].agreed) == (140, "Dr Amadi Okafor")


def test_a_new_row_of_any_shape_appears_by_itself(monkeypatch):
    known = library_with({})
    strange = {
        "name": "Strange",
        "source": "S04",
        "list": [{"a": 1, "limit": "iv_sessions"}],
        "deep": {"x": {"y": True}},
    }
    monkeypatch.setitem(known.instruments, "strange", strange)
    built = Catalogue(known)
    one = built.shelves["instruments"]["strange"]
    lines = {line.name: line for line in shown.lines(one.row, built)}
    assert lines["Deep"].inner[0].inner[0].values[0].text == "yes"
    number = lines["List"].inner[0].inner[1].values[0]
    assert (number.text, number.url) == ("at most 6", "/knowledge/limits/iv_sessions/")
    assert ("instruments", "strange") in {user.name for user in built.used_by["limits", "iv_sessions"]}


def test_what_should_have_been_read_again_is_shown_once_its_day_has_passed(monkeypatch):
    known = library_with({})
    row = {"says": "Old.", "source": "S04", "standing": "label", "review_by": date(2026, 3, 1)}
    monkeypatch.setitem(known.rulebook, "planted", {"EX-OLD": row})
    built = Catalogue(known)
    assert "EX-OLD" in {one.key for one in built.overdue(date(2026, 3, 2))}
    assert "EX-OLD" not in {one.key for one in built.overdue(date(2026, 3, 1))}


# A protocol ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", library().protocols)
def test_every_protocol_is_drawn_with_its_phases_and_a_day_that_ends_with_its_stay(key):
    known = catalogue()
    row = known.known.protocols[key]
    drawing = protocol(row, known)
    assert [phase["name"] for phase in drawing["phases"]] == [
        telling.words(phase["name"]) for phase in row.get("phases", ())
    ]
    for day in drawing["days"]:
        points = [x for track in day.tracks for x in track.points]
        assert points
        assert all(day.left <= x <= day.width for x in points)


def test_the_day_of_an_infusion_has_a_point_every_ten_minutes_of_drug_and_every_fifteen_after():
    drawing = protocol(library().protocols["iv_depression"], catalogue())
    day = drawing["days"][0]
    pressure = next(track for track in day.tracks if track.name == "Pressure")
    assert len(pressure.points) == 40 // 10 + 90 // 15
    assert [minute for _, minute in day.ticks] == ["0", "40", "130"]
    assert drawing["says"].startswith("40 min of drug, then at least 90 min under watch")


def test_dose_steps_are_as_long_as_their_numbers_and_mixed_units_are_not_laid_side_by_side():
    steps = bars(library().protocols["iv_depression"], catalogue())
    assert [step.width for step in steps] == [50, 75, 100]
    assert [step.text for step in steps] == ["0.5 mg/kg", "0.75 mg/kg", "1 mg/kg"]
    assert bars({"dose_steps": ["iv_start_dose", "iv_dose_block"]}, catalogue()) == []


def test_an_item_of_a_plain_table_says_nothing_twice():
    one = item("routes", "iv", {"name": "into a vein", "source": "S04", "pump": True})
    assert (one.title, one.source, dict(one.row)) == ("into a vein", "S04", {"pump": True})


# To sign ------------------------------------------------------------------------------------------------


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
    planted(iv_sessions={"value": "8"}, iv_dose_block=None, of_last_year={"value": "3", "source": "S04"})
    said = text(signed_in("prescriber").get("/knowledge/sign/"))
    assert "3 rows changed since Dr Before signed" in said
    assert re.search(r"iv_sessions changed .*value 8 6", said)
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
