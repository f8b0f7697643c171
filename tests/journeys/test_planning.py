"""A prescriber lays out a course, reads past doses beside past answers, judges, and works out an order of each kind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.clinic.test_planning import ORDERS
from tests.journeys.people_at_work import course_of, enter, fill, look, panel, press, refusal, unfold

pytestmark = pytest.mark.browser

PLANNED, COURSE = "Jun Fictive", "Ottilie Madeup"
PROTOCOL_NAMES = {
    "im_depression": "ketAMINE into a muscle",
    "in_esketamine_trd": "esKETAMINE into the nose",
    "sl_clinic_depression": "ketAMINE under the tongue",
    "iv_crps_four_days": "ketAMINE into a vein",
}


def plan_of(page: Page, who: str) -> str:
    return course_of(page, who).replace("courses", "plans")


def test_a_series_is_laid_out_changed_and_signed_and_its_days_of_judging_are_drawn(own_desk, size):
    amadi = enter(own_desk.open(size), "amadi")
    plan = plan_of(amadi, PLANNED)
    amadi.goto(plan)
    look(amadi, "planning-new")
    dates = panel(amadi, "Dates")
    for day in ("Mon", "Wed", "Thu"):
        dates.get_by_label(day, exact=True).uncheck()
    press(amadi, "Lay out again", dates)
    laid = panel(amadi, "Dates").locator("[name=dates]").input_value().split()
    assert len(laid) == 6
    expect(panel(amadi, "Dates").locator("figcaption").first).to_contain_text("without a judgement")
    close = "\n".join([laid[0], *laid[:5]])
    fill(panel(amadi, "Dates"), {"dates": close})
    assert "different days" in refusal(amadi, "Sign the plan", panel(amadi, "Dates"))
    fill(panel(amadi, "Dates"), {"dates": "\n".join(laid), "goals": "To cook again"})
    press(amadi, "Sign the plan", panel(amadi, "Dates"))
    amadi.goto(plan)
    expect(panel(amadi, "Dates").locator(".dates span")).to_have_count(6)
    expect(panel(amadi, "Dates")).to_contain_text("To cook again")
    whole = unfold(panel(amadi, "Dates"), "The whole course, phase after phase")
    expect(whole.locator("figcaption")).to_contain_text("sessions from")
    look(amadi, "planning-signed")


def test_doses_stand_beside_answers_and_a_judgement_answers_what_was_due(own_desk, size):
    amadi = enter(own_desk.open(size, dark=True), "amadi")
    amadi.goto("/plans/")
    look(amadi, "planning-queue")
    due = amadi.get_by_role("row").filter(has_text=COURSE).get_by_role("link", name="Judge the answer")
    due.click()
    answers = panel(amadi, "Doses and answers")
    expect(answers.locator("figcaption")).to_have_text(
        "PHQ-9 fell from 22 to 8, by 64 %, over 4 doses: response."
    )
    expect(answers.get_by_role("rowheader")).to_contain_text(["1,", "2,", "3,", "4,"])
    expect(panel(amadi, "What the rules propose")).to_contain_text("PHQ-9 has fallen by 64 %, from 22 to 8")
    look(amadi, "planning-course")
    judge = panel(amadi, "Judge whether to go on")
    fill(judge, {"outcome": "continue"})
    assert "needs its reason" in refusal(amadi, "Sign the judgement", judge)
    fill(judge, {"why": "More than half better."})
    press(amadi, "Sign the judgement", judge)
    expect(panel(amadi, "Judge whether to go on")).to_contain_text("More than half better.")
    amadi.goto("/plans/")
    expect(amadi.get_by_role("row").filter(has_text=COURSE).get_by_role("link", name="Judge")).to_have_count(
        0
    )


@pytest.mark.parametrize("protocol", sorted(PROTOCOL_NAMES))
def test_an_order_of_each_kind_is_worked_out_in_sight(desk, size, protocol):
    amadi = enter(desk.open(size), "amadi")
    amadi.goto(f"{plan_of(amadi, PLANNED)}?protocol={protocol}")
    form = panel(amadi, "Next order")
    expect(form).to_contain_text(PROTOCOL_NAMES[protocol])
    look(amadi, f"planning-{protocol}")
    fill(form, ORDERS[protocol][0])
    press(amadi, "Work out the order", form)
    order = amadi.get_by_role("region", name="Order", exact=True)
    expect(order.locator(".order-big dd").first).to_have_text(re.compile(r"^\d"))
    if protocol == "iv_crps_four_days":
        finding = panel(amadi, "What the limits say").locator("details").first
        finding.locator("summary").click()
        expect(finding).to_contain_text("A longer infusion is reviewed")
    look(amadi, f"planning-draft-{protocol}")
