"""The room when something is wrong: no server, no person, no script, an old number. Stop works in each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.people_at_work import enter, fill, keep, look, session_of_today
from tests.rig.browser import Desk

pytestmark = pytest.mark.browser

WHO = "Mara Kessel-Test"
NOT_VERIFIED = "user not verified"
# In the middle of the page as it is seen, nothing lying over it.
IN_SIGHT = """(at) => {
  const box = at.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && at.contains(seen);
}"""


def open_room(desk: Desk, size: str = "wide", *, javascript: bool = True) -> Page:
    """The room of a chair in which drug runs, as the nurse has it before her."""
    page = enter(desk.open(size, javascript=javascript), "lena")
    page.goto(session_of_today(page, WHO))
    expect(stage(page)).to_have_text("Dosing")
    return page


def stage(page: Page) -> Locator:
    return page.locator(".stage strong")


def lines(page: Page, title: str) -> list[str]:
    """The lines of that title in what happened so far, each with who wrote it."""
    rows = page.locator(".past li").filter(has=page.locator("b", has_text=re.compile(f"^{title}$")))
    return rows.all_inner_texts()


@pytest.mark.hazard("H18")
@pytest.mark.hazard("H29")
@pytest.mark.hazard("H12")
def test_a_stop_pressed_while_the_server_is_dead_is_tried_until_it_is_back_and_is_one_stop(
    own_desk, own_server, size
):
    page = open_room(own_desk, size)
    stop, sheet = page.locator("#stop"), page.locator("#sheet")
    expect(sheet).to_be_hidden()
    own_server.kill()
    expect(sheet).to_be_visible(timeout=4_500)
    expect(sheet).to_contain_text(re.compile(r"Not connected since \d\d:\d\d:\d\d"))
    struck = page.locator(".vital .value").evaluate_all(
        "all => all.map((at) => getComputedStyle(at).textDecorationLine)"
    )
    assert struck == ["line-through"] * 3
    assert stop.evaluate(IN_SIGHT), "the cover lies over stop"
    expect(stop).to_contain_text("Press stop on the pump now.")
    look(page, "state-not-connected", whole=False)
    stop.click()
    expect(page.locator("#pump-panel")).to_contain_text("Press stop on the pump", timeout=5_000)
    expect(page.locator("#stop-says")).to_contain_text("Trying again")
    own_server.start()
    expect(stage(page)).to_have_text("Stopping", timeout=15_000)
    expect(sheet).to_be_hidden()
    page.reload()
    assert len(lines(page, "Stop asked")) == 1


@pytest.mark.hazard("H18")
def test_a_number_that_nobody_renews_goes_grey_and_then_away(own_desk, own_server):
    page = enter(own_desk.open(), "lena")
    page.clock.install()
    page.goto(session_of_today(page, WHO))
    pressure = page.locator('[data-key="pressure"]')
    expect(pressure.locator(".value")).to_have_text(re.compile(r"^\d+/\d+$"))
    own_server.kill()
    most = float(str(pressure.get_attribute("data-max")))
    page.clock.fast_forward(int(most))
    expect(pressure).to_have_class(re.compile(r"\bold\b"))
    expect(pressure.locator("[data-age-says]")).to_have_text(re.compile(r"^old, \d+ min$"))
    page.clock.fast_forward(int(most))
    expect(pressure).to_have_class(re.compile(r"\bgone\b"))
    expect(pressure.locator(".value")).to_have_text("–")


@pytest.mark.hazard("H12")
def test_an_act_pressed_twice_is_one_line(own_desk):
    page = open_room(own_desk)
    record = page.get_by_role("region", name="Record")
    fill(record, {"total": "7"})
    record.get_by_role("button", name="Record dissociation").dblclick()
    expect(page.locator(".past")).to_contain_text("Dissociation 7 of 24")
    page.locator("[data-tap='5']").dblclick()
    expect(page.locator(".past")).to_contain_text("Reassured")
    # What a second press would have sent has by now been answered.
    page.locator("#note").fill("After the two presses")
    keep(page, "Keep note", record)
    page.reload()
    assert len(lines(page, "Reassured")) == 1
    assert len(lines(page, "Dissociation 7 of 24")) == 1


@pytest.mark.hazard("H29")
def test_what_to_press_at_the_pump_comes_into_sight_wherever_stop_was_pressed(own_desk, size):
    page = open_room(own_desk, size)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator("#stop").click()
    order = page.locator(".halting .shout")
    expect(order).to_have_text("Press stop on the pump")
    expect(order).to_be_in_viewport()
    assert order.evaluate(IN_SIGHT)
    look(page, "state-stopping", whole=False)


@pytest.mark.hazard("H29")
@pytest.mark.parametrize("way", ["locked", "signed out"])
def test_stop_on_a_screen_without_its_person_is_taken_and_carries_no_name(own_desk, way):
    page = open_room(own_desk)
    beside = page.context.new_page()
    beside.goto("/people/")
    if way == "locked":
        token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
        assert beside.request.post("/lock/", form={"csrfmiddlewaretoken": token}).ok
        beside.goto("/people/")
        expect(beside.get_by_role("heading", name="Locked")).to_be_visible()
    else:
        beside.get_by_role("button", name="Sign out").first.click()
        beside.wait_for_url(re.compile("enter|logout|/$"))
    page.locator("#stop").click()
    expect(page.locator("#stop-says")).to_have_text("Stop is written.")
    other = enter(own_desk.open(), "samir")
    other.goto(session_of_today(other, WHO))
    expect(stage(other)).to_have_text("Stopping")
    written = lines(other, "Stop asked")
    assert len(written) == 1
    assert NOT_VERIFIED in written[0]
    assert "Lena Brandt" not in written[0]


@pytest.mark.hazard("H29")
def test_without_a_script_stop_is_one_press_and_behind_the_lock_says_what_to_do(own_desk, size):
    page = open_room(own_desk, size, javascript=False)
    page.get_by_role("button", name=re.compile("^Stop the drug")).click()
    expect(stage(page)).to_have_text("Stopping")
    page.get_by_role("button", name=re.compile("^Stop the drug")).click()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name=re.compile("^Stop the drug")).click()
    expect(page.get_by_role("alert")).to_contain_text("Press stop on the pump")
    expect(page.get_by_role("alert")).to_contain_text(NOT_VERIFIED)
