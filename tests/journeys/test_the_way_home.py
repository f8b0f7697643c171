"""The end of an infusion day: monitored for long enough, a patient leaves, and the note is signed and printed."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.people_at_work import fill, keep, look, panel, press, refusal, session_of_today

pytestmark = pytest.mark.browser


@pytest.mark.hazard("H19")
@pytest.mark.hazard("H31")
def test_a_patient_leaves_when_every_criterion_is_met_and_the_note_is_signed(staff):
    lena, amadi = staff["lena"], staff["amadi"]
    room = session_of_today(lena, "Ottilie Madeup")
    leave_the_room(lena, room)
    sign_the_note(lena)
    read_the_paper(amadi, room)


def leave_the_room(lena: Page, room: str) -> None:
    """What is missing is said in words and holds the door; each act at the door answers its criterion."""
    lena.goto(room + "leave/")
    look(lena, "day-leave-missing")
    fill(panel(lena, "Discharge"), {"left_with": "A. Neighbour"})
    said = refusal(lena, "Discharge", panel(lena, "Discharge"))
    for missing in ("Dissociation", "Orientation", "Walking", "Nausea", "Escort", "After-care"):
        assert missing in said, said
    lena.goto(room)
    record = lena.get_by_role("region", name="Record")
    fill(record, {"systolic": "123", "diastolic": "77", "pulse": "70", "spo2": "98", "respiration": "14"})
    keep(lena, "Record vital signs", record)
    fill(record, {"moaas": "5"})
    keep(lena, "Record sedation", record)
    fill(record, {"total": "0"})
    keep(lena, "Record dissociation", record)
    lena.goto(room + "leave/")
    well = ("oriented", "walks_steadily", "nausea_controlled", "no_suicidal_intent")
    for heading, values, button in (
        ("What was seen", dict.fromkeys(well, "yes"), "Record what was seen"),
        ("Escort", {"name": "A. Neighbour"}, "Record escort"),
        ("After-care", {"acknowledged_by": "Ottilie Madeup"}, "Record after-care"),
    ):
        fill(panel(lena, heading), values)
        press(lena, button, panel(lena, heading))
    expect(lena.get_by_role("heading", name="Every criterion is met")).to_be_visible()
    look(lena, "day-leave", whole=False)
    fill(panel(lena, "Discharge"), {"left_with": "A. Neighbour"})
    press(lena, "Discharge", panel(lena, "Discharge"))


def sign_the_note(lena: Page) -> None:
    lena.wait_for_url("**/note/")
    expect(lena.get_by_role("heading", name="Not complete")).to_have_count(0)
    look(lena, "day-note")
    press(lena, "Sign the note", panel(lena, "Signature"))
    expect(panel(lena, "Signature")).to_contain_text("Signed by Lena Brandt")
    fill(panel(lena, "Addenda"), {"text": "Called at home in the evening: well."})
    press(lena, "Sign addendum", panel(lena, "Addenda"))
    expect(panel(lena, "Addenda")).to_contain_text("Called at home in the evening: well.")
    expect(panel(lena, "Signature")).not_to_contain_text("changed after the signature")
    look(lena, "day-note-signed", whole=False)


def read_the_paper(amadi: Page, room: str) -> None:
    """The paper holds what the page holds, whose it is, who printed it, and that it is invented."""
    answer = amadi.request.get(room + "note.pdf")
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.body())).pages]
    for words in ("Ottilie Madeup", "10-1012", "Dr Amadi Okafor"):
        assert all(words in page for page in pages), f"“{words}” is not on every page"
    paper = " ".join(pages)
    for words in ("33 mg", "DEMO-24", "Lena Brandt", "Called at home in the evening: well."):
        assert words in paper, f"“{words}” is not on the paper"
