"""A person reads a consent on a phone, draws a signature, and reads it back; others sign by keyboard or by name."""

from __future__ import annotations

import math
import re
from io import BytesIO

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from dayspring.knowledge import library
from dayspring.therapy.consents import text_of
from tests.journeys.people_at_work import course_of, enter, fill, look, named, press, refusal, unfold

pytestmark = pytest.mark.browser

WHO = "Ines Dummont"
TEXT = text_of("iv_depression", library())


def consent_of(page: Page, who: str = WHO) -> str:
    """The address of a person's consent to ketamine into a vein, found from the list of all consents."""
    every = course_of(page, who).replace("courses", "consent")
    page.goto(every)
    name = library().protocols["iv_depression"]["name"]
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/iv_depression/")
    return re.sub(r"^https?://[^/]+", "", page.url)


def draw(page: Page) -> None:
    """A wave across the place for the signature, and a dot."""
    pad = page.locator("svg.pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None and box["height"] > 100
    at = [
        (
            box["x"] + box["width"] * (0.1 + i * 0.016),
            box["y"] + box["height"] * (0.5 - 0.3 * math.sin(i / 4)),
        )
        for i in range(50)
    ]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at:
        page.mouse.move(*point)
    page.mouse.up()
    page.mouse.click(box["x"] + box["width"] * 0.95, box["y"] + box["height"] * 0.2)


def drawn(page: Page) -> str:
    return page.locator("input[name=drawing]").input_value()


def stands(page: Page) -> Locator:
    return page.locator(".consent-stands")


def test_a_consent_is_read_drawn_signed_and_read_back_on_a_phone(own_desk):
    page = enter(own_desk.open("phone"), "lena")
    address = consent_of(page)
    look(page, "consent")
    expect(page.locator("article section")).to_have_count(len(TEXT.paragraphs))
    expect(stands(page)).to_contain_text("Not signed")
    fill(page, {"signed_name": WHO})
    named(page.locator("main"), "Sign the consent").click()
    expect(page.get_by_role("alert")).to_contain_text("Draw your signature, or tick that you cannot draw.")
    look(page, "consent-asks")
    draw(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    look(page, "consent-drawn")
    drawing = drawn(page)
    assert drawing.count("M") == 2 and drawing.count("L") > 30
    named(page.locator("main"), "Clear").click()
    assert drawn(page) == ""
    draw(page)
    drawing = drawn(page)
    press(page, "Sign the consent")
    expect(stands(page).locator("svg.signature path")).to_have_attribute("d", drawing)
    expect(stands(page)).to_contain_text("Current")
    expect(stands(page)).to_contain_text("Lena Brandt")
    look(page, "consent-signed")
    said = paper(page, address)
    assert WHO in said and TEXT.digest in said and "Present: Lena Brandt" in said
    take_back(page)


def paper(page: Page, address: str) -> str:
    answer = page.request.get(address + "paper/")
    assert answer.headers["content-type"] == "application/pdf"
    return " ".join(part.extract_text() for part in PdfReader(BytesIO(answer.body())).pages)


def take_back(page: Page) -> None:
    fold = unfold(page.locator("main"), "Take this consent back")
    fill(fold, {"reason": "I wish to wait"})
    press(page, "Take the consent back", fold)
    expect(stands(page)).to_contain_text("Consent was withdrawn")
    expect(stands(page)).to_contain_text("I wish to wait")
    look(page, "consent-withdrawn")
    page.get_by_role("link", name="All consents").click()
    expect(page.locator(".consent-rows .withdrawn")).to_have_count(1)
    look(page, "consent-every")


def test_a_consent_is_signed_with_the_keyboard_alone(own_desk):
    page = enter(own_desk.open("wide", dark=True), "amadi")
    consent_of(page)
    look(page, "consent-dark")
    assert "signed with a name" in without_a_name(page)
    page.locator("[name=signed_name]").focus()
    page.keyboard.type(WHO)
    reach(page, "[data-clear]")
    reach(page, "[data-no-drawing]")
    expect(page.locator("[data-no-drawing]")).to_be_checked()
    reach(page, "button[type=submit]")
    page.keyboard.press("Enter")
    expect(stands(page)).to_contain_text("Current")
    expect(page.locator("svg.signature")).to_have_count(0)


def without_a_name(page: Page) -> str:
    page.locator("[data-no-drawing]").check()
    return refusal(page, "Sign the consent")


def reach(page: Page, wanted: str) -> None:
    """The next step of the tabulator leads to what is wanted."""
    page.keyboard.press("Tab")
    expect(page.locator(f"form[data-sign] {wanted}")).to_be_focused()


def test_without_a_script_the_typed_name_signs(own_desk):
    page = enter(own_desk.open("phone", javascript=False), "lena")
    consent_of(page)
    expect(page.locator("svg.pad")).to_be_hidden()
    page.locator("[name=signed_name]").fill(WHO)
    named(page.locator("main"), "Sign the consent").click()
    expect(stands(page)).to_contain_text("Current")
