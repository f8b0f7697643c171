"""The live pages: what they show is what is, nothing is taken out of a hand, and silence is never calm.

Each test drives the real page against the real server. A server that is stopped in its tracks, not ended,
stands for a line that is cut: the connection stays open and nothing comes.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Request, Route, expect

pytestmark = pytest.mark.browser

DOSING = re.compile(r"Dosing")


def enter(page: Page, path: str = "/board/") -> Page:
    page.goto("/enter/")
    page.locator("button[value=lena]").click()
    page.goto(path)
    return page


def room_of(page: Page) -> Page:
    """The room of the first chair in which drug runs."""
    enter(page)
    page.locator("a.chair").filter(has_text=DOSING).first.click()
    page.wait_for_selector("#stop")
    return page


@pytest.fixture
def room(own_desk) -> Page:
    return room_of(own_desk.open())


@contextmanager
def frozen(server) -> Iterator[None]:
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def record(page: Page, systolic: int, diastolic: int) -> None:
    page.fill("#record [name=systolic]", str(systolic))
    page.fill("#record [name=diastolic]", str(diastolic))
    page.locator("#record button.main").click()


def lines(page: Page) -> list[str]:
    return page.locator(".past li b, .past li del").all_inner_texts()


def test_numbers_and_findings_move_on_while_somebody_types(own_desk, room):
    room.locator(".past details.fix summary").first.click()
    typed = room.locator(".past details.fix[open] [name=reason]")
    typed.fill("half a w")
    number = room.locator(".past details.fix[open] [name=number]").input_value()
    other = own_desk.open()
    enter(other, room.url)
    record(other, 191, 114)
    expect(room.locator("[data-key=pressure] .value")).to_have_text("191/114")
    expect(room.locator("[data-priority=high]").first).to_contain_text("191/114")
    expect(typed).to_have_value("half a w")
    assert room.locator(".past details.fix[open] [name=number]").input_value() == number, (
        "typed for another line"
    )


def test_the_answer_of_a_tap_takes_nobody_out_of_the_note(room):
    before = len(lines(room))
    with room.expect_response(re.compile("NoteEvent")):
        room.locator("[data-tap='1']").click()
        room.focus("#note")
        room.keyboard.type("vomited 2 times", delay=60)
    expect(room.locator(".past li b").first).to_have_text(re.compile("Nausea"))
    room.keyboard.type(" 3", delay=60)
    expect(room.locator("#note")).to_have_value("vomited 2 times 3")
    assert len(lines(room)) == before + 1


def test_a_key_does_what_it_says_and_nothing_once_turned_off(room):
    with room.expect_response(re.compile("NoteEvent")):
        room.keyboard.press("1")
    expect(room.locator(".past li b").first).to_have_text(re.compile("Nausea"))
    room.keyboard.press("?")
    room.uncheck("#keys-on")
    # A box is no field: only the turning off keeps this key asleep.
    before = len(lines(room))
    room.keyboard.press("2")
    room.wait_for_timeout(1500)
    assert len(lines(room)) == before


def test_the_focus_stays_on_a_chair_while_the_board_renews_itself(own_desk):
    board = enter(own_desk.open())
    board.locator("a.chair").first.focus()
    for _ in range(3):
        with board.expect_response(re.compile("board/live")):
            pass
    assert board.evaluate("document.activeElement.classList.contains('chair')")


def test_a_silent_server_covers_the_page_and_leaves_stop_above_the_cover(own_server, room):
    expect(room.locator("#sheet")).to_be_hidden()
    with frozen(own_server):
        expect(room.locator("#sheet")).to_be_visible(timeout=6000)
        expect(room.locator("#sheet")).to_contain_text(
            re.compile(r"since \d\d:\d\d:\d\d\..*no longer watches", re.S)
        )
        struck = room.evaluate(
            "[...document.querySelectorAll('.vital .value')].map((at) => getComputedStyle(at).textDecorationLine)"
        )
        assert struck == ["line-through"] * 3
        above = "(e) => { const b = e.getBoundingClientRect(); return e.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)); }"  # noqa: E501
        assert room.locator("#stop").evaluate(above)
        expect(room.locator("#stop")).to_contain_text("Press stop on the pump now.")
    expect(room.locator("#sheet")).to_be_hidden()


def stops_sent(page: Page) -> list[str]:
    """The keys of the stops that leave the page from now on."""
    keys: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/stop/"):
            keys.append(re.findall(r'name="key"\r?\n\r?\n([^\r\n]+)', request.post_data or "")[0])

    page.on("request", note)
    return keys


def test_a_stop_pressed_twice_on_a_cut_line_says_so_and_arrives_once(own_server, room):
    keys = stops_sent(room)
    with frozen(own_server):
        room.locator("#stop").dblclick()
        expect(room.locator("#stop")).to_contain_text("Stopping. Watch the pump.", timeout=500)
        expect(room.locator("#pump-panel")).to_be_visible(timeout=5000)
        expect(room.locator("#pump-panel")).to_contain_text("Press stop on the pump")
        expect(room.locator("#stop")).to_contain_text("Trying again", timeout=8000)
    expect(room.locator(".stage strong")).to_have_text("Stopping")
    expect(room.locator("#pump-panel")).to_be_hidden()
    assert lines(room).count("Stop asked") == 1
    assert len(keys) > 1, "it was tried again"
    assert len(set(keys)) == 1, "every try was the same act"


def test_a_stop_that_the_server_does_not_take_is_tried_until_it_is_taken(room):
    tries = []

    def failing(route: Route) -> None:
        tries.append(route)
        if len(tries) > 2:
            route.continue_()
        else:
            route.fulfill(status=503)

    room.route("**/stop/", failing)
    room.locator("#stop").click()
    expect(room.locator("#stop")).to_contain_text("Press stop on the pump now.")
    expect(room.locator(".stage strong")).to_have_text("Stopping")
    assert len(tries) == 3


def test_a_refused_refresh_covers_the_page_although_numbers_still_come(room):
    room.route("**/live/", lambda route: route.fulfill(status=423))
    room.locator("[data-tap='1']").click()
    expect(room.locator("#sheet")).to_be_visible(timeout=8000)


def test_x_stops_when_held_for_a_second_and_not_before(room):
    room.keyboard.down("x")
    room.wait_for_timeout(500)
    room.keyboard.up("x")
    room.wait_for_timeout(1000)
    expect(room.locator(".stage strong")).to_have_text("Dosing")
    room.keyboard.down("x")
    expect(room.locator(".stage strong")).to_have_text("Stopping")
    room.keyboard.up("x")


def test_stop_works_without_a_script(own_desk):
    page = enter(own_desk.open(javascript=False))
    page.locator("a.chair").filter(has_text=DOSING).first.click()
    page.locator("#stop").click()
    expect(page.locator(".stage strong")).to_have_text("Stopping")


def test_on_a_phone_stop_is_in_reach_and_the_chart_is_drawn_anew(own_desk):
    room = room_of(own_desk.open("phone"))
    box = room.locator("#stop").bounding_box()
    assert box is not None
    assert box["y"] > 844 * 2 / 3
    assert box["height"] >= 64
    expect(room.locator(".chart .for-phone")).to_be_visible()
    expect(room.locator(".chart .for-desk")).to_be_hidden()
    pressure = room.locator("[data-key=pressure] .value").bounding_box()
    assert pressure is not None
    assert pressure["y"] + pressure["height"] < box["y"], "the pressure is seen without scrolling"
