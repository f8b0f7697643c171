"""One infusion from the front desk to a drug that was stopped, as the people of the clinic do it in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people_at_work import (
    MEDICINES,
    TRIALS,
    clear_woman,
    fill,
    fill_rows,
    in_hours,
    keep,
    local,
    look,
    named,
    now,
    panel,
    press,
    refusal,
    unfold,
)

pytestmark = pytest.mark.browser

NAME, SHORT = "Wilhelmina Testcase", "Wilhelmina T."
# 0.5 mg/kg of 64 kg is 32 mg: 0.64 mL of 50 mg/mL, into 100 mL over 40 min.
ORDER = {
    "mg_per_kg": "0.5",
    "basis": "actual",
    "product": "ketamine-50",
    "total_volume": "100",
    "minutes": "40",
}
NUMBERS = {
    "weight": "64",
    "dose": "32",
    "drawn": "0.64",
    "total_volume": "100",
    "minutes": "40",
    "rate": "150",
}


@pytest.mark.hazard("H08")
@pytest.mark.hazard("H11")
def test_a_new_patient_comes_from_the_front_desk_to_a_drug_that_was_stopped(staff):
    robin, lena, samir, amadi = (staff[name] for name in ("robin", "lena", "samir", "amadi"))
    course = register(robin)
    answer_the_intake(lena, course)
    decide(amadi, course)
    consent_and_weigh(lena, course)
    plan_and_order(amadi, lena, course)
    check_blind(lena, samir, course)
    before = book_and_check_in(robin, course)
    pass_the_gate(lena, before)
    start(lena, before)
    be_in_the_room(lena)
    stop(lena)
    robin.goto("/board/")
    chair = robin.locator("a.chair").filter(has_text=SHORT)
    expect(chair).to_contain_text("Monitoring")
    look(robin, "day-board")


def register(robin: Page) -> str:
    """The front desk enters who she is and who sent her; gives the address of her course."""
    robin.goto("/people/new/")
    fill(robin, {"name": NAME, "birth_date": "1984-06-15", "phone": "555 0142"})
    look(robin, "day-person")
    press(robin, "Enter this person")
    robin.get_by_role("link", name="Open the course").click()
    course = re.search(r"/courses/[0-9a-f-]+/", robin.url)
    assert course, f"the way from the person leads to {robin.url}"
    look(robin, "day-course-begins")
    robin.get_by_role("link", name=re.compile("^Referral")).click()
    referral = panel(robin, "Referral")
    fill(referral, {"referrer": "Dr Imaginary", "reason": "Depression, two medicines", "goals": "To sleep"})
    press(robin, "Record referral", referral)
    expect(panel(robin, "Referral")).to_contain_text("Dr Imaginary")
    return course.group()


def answer_the_intake(lena: Page, course: str) -> None:
    """Every section, each kept for itself; the page says what is open until nothing needed is."""
    lena.goto(course.replace("courses", "screening") + "intake/")
    answers = clear_woman()
    sections = [text.split("\n")[0] for text in lena.locator(".section-summary b").all_inner_texts()]
    assert len(sections) > 8
    for section in sections:
        fold = unfold(lena.locator("main"), section)
        names = fold.locator("[name^=q_]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
        fill(fold, {name: answers[name[2:]] for name in names if name[2:] in answers})
        for kind, rows in (("trials", TRIALS), ("medicines", MEDICINES)):
            if (editor := fold.locator(f'[data-rows="q_{kind}"]')).count():
                fill_rows(editor, rows)
        if section == sections[0]:
            look(lena, "day-intake")
        press(lena, f"Record: {section}", fold)
    told = unfold(unfold(lena.locator("main"), "Treatments so far"), "Answered").locator("dl")
    expect(told).to_contain_text("Zoloft (sertraline), 150 mg")
    expect(told).to_contain_text("venlafaxine XR")


def decide(amadi: Page, course: str) -> None:
    """The rules hold nothing against her; the prescriber decides, and without a reason nothing is decided."""
    amadi.goto(course.replace("courses", "screening") + "decision/")
    expect(amadi.get_by_text("Nothing holds a course back.")).to_be_visible()
    look(amadi, "day-decision")
    fill(amadi, {"decision": "start"})
    assert "A decision needs its reason." in refusal(amadi, "Sign the decision")
    fill(amadi, {"why": "Two adequate trials, nothing against it."})
    press(amadi, "Sign the decision")


def consent_and_weigh(lena: Page, course: str) -> None:
    plan = course.replace("courses", "plans")
    lena.goto(plan)
    expect(panel(lena, "Consent")).to_contain_text("Without it nothing starts.")
    panel(lena, "Consent").get_by_role("link", name="Read and sign the consent").click()
    lena.wait_for_url("**/consent/**")
    lena.locator("[data-no-drawing]").check()
    fill(lena, {"signed_name": NAME})
    look(lena, "day-consent")
    press(lena, "Sign the consent")
    lena.goto(plan)
    expect(panel(lena, "Consent")).to_contain_text(f"Signed by {NAME}")
    weigh(lena, again=False)


def weigh(lena: Page, *, again: bool) -> None:
    fill(panel(lena, "Weight"), {"weight": "64", "height": "168", "again": again})
    press(lena, "Record weight", panel(lena, "Weight"))
    expect(panel(lena, "Weight")).to_contain_text("64 kg")


def plan_and_order(amadi: Page, lena: Page, course: str) -> None:
    """Dates from today on; an order on a weight read once asks why; on a second reading nothing asks."""
    plan = course.replace("courses", "plans")
    amadi.goto(plan)
    dates = "\n".join((in_hours(24 * n)).date().isoformat() for n in (0, 3, 7, 10, 14, 17))
    fill(panel(amadi, "Dates"), {"dates": dates, "goals": "To sleep through the night"})
    press(amadi, "Sign the plan", panel(amadi, "Dates"))
    look(amadi, "day-plan")
    work_out(amadi, plan)
    expect(amadi.locator(".rule-line.review")).to_contain_text("64 kg is the first weight known")
    look(amadi, "day-order-asks-why")
    assert "reason" in refusal(amadi, "Sign the order for 32 mg")
    lena.goto(plan)
    weigh(lena, again=True)
    work_out(amadi, plan)
    expect(panel(amadi, "What the limits say")).to_contain_text("every number lies inside its limits")
    look(amadi, "day-order")
    press(amadi, "Sign the order for 32 mg")


def work_out(amadi: Page, plan: str) -> None:
    """The order as it would be signed: its arithmetic is on the page."""
    amadi.goto(plan)
    fill(panel(amadi, "Next order"), ORDER)
    press(amadi, "Work out the order", panel(amadi, "Next order"))
    order = amadi.get_by_role("region", name="Order", exact=True)
    for number in ("32 mg", "0.64 mL", "100 mL", "150 mL/h", "0.5 mg/kg × 64 kg"):
        expect(order).to_contain_text(number)


def check_blind(lena: Page, samir: Page, course: str) -> None:
    """A tenfold slip is told with both numbers and blocks; who has seen them cannot be the second person."""
    check = course.replace("courses", "plans") + "check/"
    lena.goto(check)
    assert not re.search(r"\b(32|0\.64|150)\b", lena.locator("main").inner_text()), "the check is not blind"
    look(lena, "day-check")
    fill(lena, {f"entered_{key}": value for key, value in (NUMBERS | {"dose": "320"}).items()})
    said = refusal(lena, "These are my own numbers")
    assert "320" in said and "32 mg" in said, said
    look(lena, "day-check-differs")
    lena.goto(check)
    fill(lena, {f"entered_{key}": value for key, value in NUMBERS.items()})
    assert "would not be blind" in refusal(lena, "These are my own numbers")
    samir.goto(check)
    expect(samir.get_by_text("An earlier entry differed.")).to_be_visible()
    fill(samir, {f"entered_{key}": value for key, value in NUMBERS.items()})
    press(samir, "These are my own numbers")
    samir.goto(course.replace("courses", "plans"))
    expect(samir.get_by_text("Checked by Samir Nader.")).to_be_visible()


def book_and_check_in(robin: Page, course: str) -> str:
    """The front desk books a chair and checks her in; gives the address of the page before the dose."""
    robin.goto(course)
    booking = unfold(panel(robin, "Sessions"), "Book a session")
    fill(booking, {"chair": "7"})
    press(robin, "Book", booking)
    look(robin, "day-course")
    panel(robin, "Sessions").get_by_role("link", name="Open", exact=True).click()
    robin.wait_for_url("**/before/")
    look(robin, "day-check-in")
    robin.locator("[name=order_id]").check()
    press(robin, "Check in")
    expect(robin.get_by_role("heading", name=re.compile("hold the dose$"))).to_be_visible()
    return re.sub(r"^https?://[^/]+", "", robin.url)


def pass_the_gate(lena: Page, before: str) -> None:
    """Everything is missing at first, and a start is refused with every reason; then each form answers its check."""
    lena.goto(before)
    look(lena, "day-gate-missing")
    fill(lena, {"rate": "150"})
    said = refusal(lena, "I have started the pump", panel(lena, "Start"))
    for missing in ("Identity", "Escort", "Fasting", "Pressure", "Alertness", "Drug", "Suicidal intent"):
        assert f"Not started. {missing}:" in said
    forms = (
        ("Identity", {"name_agrees": True, "birth_date_agrees": True}, "Record identity"),
        ("Today", today_no(), "Record answers"),
        ("Vital signs", {"systolic": "124", "diastolic": "78", "pulse": "72", "spo2": "98", "respiration": "14",
                         "temperature": "36.6", "at_rest": True}, "Record vital signs"),
        ("Alertness", {"moaas": "5"}, "Record alertness"),
        ("Fasting", {"last_solids_at": local(in_hours(-11)), "last_liquids_at": local(in_hours(-3))},
         "Record fasting"),
        ("Escort", {"name": "A. Neighbour", "phone": "555 0199", "transport": "car"}, "Record escort"),
        ("Drug", {"product": "ketamine-50", "stock": "50", "lot": "TEST-7", "drawn": "0.64", "total_volume": "100",
                  "expires": in_hours(24 * 300).date().isoformat(), "seal_intact": True, "balance_agrees": True},
         "Record the drug drawn"),
        ("Pregnancy test", {"result": "negative", "tested_on": now().date().isoformat()}, "Record test"),
    )  # fmt: skip
    for heading, values, button in forms:
        fill(panel(lena, heading), values)
        press(lena, button, panel(lena, heading))
    expect(lena.get_by_role("heading", name="Every check is passed")).to_be_visible()
    look(lena, "day-gate")


def today_no() -> dict[str, str]:
    asked = ("alcohol_or_drugs", "benzodiazepine", "opioid", "stimulant", "bladder_pain_or_urgency",
             "blood_in_urine", "suicidal_intent", "mania_concern")  # fmt: skip
    return dict.fromkeys(asked, "no") | {"pregnancy_possible": "yes"}


def start(lena: Page, before: str) -> None:
    """A rate that is not the order's is refused with both named, and what was typed stands."""
    form = panel(lena, "Start")
    fill(form, {"rate": "15"})
    said = refusal(lena, "I have started the pump", form)
    assert "The pump shows 15 mL/h; the order says 150 mL/h." in said
    expect(form.locator("[name=rate]")).to_have_value("15")
    look(lena, "day-start-refused", whole=False)
    fill(form, {"rate": "150"})
    press(lena, "I have started the pump", form)
    expect(lena.get_by_role("region", name="Stage")).to_contain_text("Dosing")
    assert before.removesuffix("before/") in lena.url


