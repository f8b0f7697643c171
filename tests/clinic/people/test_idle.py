"""A door closes by itself, and nothing a browser sends by itself keeps it open (hazards H51, H29, H47)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as ours
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from dayspring.clinic.people import idle
from dayspring.clinic.people.idle import Door
from tests.clinic.people import routes_of_a_room

SECRET_WORD = "a long enough word"
ROOM, STREAM, STOP = "/room-test/room/", "/room-test/stream/", "/room-test/stop/"
PERSONS = "/people/"
IDLE_S, ABSOLUTE_S = ours.IDLE.total_seconds(), ours.ABSOLUTE.total_seconds()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(autouse=True)
def room(settings):
    settings.ROOT_URLCONF = routes_of_a_room.__name__


def is_locked(client: Client) -> bool:
    answer = client.get(PERSONS)
    return answer.status_code == 302 and answer.headers["Location"].startswith("/locked/")


@pytest.mark.hazard("H51")
def test_five_minutes_without_an_act_lock_the_screen(clock, signed_in):
    client = signed_in("nurse")
    clock.later(seconds=IDLE_S - 1)
    assert not is_locked(client)
    clock.later(seconds=IDLE_S)
    assert is_locked(client)


@pytest.mark.hazard("H51")
def test_an_act_each_four_minutes_keeps_the_screen_open_for_an_hour(clock, signed_in):
    client = signed_in("nurse")
    for _ in range(15):
        clock.later(minutes=4)
        assert not is_locked(client)


@pytest.mark.hazard("H51")
@pytest.mark.parametrize("dressed_up", [{}, {"X-Background": "0"}, {"X-Keep-Alive": "1"}])
def test_a_stream_that_polls_each_second_does_not_keep_the_screen_open(clock, signed_in, dressed_up):
    client = signed_in("nurse")
    for _ in range(int(IDLE_S)):
        clock.later(seconds=1)
        client.get(STREAM + "?keep=1&timeout=0&skip_timeout_reset=0", headers=dressed_up)
    assert is_locked(client)


@pytest.mark.hazard("H51")
def test_calling_a_persons_act_background_does_not_hide_it_from_the_clock(clock, signed_in):
    client = signed_in("nurse")
    clock.later(minutes=4)
    client.get(ROOM, headers={"X-Background": "1"})
    clock.later(minutes=4)
    assert not is_locked(client)


@pytest.mark.hazard("H51")
def test_knocking_on_a_locked_door_does_not_open_it(clock, signed_in):
    client = signed_in("nurse")
    clock.later(seconds=IDLE_S)
    for _ in range(20):
        clock.later(seconds=10)
        for url in (PERSONS, ROOM, STREAM, STOP, "/locked/"):
            client.get(url)
    assert is_locked(client)


@pytest.mark.hazard("H51")
def test_twelve_hours_end_the_session_however_busy_it_was(clock, signed_in):
    client = signed_in("nurse")
    for _ in range(int(ABSOLUTE_S // 240) - 1):
        clock.later(minutes=4)
        assert client.get(PERSONS).status_code == 200
    clock.later(minutes=4)
    answer = client.get(PERSONS)
    assert answer.headers["Location"].startswith("/enter/")
    assert idle.BEGAN not in client.session


@pytest.mark.hazard("H51")
def test_unlocking_does_not_start_the_twelve_hours_again(clock, signed_in):
    client = signed_in("nurse")
    clock.later(hours=11, minutes=59)
    client.post("/locked/", {"next": PERSONS})
    assert client.get(PERSONS).status_code == 200
    clock.later(minutes=1)
    assert client.get(PERSONS).headers["Location"].startswith("/enter/")


def test_a_session_that_does_not_say_when_it_began_has_ended(clock, signed_in):
    client = signed_in("nurse")
    session = client.session
    del session[idle.BEGAN]
    session.save()
    assert client.get(PERSONS).headers["Location"].startswith("/enter/")


@pytest.mark.hazard("H51")
def test_a_person_who_is_disabled_is_out_at_the_next_request(clock, member):
    nurse = member("nurse")
    client = Client()
    client.force_login(nurse)
    assert client.get(PERSONS).status_code == 200
    nurse.is_active = False
    nurse.save()
    assert client.get(PERSONS).headers["Location"].startswith("/enter/")


@pytest.mark.hazard("H29")
def test_the_room_and_stop_stay_reachable_behind_the_lock_and_nothing_else_does(clock, signed_in):
    client = signed_in("nurse")
    assert client.get(ROOM).content == b"open"
    clock.later(seconds=IDLE_S)
    assert client.get(ROOM).content == b"locked"
    assert client.post(STOP).status_code == 200
    assert client.get(STREAM).status_code == 423
    assert client.get("/room-test/sign/").headers["Location"].startswith("/locked/")


@pytest.mark.hazard("H29")
def test_a_stop_behind_the_lock_is_never_signed_with_the_name_of_who_left(clock, signed_in):
    client = signed_in("nurse")
    client.get(ROOM)
    assert client.post(STOP).content.startswith(b"Some nurse at ")
    clock.later(seconds=IDLE_S)
    told = client.post(STOP).content
    assert told.startswith(b"nobody at ")
    assert not told.endswith(b"no station")


@pytest.mark.hazard("H29")
def test_a_stop_by_somebody_without_a_second_factor_works_and_carries_no_name(clock, signed_in, settings):
    client = signed_in("nurse")
    client.get(ROOM)
    settings.DEMO = False
    assert client.post(STOP).content.startswith(b"nobody at ")


@pytest.mark.hazard("H29")
def test_stop_works_after_signing_out_and_after_twelve_hours(clock, signed_in):
    client = signed_in("nurse")
    client.get(ROOM)
    clock.later(seconds=ABSOLUTE_S)
    assert client.post(STOP).content.startswith(b"nobody at ")
    client.cookies.pop("sessionid", None)
    assert client.post(STOP).status_code == 200


@pytest.mark.hazard("H29")
def test_stop_works_with_the_token_of_a_page_from_before_the_sign_in(clock, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("nurse"))
    client.get(ROOM)
    assert client.post(STOP, {"csrfmiddlewaretoken": "of another time"}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_page_of_somebody_elses_cannot_press_stop(clock, signed_in, headers):
    client = signed_in("nurse")
    client.get(ROOM)
    assert client.post(STOP, headers=headers).status_code == 403


def test_a_browser_that_never_was_in_the_clinic_cannot_press_stop(clock):
    stranger = Client()
    assert stranger.post(STOP).status_code == 403
    stranger.cookies["station"] = "made-up"
    assert stranger.post(STOP).status_code == 403


def test_outside_the_demonstration_the_lock_opens_with_the_password_and_not_without(
    clock, signed_in, settings
):
    client = signed_in("nurse")
    clock.later(seconds=IDLE_S)
    settings.DEMO = False
    assert client.post("/locked/").status_code == 422
    assert client.post("/locked/", {"password": "a wrong word"}).status_code == 422
    assert is_locked(client)
    answer = client.post("/locked/", {"password": SECRET_WORD, "next": ROOM})
    assert answer.headers["Location"] == ROOM
    assert idle.door_of(client.session.session_key) is Door.OPEN


def test_guessing_at_the_lock_comes_to_an_end(clock, signed_in, settings):
    client = signed_in("nurse")
    clock.later(seconds=IDLE_S)
    settings.DEMO = False
    for _ in range(20):
        client.post("/locked/", {"password": "a wrong word"})
    assert b"Too many tries" in client.post("/locked/", {"password": SECRET_WORD}).content


def test_a_press_locks_the_screen_at_once(clock, signed_in):
    client = signed_in("nurse")
    client.post("/lock/")
    assert is_locked(client)


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:x"])
def test_the_lock_leads_to_no_other_server(clock, signed_in, away):
    client = signed_in("nurse")
    clock.later(seconds=IDLE_S)
    assert client.post("/locked/", {"next": away}).headers["Location"] == PERSONS


@pytest.mark.hazard("H47")
def test_a_clock_that_goes_back_an_hour_keeps_nobody_in_longer_than_twelve(clock, signed_in):
    client = signed_in("nurse")
    clock.later(hours=-1)
    assert client.get(PERSONS).status_code == 200
    clock.later(hours=13)
    assert client.get(PERSONS).headers["Location"].startswith("/enter/")


def test_a_stream_can_ask_whether_its_session_still_stands(clock, signed_in):
    client = signed_in("nurse")
    key = client.session.session_key
    assert idle.door_of(key) is Door.OPEN
    clock.later(seconds=IDLE_S)
    assert idle.door_of(key) is Door.LOCKED
    clock.later(seconds=ABSOLUTE_S)
    assert idle.door_of(key) is Door.ENDED
    assert idle.door_of(None) is Door.ENDED
    assert idle.door_of("no such session") is Door.ENDED


def test_the_stored_time_is_never_ahead_of_the_act(clock):
    session = SessionStore()
    at = clock.now()
    session[idle.BEGAN] = session[idle.SEEN] = at.timestamp()
    for seconds in (1, 4, 5, 6, 60):
        idle.touch(session, at + timedelta(seconds=seconds))
        assert 0 <= seconds - (session[idle.SEEN] - at.timestamp()) < 5


@pytest.mark.hazard("H51")
def test_an_act_that_comes_too_late_leaves_the_door_as_it_is(clock):
    session = SessionStore()
    at = clock.now()
    session[idle.BEGAN] = session[idle.SEEN] = at.timestamp()
    idle.touch(session, at + ours.IDLE)
    assert session[idle.SEEN] == at.timestamp()
    assert idle.door(session, at + ours.IDLE) is Door.LOCKED
