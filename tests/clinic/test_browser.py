"""The knowledge as pages: every row can be found, opened and followed to its source."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from dayspring.clinic.browser import shown, telling
from dayspring.clinic.browser.catalogue import SHELVES, Catalogue, catalogue, item
from dayspring.clinic.browser.drawn import bars, protocol
from dayspring.knowledge import library, library_with

pytestmark = pytest.mark.django_db

BACKEND = "dayspring.clinic.people.backend.Backend"
SECRET = "a long enough word"
AGREED = {"agreed": "Dr Amadi Okafor", "on": date(2026, 11, 2), "why": "Older people come here."}


@pytest.fixture
def signed_in(come) -> Callable[[str], Client]:
    return lambda role: come(role, SECRET)


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


def test_the_bands_of_a_questionnaire_stand_one_below_the_other():
    lines = shown.lines(catalogue().shelves["instruments"]["phq9"].row, catalogue())
    bands = next(line for line in lines if line.name == "Bands")
    rows = next(line for line in bands.inner if line.name == "Rows")
    assert [value.text for value in rows.values][:2] == ["0 to 4: minimal", "5 to 9: mild"]
    assert rows.noted


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
