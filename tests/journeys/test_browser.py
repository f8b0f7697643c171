"""Somebody looks a number up, walks from it to its source, and the prescriber signs, at both sizes and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people_at_work import enter, look

pytestmark = pytest.mark.browser


def test_a_number_is_found_by_keyboard_and_leads_to_its_protocols_and_its_source(page: Page):
    enter(page, "lena")
    page.goto("/knowledge/")
    look(page, "knowledge")
    page.get_by_label("Search limits, rules, medicines, sources").focus()
    page.keyboard.type("iv interval")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="hold “iv interval”")).to_be_visible()
    look(page, "knowledge-found")
    page.get_by_role("link", name="Iv interval at least 48 h").click()
    expect(page.get_by_text("at least 48 h", exact=True)).to_be_visible()
    expect(page.get_by_text("A clinic may agree on a larger number, never a smaller one.")).to_be_visible()
    look(page, "knowledge-limit")
    page.get_by_role("link", name="Ketamine into a vein for depression", exact=True).click()
    expect(page.get_by_role("heading", name="Dose steps")).to_be_visible()
    expect(page.locator("svg.kb-day:visible")).to_have_count(1)
    look(page, "knowledge-protocol")
    page.get_by_role("link", name="S31", exact=True).first.click()
    expect(page.get_by_role("heading", name="What rests on it")).to_be_visible()
    look(page, "knowledge-source")


@pytest.mark.parametrize(
    "shelf", ["limits", "rules", "protocols", "instruments", "medicines", "sources", "laws"]
)
def test_every_shelf_can_be_used_by_everybody(page: Page, shelf: str):
    enter(page, "robin")
    page.goto(f"/knowledge/{shelf}/")
    look(page, f"knowledge-{shelf}", whole=False)


def test_the_prescriber_signs_the_pack_and_everybody_sees_who_did(own_desk):
    page = enter(own_desk.open("phone"), "amadi")
    page.goto("/knowledge/")
    page.get_by_role("link", name="Sign the pack").click()
    look(page, "knowledge-sign")
    page.get_by_label("What you answer for, in your words").fill("Read row by row.")
    page.get_by_label("Your password").fill("not this one")
    page.get_by_role("button", name="Sign as Dr Amadi Okafor").click()
    expect(page.get_by_role("alert")).to_contain_text("The password is not the one of Dr Amadi Okafor.")
    page.get_by_label("Your password").fill("demonstration")
    page.get_by_role("button", name="Sign as Dr Amadi Okafor").click()
    expect(page.get_by_text("Nothing changed since the last signature.")).to_be_visible()
    nurse = enter(own_desk.open("wide"), "lena")
    nurse.goto("/knowledge/")
    expect(nurse.get_by_text("Signed by Dr Amadi Okafor")).to_be_visible()
    look(nurse, "knowledge-signed")
