"""The room and the board as pages: what stands in them, what every form sends, and what is never claimed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import expect

from dayspring.clinic.showing import screen
from dayspring.clinic.showing.keys import keys
from dayspring.therapy import acts

CHART, SESSION = str(UUID(int=1)), str(UUID(int=2))
VITALS = {"systolic", "diastolic", "pulse", "spo2", "respiration", "temperature"}
SENT_BY_ALL = {"csrfmiddlewaretoken", "session", "seen", "key", "next"}


@dataclass
class Form:
    action: str
    acts: bool
    fields: dict[str, list[str | None]] = field(default_factory=dict)
    typed: list[dict[str, str | None]] = field(default_factory=list)

    @property
    def act(self) -> str:
        return self.action.rstrip("/").rsplit("/", 1)[-1]


class Forms(HTMLParser):
    """Every form of a page with what it would send, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        got = dict(attrs)
        if tag == "form":
            self.open = Form(action=got["action"], acts="data-act" in got)
            self.forms.append(self.open)
        elif tag in ("input", "select", "textarea") and self.open and got.get("name"):
            self.open.fields.setdefault(got["name"], []).append(got.get("value"))
            if got.get("type") != "hidden":
                self.open.typed.append(got)

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None


def tile(key: str = "pressure", text: str = "142/86", age_ms: int | None = 1000, **more) -> screen.Tile:
    told = {
        "name": key.capitalize(),
        "unit": "mmHg",
        "max_age_ms": 60_000,
        "source": "cuff",
        "state": "fresh",
    }
    return screen.Tile(**({"key": key, "text": text, "age_ms": age_ms} | told | more))


def card(priority: str = "high", *, episode: int = 7, loudest: bool = False, **more) -> screen.FindingCard:
    told = {
        "condition": "pressure",
        "stars": {"high": "***", "medium": "**", "low": "*"}[priority],
        "name": "Pressure",
        "says": f"Claim {episode}",
        "do": "Ask now: headache?",
        "cites": "179 mmHg (clinic default)",
        "running_s": 48,
        "form_key": f"finding-{episode}",
    }
    return screen.FindingCard(episode=episode, priority=priority, loudest=loudest, **(told | more))


def line(number: int, **more) -> screen.Happening:
    told = {"clock": "10:12", "title": f"Line {number}", "detail": "Lena", "form_key": f"line-{number}"}
    return screen.Happening(number=number, **(told | more))


HALTING = screen.Halting(word="Stop", asked_clock="10:14:31", asked_ms=2000, by="Samir", amount="29 to 31 mg")
RUNNING = screen.Room(
    chart=CHART,
    session=SESSION,
    version=12,
    name="Mara Kessel-Test",
    born="4 March 1984",
    record="10-2274",
    allergy="penicillin",
    session_words="Session 4 of 6",
    order_words="Ketamine 34 mg into a vein, 40 min",
    stage="dosing",
    state="running",
    minute=22,
    minute_of=40,
    clock="10:14",
    track='<svg class="the-track"></svg>',
    tiles=(tile(), tile("pulse", "82"), tile("spo2", "97")),
    lesser=(screen.Lesser(name="Sedation", text="5", of="of 5", age="2 min ago", who="Lena"),),
    picture='<svg class="the-picture"></svg>',
    sentence="Systolic up 24 since the start, below every limit",
    table=(("0", "118/74", "68", "98"),),
    findings=(),
    due=(screen.Due(clock="10:22", words="Pressure, sedation", detail="in 8 min", current=True),),
    happenings=(line(3), line(2, correctable=True)),
    given="18.7 mg",
    rate="150 mL/h",
    ordered_rate="150",
    half_rate="75",
    ends="10:32",
    halting=None,
    taps=tuple(
        screen.Tap(kind=kind, label=kind.capitalize(), key=str(n), form_key=f"tap-{n}")
        for n, kind in enumerate(("nausea", "vomiting"), 1)
    ),
    stop_token="a-token",
    server_ms=1_000_000,
    can=frozenset({"ChangeRate", "PauseInfusion", "CompleteInfusion"}),
)
STAGES = {
    "running": RUNNING,
    "pausing": replace(RUNNING, state="pausing", can=frozenset({"ConfirmPump"}), halting=HALTING),
    "paused": replace(RUNNING, state="paused", can=frozenset({"ResumeInfusion"})),
    "stopping": replace(RUNNING, state="stopping", can=frozenset({"ConfirmPump"}), halting=HALTING),
    "monitoring": replace(RUNNING, state="monitoring", stage="monitoring", can=frozenset()),
}