def be_in_the_room(lena: Page) -> None:
    """Vital signs are written and shown at once with their age; a tap is a line with its time."""
    record = lena.get_by_role("region", name="Record")
    fill(record, {"systolic": "131", "diastolic": "82", "pulse": "78", "spo2": "97", "respiration": "15"})
    keep(lena, "Record vital signs", record)
    pressure = lena.locator('[data-key="pressure"]')
    expect(pressure.locator(".value")).to_have_text("131/82")
    expect(pressure.locator("[data-age-says]")).to_have_text(re.compile(r"^\d+ s ago,$"))
    fill(record, {"moaas": "5"})
    keep(lena, "Record sedation", record)
    taps = lena.get_by_role("group", name="One-tap entries")
    with lena.expect_response(re.compile("NoteEvent")) as answered:
        taps.get_by_role("button", name="Nausea").click()
    assert answered.value.ok
    expect(panel(lena, "So far").get_by_text("Nausea")).to_have_count(1)
    lena.locator("#note").fill("Soft music")
    keep(lena, "Keep note", record)
    expect(panel(lena, "So far")).to_contain_text("Soft music")
    lena.evaluate("scrollTo(0, 0)")
    look(lena, "day-room", whole=False)


def stop(lena: Page) -> None:
    """One press and no dialog; the page says what to do at the pump, and until then the amount is a range."""
    lena.once("dialog", lambda dialog: pytest.fail(f"stop asked: {dialog.message}"))
    named(lena.locator("footer"), re.compile("^Stop the drug")).click()
    halting = lena.locator(".halting")
    expect(halting).to_contain_text("Press stop on the pump")
    expect(halting.locator("b")).to_have_text(re.compile(r"[\d.]+ to [\d.]+ mg|[\d.]+.+[\d.]+ mg"))
    look(lena, "day-stopping", whole=False)
    fill(halting, {"volume": "900"})
    assert "The pump cannot have given 900 mL: the bag held 100 mL." in refusal(
        lena, "It has stopped", halting
    )
    fill(halting, {"volume": "2"})
    keep(lena, "It has stopped", halting)
    expect(lena.get_by_role("region", name="Stage")).to_contain_text("Monitoring")
    expect(lena.locator("[data-given]").first).to_have_text(re.compile(r"^0\.6\d* mg$"))
    look(lena, "day-monitoring", whole=False)
