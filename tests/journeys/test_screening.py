"""Screening as the staff do it in a browser: the intake row by row, a question put outside, a decision, its letter."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.people_at_work import course_of, fill, fill_rows, look, press, refusal, unfold

pytestmark = pytest.mark.browser

WHO = "Tomas Example"


def test_an_intake_is_asked_a_clearance_waited_for_and_the_decision_told_in_a_letter(staff, size):
    lena, amadi = staff["lena"], staff["amadi"]
    pages = course_of(lena, WHO).replace("courses", "screening")
    ask_what_is_open(lena, pages)
    choose_another_treatment(lena, pages)
    ask_cardiology(amadi, pages)
    wait_for_the_answer(lena, amadi, pages)
    decide_and_write(amadi, pages)


def ask_what_is_open(lena: Page, pages: str) -> None:
    """Rows are added and taken away; a yes opens its day and words; what was recorded is folded with who said it."""
    lena.goto(pages + "intake/")
    left = left_to_ask(lena)
    medicines = lena.locator('[data-rows="q_medicines"]')
    fill_rows(medicines, [{"name": "venlafaxine", "dose_mg_per_day": "225"}, {"name": "ibuprofen"}])
    medicines.locator(".row-edit").last.get_by_role("button", name="Remove").click()
    stable = lena.locator("#ask-heart_stable")
    expect(stable.get_by_label("In words")).to_be_hidden()
    fill(stable, {"q_heart_stable": "yes"})
    fill(stable, {"on_heart_stable": "2019-05-02", "detail_heart_stable": "one stent"})
    fill(lena.locator("#ask-aneurysm"), {"q_aneurysm": "no"})
    expect(lena.locator("#ask-aneurysm").get_by_label("In words")).to_be_hidden()
    lena.locator("#ask-aneurysm").get_by_label("add a day or words").check()
    fill(lena.locator("#ask-aneurysm"), {"detail_aneurysm": "MRI of 2024"})
    look(lena, "screening-intake")
    press(lena, "Record everything typed")
    # Three are answered; a disease of the heart asks for an ECG.
    assert left_to_ask(lena) == left - 3 + 1
    heart = unfold(unfold(lena.locator("main"), "Heart and vessels"), "Answered").locator("dl")
    expect(heart).to_contain_text("yes (2 May 2019, one stent)")
    expect(heart).to_contain_text("no (MRI of 2024)")
    expect(heart).to_contain_text("Lena Brandt")
    told = unfold(unfold(lena.locator("main"), "Medicines"), "Answered").locator("dl")
    expect(told).to_contain_text("venlafaxine, 225 mg")
    expect(told).not_to_contain_text("ibuprofen")
    assert "Nothing was answered." in refusal(lena, "Record everything typed")


def left_to_ask(page: Page) -> int:
    found = re.search(r"(\d+) of \d+ left", page.locator(".ask-bar").inner_text())
    assert found, page.locator(".ask-bar").inner_text()
    return int(found[1])


def choose_another_treatment(lena: Page, pages: str) -> None:
    """Home asks for more than the clinic does."""
    clinic = left_to_ask(lena)
    lena.get_by_label("Treatment", exact=True).select_option("sl_home_depression")
    press(lena, "Ask for this one")
    assert left_to_ask(lena) > clinic
    look(lena, "screening-intake-home")


def ask_cardiology(amadi: Page, pages: str) -> None:
    """The finding itself leads to the question, which stands ready and is asked about that rule."""
    amadi.goto(pages + "decision/")
    finding = amadi.locator("article.rule").filter(has_text="cardiology view").first
    expect(finding).to_contain_text("one stent")
    expect(unfold(finding, "Source")).to_contain_text(re.compile("http|rulebook"))
    look(amadi, "screening-decision")
    finding.get_by_role("link", name="Ask cardiology").click()
    outside = amadi.locator("#outside")
    expect(outside.get_by_label("Whom")).to_have_value("cardiology")
    fill(outside, {"to": "Dr Heart"})
    press(amadi, "Record that it was asked", outside)
    expect(amadi.locator("#outside")).to_contain_text("Cardiology, Dr Heart: waits")


def wait_for_the_answer(lena: Page, amadi: Page, pages: str) -> None:
    """A start is refused while the answer is waited for; the nurse records it, and the wait is over."""
    fill(amadi, {"decision": "start", "why": "Stable."})
    assert "cardiology" in refusal(amadi, "Sign the decision")
    lena.goto("/screening/clearances/")
    look(lena, "screening-clearances")
    lena.get_by_role("link", name=WHO).click()
    answer = unfold(lena.locator("#outside"), "Record the answer")
    fill(answer, {"outcome": "cleared", "by_whom": "Dr Heart", "said_on": answer_day(lena)})
    press(lena, "Record the answer", answer)
    expect(lena.locator("#outside")).to_contain_text("cleared")


def answer_day(page: Page) -> str:
    """The latest day that the form takes: today at the clinic."""
    return str(page.locator("[name=said_on]").get_attribute("max"))


def decide_and_write(amadi: Page, pages: str) -> None:
    amadi.goto(pages + "decision/")
    fill(amadi, {"decision": "not_yet", "why": "The answers of the intake are wanted first."})
    press(amadi, "Sign the decision")
    expect(amadi.locator("#decide")).to_contain_text("Dr Amadi Okafor")
    look(amadi, "screening-decided")
    way = amadi.get_by_role("link", name="Letter to the patient").get_attribute("href")
    paper = amadi.request.get(str(way))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper.body())).pages)
    assert "The answers of the intake are wanted first." in re.sub(r"\s+", " ", text)