def page(room: screen.Room, template: str = "room") -> str:
    here = reverse("sessions:room", kwargs={"session": room.session})
    context = {"room": room, "key": keys(), "here": here}
    return render_to_string(f"sessions/{template}.html", context, RequestFactory().get(here))


def board(*chairs: screen.Chair, **more) -> str:
    shown = screen.Board(chairs=chairs, clock="10:14", **more)
    return render_to_string("sessions/board.html", {"board": shown}, RequestFactory().get("/board/"))


def forms(html: str) -> list[Form]:
    return Forms(html).forms


def act_forms(html: str) -> Iterator[Form]:
    return (form for form in forms(html) if form.acts)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def part(html: str, mark: str) -> str:
    """The opening tag that holds the mark and what follows it, up to the end of its article or section."""
    found = re.search(rf"<(article|section|li|a|div|p)[^>]*{mark}.*?</\1>", html, flags=re.S)
    assert found, f"{mark} is not on the page"
    return found[0]


# Stop ----------------------------------------------------------------------------------------------


@pytest.mark.hazard("H29")
@pytest.mark.parametrize("stage", STAGES)
def test_stop_stands_in_every_stage_with_its_token_and_a_key_of_its_own(stage):
    [stop] = [form for form in forms(page(STAGES[stage])) if form.action.endswith("/stop/")]
    assert stop.fields["token"] == ["a-token"]
    assert len(stop.fields["key"][0] or "") > 20
    # What a person must fill in first would be a second step.
    assert stop.typed == []


@pytest.mark.hazard("H29")
def test_a_stop_that_is_asked_says_to_press_the_pump_and_silences_no_finding():
    found = card(loudest=True, says="Pressure 186/113")
    html = page(replace(STAGES["stopping"], findings=(found,)), "room_live")
    assert "Press stop on the pump" in html
    assert "Pressure 186/113" in html
    assert html.index("Press stop on the pump") < html.index("Pressure 186/113")
    assert html.count('role="alert"') == 1
    confirm = next(form for form in act_forms(html) if form.act == "ConfirmPump")
    assert [got.get("value") for got in confirm.typed] == [None]


@pytest.mark.parametrize(
    ("recorded", "says"),
    [(True, "this station, user not verified"), (False, "could not be tied to a session")],
)
def test_a_stop_without_a_person_says_what_is_recorded_and_what_to_press(recorded, says):
    html = render_to_string("sessions/stop_at_pump.html", {"recorded": recorded}, RequestFactory().get("/"))
    assert says in text(html)
    assert "press stop on the pump" in text(html).lower()
    assert "room.css" in html, "the page is drawn without the sheet of its large words"


# Forms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_every_form_asks_for_an_act_that_exists_and_sends_only_what_that_act_reads(stage):
    rich = replace(
        STAGES[stage],
        findings=(card(loudest=True, proposes="PauseInfusion", proposes_label="Pause"), card(episode=8)),
        happenings=(line(5, correctable=True, restates="VitalsTaken", others=(("pulse", "82"),)),),
    )
    for form in act_forms(page(rich)):
        kind = acts.KINDS[form.act]
        known = {one.name for one in fields(kind)} | SENT_BY_ALL
        known |= VITALS | {"at_rest", "source"} if kind in (acts.TakeVitals, acts.Correct) else set()
        assert set(form.fields) <= known, form.act
        assert set(form.fields) >= SENT_BY_ALL - {"csrfmiddlewaretoken"}, form.act
        assert form.fields["seen"] == ["12"]
        assert form.fields["session"] == [SESSION]


@pytest.mark.hazard("H11")
@pytest.mark.parametrize("stage", STAGES)
def test_no_two_forms_share_a_key(stage):
    rich = replace(STAGES[stage], findings=(card(loudest=True), card(episode=8), card("low", episode=9)))
    sent = [form.fields["key"][0] for form in forms(page(rich))]
    assert "" not in sent
    assert len(set(sent)) == len(sent)


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_that_a_person_must_say_is_filled_in_or_chosen_beforehand(stage):
    for form in act_forms(page(STAGES[stage])):
        for got in form.typed:
            assert "checked" not in got and "selected" not in got
            if got.get("type") not in ("radio", "checkbox"):
                assert not got.get("value"), f"{form.act} suggests {got['name']}"


@pytest.mark.parametrize("stage", ["running", "paused"])
def test_half_of_a_rate_is_said_with_its_unit(stage):
    assert "75 mL/h" in text(page(STAGES[stage]))


def test_each_act_on_the_drug_has_a_button_only_where_it_would_be_taken():
    drug = {"ChangeRate", "PauseInfusion", "CompleteInfusion", "ResumeInfusion", "ConfirmPump"}
    for stage, room in STAGES.items():
        assert {form.act for form in act_forms(page(room))} & drug == set(room.can), stage


def test_recovery_is_asked_while_monitored_and_the_door_is_opened_from_there_only():
    door = reverse("sessions:leave", kwargs={"session": SESSION})
    for stage, room in STAGES.items():
        html = page(room)
        after = stage == "monitoring"
        assert (door in html) is after, stage
        assert ("SeeRecovery" in {form.act for form in act_forms(html)}) is after, stage


def test_every_vital_sign_that_the_chart_takes_can_be_recorded_in_the_room():
    [vitals] = [form for form in act_forms(page(RUNNING)) if form.act == "TakeVitals"]
    assert set(vitals.fields) >= VITALS


# Findings and lines ---------------------------------------------------------------------------------


def test_one_finding_is_loud_and_the_others_keep_their_words_and_stars():
    found = (card(loudest=True), card("medium", episode=8), card("low", episode=9))
    html = page(replace(RUNNING, findings=found), "room_live")
    assert re.findall(r'class="finding (\w+)"', html) == ["high"]
    assert re.findall(r'class="quiet-finding (\w+)"', html) == ["medium", "low"]
    for one in found:
        assert f"{one.stars} {one.says}" in text(html) or one.loudest
        assert one.says in text(html)
    assert "Proposed, not done." in text(html)
    assert "179 mmHg (clinic default)" in text(html)


def test_a_finding_is_seen_once_and_then_names_who_saw_it():
    seen = page(replace(RUNNING, findings=(card(seen_by="Lena Brandt"),)), "room_live")
    assert "Seen by Lena Brandt" in text(seen)
    assert "SeeFinding" not in {form.act for form in act_forms(seen)}
    new = next(f for f in act_forms(page(replace(RUNNING, findings=(card(),)))) if f.act == "SeeFinding")
    assert (new.fields["condition"], new.fields["episode"]) == (["pressure"], ["7"])


def test_a_struck_line_stays_readable_with_its_reason_and_is_not_corrected_again():
    html = page(replace(RUNNING, happenings=(line(4, struck=True, why="wrong arm", correctable=True),)))
    assert "<del>Line 4</del>" in html
    assert "wrong arm" in text(html)
    assert "Correct" not in {form.act for form in act_forms(html)}


def test_a_corrected_pressure_keeps_what_else_was_measured():
    others = (("pulse", "82"), ("source", "manual"))
    html = page(
        replace(RUNNING, happenings=(line(5, correctable=True, restates="VitalsTaken", others=others),))
    )
    fix = next(form for form in act_forms(html) if form.act == "Correct")
    assert (fix.fields["number"], fix.fields["pulse"]) == (["5"], ["82"])
    assert {got["name"] for got in fix.typed} == {"reason", "systolic", "diastolic"}


# Numbers -------------------------------------------------------------------------------------------


def test_a_vital_stands_with_unit_age_and_source():
    html = part(page(RUNNING, "room_live"), 'data-key="pressure"')
    assert 'data-age="1000"' in html
    assert 'data-max="60000"' in html
    assert "mmHg" in html
    assert "cuff" in html


def test_what_was_never_taken_is_a_dash_and_is_called_so():
    never = tile(text="", age_ms=None, state="never", source="")
    html = part(page(replace(RUNNING, tiles=(never,)), "room_live"), 'data-key="pressure"')
    assert re.search(r"data-value>\s*–\s*<", html)
    assert "not taken" in html


def test_a_number_past_twice_its_age_is_on_neither_page_even_without_a_script():
    gone = tile(text="199/111", age_ms=200_000, state="gone")
    assert "199" not in page(replace(RUNNING, tiles=(gone,)), "room_live")
    lost = tile("pulse", "177", age_ms=200_000, state="gone")
    chair = screen.Chair(
        place="5", session=SESSION, name="P", pressure=gone, pulse=lost, saturation=tile("spo2", "97")
    )
    html = board(chair)
    assert "199" not in html
    assert "177" not in html
    assert "97" in text(html)


@pytest.mark.parametrize(
    ("allergy", "says"),
    [("", "allergies not asked"), ("none", "no allergies known"), ("latex", "allergic to latex")],
)
def test_an_allergy_that_was_not_asked_is_not_an_allergy_that_is_not_there(allergy, says):
    shown = text(page(replace(RUNNING, allergy=allergy)))
    assert [s for s in ("allergies not asked", "no allergies known", "allergic to latex") if s in shown] == [
        says
    ]


def test_words_from_a_person_are_words_and_not_marks():
    html = page(replace(RUNNING, name="<b>Mara</b>", happenings=(line(1, detail="<img src=x>"),)))
    assert "<b>Mara</b>" not in html
    assert "<img src=x>" not in html


# The board -----------------------------------------------------------------------------------------


def chair(place: str, **more) -> screen.Chair:
    told = {
        "session": SESSION,
        "name": "Peter L.",
        "stage": "dosing",
        "pressure": tile(age_ms=9000),
        "pulse": tile("pulse", "104", age_ms=400_000, max_age_ms=300_000, state="old", source="oximeter"),
        "saturation": tile("spo2", "96", age_ms=2000, source="oximeter"),
    }
    return screen.Chair(place=place, **(told | more))


def test_chairs_stand_in_their_places_and_a_free_one_stays():
    html = board(chair("1"), screen.Chair(place="2", free=True), chair("3"))
    assert re.findall(r'data-id="(\d)"', html) == ["1", "2", "3"]
    assert html.count(reverse("sessions:room", kwargs={"session": SESSION})) == 2
    assert "Free" in text(html)


def test_the_loudest_finding_stands_above_the_chairs_with_its_stars():
    html = board(chair("1"), loudest="Chair 5: 186/113", loudest_priority="high", loudest_stars="***")
    assert "*** Chair 5: 186/113" in text(html)
    assert html.index("Chair 5: 186/113") < html.index('data-id="1"')
    assert "No finding stands." in board(chair("1"))


def test_each_number_of_the_board_has_an_age_and_a_source_of_its_own():
    html = board(chair("5"))
    shown = re.findall(r'class="[^"]*vital-like (\w+)[^"]*"[^>]*data-age="(\d+)" data-max="(\d+)"', html)
    assert shown == [
        ("fresh", "9000", "60000"),
        ("old", "400000", "300000"),
        ("fresh", "2000", "60000"),
    ]
    assert html.count("data-age-says") == 3
    assert "cuff" in text(html)
    assert text(html).count("oximeter") == 2


# In a browser --------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/board/", "a.chair"], ids=["board", "room"])
def test_the_cover_and_the_tested_sound_tell_the_time_of_the_clinic_and_not_of_the_machine(
    own_desk, own_server, path
):
    # The browser of these tests is in no zone of the clinic; a time of its own would be hours off.
    page = own_desk.open()
    page.goto("/enter/")
    page.locator("button[value=lena]").click()
    page.goto("/board/")
    if path == "a.chair":
        page.locator(path).filter(has_text="Dosing").first.click()
        page.locator("#sound").click()
        expect(page.locator("#sound-says")).to_have_text(re.compile(r"^Sound tested \d\d:\d\d$"))
        assert near(page.locator("#sound-says").inner_text()[-5:], clock(page))
    expect(page.locator("#sheet")).to_be_hidden()
    page.wait_for_timeout(1500)
    os.kill(own_server.process.pid, signal.SIGSTOP)
    try:
        expect(page.locator("#sheet")).to_be_visible(timeout=8000)
        said = re.search(r"since (\d\d:\d\d):\d\d\.", page.locator("#sheet").inner_text())
        assert said
        assert near(said[1], clock(page))
    finally:
        os.kill(own_server.process.pid, signal.SIGCONT)


def clock(page) -> str:
    return page.locator("[data-clock]").first.inner_text()


def near(one: str, other: str) -> bool:
    """Two times of day at most a minute apart."""
    minutes = [60 * int(at[:2]) + int(at[3:]) for at in (one, other)]
    return (minutes[0] - minutes[1] + 1) % 1440 <= 2
