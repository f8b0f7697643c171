"""The pages of screening: what is asked, what a form of the intake says, who decides, who looks again, the letter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from dayspring.clinic import clock as chart_clock
from dayspring.clinic.acting.answers import as_text, posted_answers
from dayspring.clinic.people.models import Person, Staff
from dayspring.clinic.screening.answer_words import answer_words
from dayspring.clinic.screening.finding_words import evidence_words, standing_words, weighed
from dayspring.clinic.screening.intake_page import intake_page
from dayspring.clinic.screening.weighing import compared, first_dose, protocol_asked, protocols_in_use
from dayspring.clinic.showing.folded import folded
from dayspring.knowledge import library
from dayspring.knowledge.rows import STANDINGS
from dayspring.therapy import acts
from dayspring.therapy.aim import aim_of
from dayspring.therapy.course import Course
from dayspring.therapy.intake import by_key, questions
from dayspring.therapy.screening import screen
from dayspring.therapy.screening.findings import BLOCK
from tests.people import ADA, BOATENG, Chart, q

ON = date(2026, 11, 20)
IV = aim_of("iv_depression", library())


# A form of the intake -----------------------------------------------------------------------------------


def test_rows_are_read_by_their_numbers_and_a_gap_or_an_empty_row_is_no_row():
    posted = {
        "q_trials__0__drug": "Zoloft", "q_trials__0__dose_mg": "150", "q_trials__0__weeks": "",
        "q_trials__1__drug": "", "q_trials__1__dose_mg": "", "q_trials__7__drug": "venlafaxine",
        "q_trials__10__drug": "lithium",
    }  # fmt: skip
    assert posted_answers(posted, library()) == {
        "trials": [{"drug": "Zoloft", "dose_mg": "150"}, {"drug": "venlafaxine"}, {"drug": "lithium"}]
    }


def test_only_a_tick_or_the_word_says_that_there_are_none():
    blank = {"q_medicines__0__name": "", "q_medicines": ""}
    assert posted_answers(blank, library()) == {}
    assert posted_answers({**blank, "q_medicines__none": "yes"}, library()) == {"medicines": []}
    assert posted_answers({"q_medicines": "None"}, library()) == {"medicines": []}


def test_rows_beside_the_tick_for_none_are_refused_and_not_guessed():
    with pytest.raises(ValueError, match="says that there are none"):
        posted_answers({"q_medicines__none": "yes", "q_medicines__0__name": "lithium"}, library())


def test_a_pasted_list_is_read_line_by_line():
    posted = {"q_trials": "Zoloft; 150; 12; 20; no_effect\nvenlafaxine XR; 225"}
    (first, second) = posted_answers(posted, library())["trials"]  # type: ignore[misc]
    assert first["stopped_for"] == "no_effect"
    assert second == {"drug": "venlafaxine XR", "dose_mg": "225"}
    with pytest.raises(ValueError, match="at most"):
        posted_answers({"q_medicines": "a; 1; 2; 3; 4"}, library())


def test_a_day_and_words_stay_with_the_answer_they_belong_to():
    posted = {"q_aneurysm": "no", "on_aneurysm": "", "detail_aneurysm": "MRI of 2024", "q_avm": "no"}
    assert posted_answers(posted, library()) == {
        "aneurysm": {"answer": "no", "detail": "MRI of 2024"},
        "avm": "no",
    }
    with pytest.raises(ValueError, match="no answer"):
        posted_answers({"on_aneurysm": "2024-01-31"}, library())


STOOD = {
    "aneurysm": {"answer": "no", "detail": "MRI of 2024"},
    "audit_total": 2,
    "alt": "22",
    "sex": "male",
    "medicines": [{"name": "lithium", "dose_mg_per_day": "900"}],
    "trials": [],
}


def posted_again(**changed: str) -> dict[str, object]:
    """A form that says of every question what stood, with its `was`, but for what is changed."""
    fields = {
        "q_aneurysm": "no", "detail_aneurysm": "MRI of 2024", "q_audit_total": "2", "q_alt": "22", "q_sex": "male",
        "q_medicines__0__name": "lithium", "q_medicines__0__dose_mg_per_day": "900", "q_trials__none": "yes",
    }  # fmt: skip
    was = {f"was_{key}": as_text(answer) for key, answer in STOOD.items()}
    return posted_answers({**fields, **was, **changed}, library())


def test_what_still_says_the_same_is_no_answer_anew():
    assert posted_again() == {}


@pytest.mark.parametrize("field, value, key", [
    ("detail_aneurysm", "", "aneurysm"), ("q_audit_total", "20", "audit_total"), ("q_sex", "female", "sex"),
    ("q_medicines__0__dose_mg_per_day", "600", "medicines"), ("q_medicines__1__name", "xanax", "medicines"),
])  # fmt: skip
def test_what_changed_is_answered_anew_and_alone(field, value, key):
    assert list(posted_again(**{field: value})) == [key]


# What is asked --------------------------------------------------------------------------------------------


def asked(course: Course, protocol: str = "iv_depression") -> list[str]:
    page = intake_page(course, library(), on=ON, aim=aim_of(protocol, library()))
    return [row["q"].key for s in page.sections for block in s["blocks"] for row in block["rows"]]


def test_every_open_question_stands_on_the_page_once_and_an_answered_one_is_folded():
    chart = Chart()
    chart.do(acts.AnswerIntake(answers={"aneurysm": "no", "avm": "unknown"}))
    page = intake_page(chart.course, library(), on=ON, aim=IV)
    keys = asked(chart.course)
    assert len(keys) == len(set(keys)) == page.left
    assert page.total == page.left + 1
    assert "aneurysm" not in keys
    assert "avm" in keys
    (folded_row,) = [row for s in page.sections for row in s["answered"]]
    assert (folded_row["q"].key, folded_row["words"], folded_row["by"]) == ("aneurysm", "no", ADA.name)


def test_home_asks_what_the_clinic_does_not_and_a_man_is_not_asked_whether_he_is_pregnant():
    chart = Chart()
    chart.do(acts.AnswerIntake(answers={"sex": "male"}))
    assert "pregnant" not in asked(chart.course)
    home = set(asked(chart.course, "sl_home_depression")) - set(asked(chart.course))
    assert home
    assert all("clinic" not in by_key(library())[key].lanes for key in home)


def test_a_question_whose_answer_could_hold_comes_before_one_that_could_not_within_its_section():
    page = intake_page(Chart().course, library(), on=ON, aim=IV)
    assert 0 < page.could_hold < page.left
    for section in page.sections:
        rows = [row for block in section["blocks"] for row in block["rows"] if not row["q"].pair]
        holds = [row["holds"] for row in rows]
        assert holds == sorted(holds, reverse=True), section["name"]


def test_what_was_sent_online_stands_beside_its_question_and_answers_nothing():
    chart = Chart()
    sent = {"aneurysm": "yes", "favourite_colour": "blue"}
    chart.do(acts.TakePreScreen(answers=sent, sent_at=chart.at))
    page = intake_page(chart.course, library(), on=ON, aim=IV)
    rows = {row["q"].key: row for s in page.sections for block in s["blocks"] for row in block["rows"]}
    assert (rows["aneurysm"]["sent"], rows["aneurysm"]["value"]) == ("yes", None)
    assert page.sent_besides == [("favourite colour", "blue")]


@pytest.mark.parametrize("key, answer, words", [
    ("weight", "64", "64 kg"),
    ("aneurysm", {"answer": "no", "on": "2024-01-31", "detail": "MRI"}, "no (31 January 2024, MRI)"),
    ("phq9_total", 19, "19"), ("medicines", [], "none"), ("diagnosis", "ptsd", "PTSD"),
    ("birth_date", "1984-06-15", "15 June 1984"),
    ("medicines", [{"name": "Effexor XR", "dose_mg_per_day": "225"}, {"name": "zzz"}],
     "Effexor XR (venlafaxine), 225 mg a day; zzz (not a medicine known here)"),
])  # fmt: skip
def test_an_answer_is_shown_with_its_unit_and_a_medicine_with_what_it_was_read_as(key, answer, words):
    said = answer_words(by_key(library())[key], answer, library())
    assert said == words


# What the rules found --------------------------------------------------------------------------------------


def test_every_finding_stands_in_one_place_and_what_is_missing_never_speaks_against():
    for answers in ({}, {"aneurysm": "yes", "heart_stable": "yes", "medicines": [{"name": "xanax"}]}):
        said = screen(answers, library(), on=ON)
        found = weighed(said.findings, library(), ())
        shelves = (found.speaks_for, found.holds, found.weigh, found.notes, found.unknown)
        assert sum(map(len, shelves)) == len(said.findings)
        assert len(found.holds) == sum(1 for f in said.findings if f.kind == BLOCK)
        assert not any(told.asks for told in (*found.weigh, *found.notes))


def test_a_finding_names_its_question_in_words_its_source_and_that_nobody_has_signed_it():
    said = screen({"heart_stable": "yes"}, library(), on=ON)
    (told,) = [t for t in weighed(said.findings, library(), ()).weigh if t.rule == "EX-CV-STABLE"]
    assert told.evidence == [(by_key(library())["heart_stable"].wording, "yes")]
    assert (
        told.source == library().sources[next(f for f in said.findings if f.rule == told.rule).source].title
    )
    assert (told.of, told.asked_already) == ("cardiology", False)
    (again,) = [t for t in weighed(said.findings, library(), (told.rule,)).weigh if t.rule == told.rule]
    assert again.asked_already


def test_evidence_keeps_words_that_are_no_answer():
    assert evidence_words("weight: 64 kg; trials that failed: none", library()) == [
        ("Weight", "64 kg"),
        ("trials that failed", "none"),
    ]
    assert evidence_words("heart_stable: yes, 2026-01-31, stent; pulse: not answered", library())[0][1] == (
        "yes, 31 January 2026, stent"
    )


def test_every_standing_has_words_of_its_own():
    assert len({standing_words(standing) for standing in STANDINGS}) == len(STANDINGS)
    assert all(standing_words(standing) != standing for standing in STANDINGS)


# Who qualifies for what, and the first dose ------------------------------------------------------------------


def test_a_person_is_held_beside_every_protocol_in_use_and_no_other():
    rows = compared(Chart().course, library(), on=ON, current="iv_depression")
    assert {row["key"] for row in rows} == set(protocols_in_use(library()))
    assert "sc_home_depression" not in {row["key"] for row in rows}
    assert [row["key"] for row in rows if row["current"]] == ["iv_depression"]


def test_the_page_is_about_the_protocol_asked_for_else_the_decided_one():
    chart = Chart()
    assert protocol_asked("", chart.course, library()) == "iv_depression"
    decide = acts.DecideScreening(decision="not_yet", why="labs", protocol="im_depression")
    chart.do(decide, BOATENG)
    assert protocol_asked("", chart.course, library()) == "im_depression"
    assert protocol_asked("sc_depression", chart.course, library()) == "sc_depression"
    assert protocol_asked("sc_home_depression", chart.course, library()) == "im_depression"


@pytest.mark.parametrize(
    "protocol, words", [("iv_depression", "40 mg over 40 min"), ("in_esketamine_trd", "56 mg")]
)
def test_the_first_dose_is_the_protocols_own_for_the_newest_weight(protocol, words):
    chart = Chart()
    chart.do(acts.MeasureWeight(weight=q(80, "kg"), height=q(178, "cm")))
    dose = first_dose(protocol, chart.course, library())
    assert dose is not None
    assert dose.words == words


def test_without_a_weight_the_first_dose_stays_a_dose_a_kilogram():
    dose = first_dose("iv_depression", Chart().course, library())
    assert dose is not None
    assert dose.words == "0.5 mg/kg over 40 min"
    assert "no weight" in dose.how


# The pages ---------------------------------------------------------------------------------------------------

PASSWORD = "a long enough word"


@pytest.fixture
def staff(db: None, settings, monkeypatch) -> Callable[..., Client]:
    """A browser of somebody of that role; the chart's clock stands."""
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(chart_clock, "now", lambda: datetime(2026, 11, 20, 15, tzinfo=UTC))

    def come(role: str, username: str = "") -> Client:
        name = username or role
        person = Staff.objects.filter(username=name).first() or Staff.objects.create_user(
            name, f"{name}@example.org", PASSWORD, called=f"Some {name}", role=role
        )
        client = Client()
        client.force_login(person)
        return client

    return come


@pytest.fixture
def chart(staff) -> UUID:
    return Person.objects.create(name="Rosa Test", birth_date=date(1984, 6, 15), record_number="10-2001").pk


def act(client: Client, chart: UUID, name: str, **fields: str):
    version = folded(chart).version
    sent = {"seen": str(version), "key": str(uuid4()), "next": "/screening/", "session": "", **fields}
    return client.post(f"/chart/{chart}/do/{name}/", sent, HTTP_ACCEPT="application/json")


def done(client: Client, chart: UUID, name: str, **fields: str) -> None:
    answer = act(client, chart, name, **fields)
    assert answer.status_code == 200, answer.content


def test_the_intake_takes_rows_and_details_and_shows_them_folded(staff, chart):
    nurse = staff("nurse")
    done(nurse, chart, "AnswerIntake", q_medicines__0__name="Effexor XR", q_medicines__0__dose_mg_per_day="225",
         q_aneurysm="no", detail_aneurysm="MRI of 2024")  # fmt: skip
    page = nurse.get(f"/screening/{chart}/intake/").content.decode()
    assert "Effexor XR (venlafaxine)" in page
    assert "no (MRI of 2024)" in page
    (taken,) = folded(chart).course.answers["medicines"]
    assert dict(taken) == {"name": "Effexor XR", "dose_mg_per_day": "225"}


def test_sending_the_page_again_as_it_stands_answers_nothing(staff, chart):
    nurse = staff("nurse")
    done(nurse, chart, "AnswerIntake", q_avm="no")
    before = folded(chart).version
    answer = act(nurse, chart, "AnswerIntake", q_avm="no", was_avm=as_text("no"))
    assert answer.status_code == 422
    assert folded(chart).version == before


def test_an_unknown_protocol_in_the_address_shows_the_usual_one(staff, chart):
    page = staff("nurse").get(f"/screening/{chart}/intake/?protocol=moonshine")
    assert page.context["protocol_key"] == "iv_depression"


def test_a_nurse_reads_the_decision_page_and_is_not_offered_the_decision(staff, chart):
    nurse, prescriber = (staff(role).get(f"/screening/{chart}/decision/") for role in ("nurse", "prescriber"))
    assert nurse.status_code == prescriber.status_code == 200
    assert b'value="no_course"' in prescriber.content
    assert b'value="no_course"' not in nurse.content
    assert staff("front_desk").get(f"/screening/{chart}/decision/").status_code == 403


def test_a_decision_is_looked_at_by_another_prescriber_who_alone_is_offered_it(staff, chart):
    first, second = staff("prescriber", "first"), staff("prescriber", "second")
    done(staff("nurse"), chart, "AnswerIntake", q_diagnosis="ptsd")
    done(
        first,
        chart,
        "DecideScreening",
        decision="start",
        why="Talked over at length.",
        protocol="iv_depression",
    )
    where = f"/screening/{chart}/decision/"
    assert b'name="agrees"' not in first.get(where).content
    page = second.get(where)
    assert b'name="agrees"' in page.content
    number = str(page.context["latest"].number)
    assert act(first, chart, "ReviewScreening", decided=number, agrees="yes").status_code == 422
    rows = second.get("/screening/").context["rows"]
    assert [(row["next"], row["second"]) for row in rows] == [("review", True)]
    assert [row["next"] for row in first.get("/screening/").context["rows"]] == ["reviewer"]
    done(second, chart, "ReviewScreening", decided=number, agrees="yes", words="Agreed.")
    assert "Some second" in first.get(where).content.decode()
    assert first.get("/screening/").context["rows"] == []


def test_a_clearance_is_asked_from_its_finding_listed_when_late_and_its_answer_ends_the_wait(staff, chart):
    nurse = staff("nurse")
    done(nurse, chart, "AnswerIntake", q_heart_stable="yes")
    page = nurse.get(f"/screening/{chart}/decision/?about=EX-CV-STABLE")
    assert page.context["about"].of == "cardiology"
    assert re.search(r'name="rules" value="EX-CV-STABLE"', page.content.decode())
    done(nurse, chart, "AskClearance", clearance_id="c1", of="cardiology", to="Dr Heart", rules="EX-CV-STABLE",
         question="May pressure rise?", due_on="2026-11-20")  # fmt: skip
    (asked_for,) = nurse.get("/screening/clearances/").context["waits"]
    assert (asked_for["state"], asked_for["rules"]) == ("waits", ("EX-CV-STABLE",))
    start = {"decision": "start", "why": "Stable for years.", "protocol": "iv_depression"}
    refused = act(staff("prescriber"), chart, "DecideScreening", **start)
    assert "cardiology" in str(refused.json()["refused"])
    done(nurse, chart, "AnswerClearance", clearance_id="c1", outcome="cleared", by_whom="Dr Heart",
         said_on="2026-11-19")  # fmt: skip
    listed = nurse.get("/screening/clearances/").context
    assert listed["waits"] == []
    assert [row["by_whom"] for row in listed["answered"]] == ["Dr Heart"]


def test_a_late_answer_from_outside_is_named_first_on_the_list_and_in_the_queue(staff, chart, monkeypatch):
    nurse = staff("nurse")
    for key, due in (("c1", "2026-12-20"), ("c2", "2026-11-21")):
        done(nurse, chart, "AskClearance", clearance_id=key, of="neurology", question="Stable?", due_on=due)
    monkeypatch.setattr(chart_clock, "now", lambda: datetime(2026, 11, 24, 15, tzinfo=UTC))
    nurse = staff("nurse")
    late, waits = nurse.get("/screening/clearances/").context["waits"]
    assert (late["state"], late["late_days"], waits["state"]) == ("late", 3, "waits")
    (row,) = nurse.get("/screening/").context["rows"]
    assert (row["next"], row["late"], row["waits_outside"]) == ("late", 1, 1)


def test_a_look_into_the_programme_is_recorded_and_shown_with_its_day(staff, chart):
    nurse = staff("nurse")
    where = f"/screening/{chart}/decision/"
    assert "REG-RX" in {f.rule for f in nurse.get(where).context["found"].unknown}
    done(nurse, chart, "CheckPdmp", state="New York", outcome="as_told")
    page = nurse.get(where)
    assert "REG-RX" not in {f.rule for f in page.context["found"].unknown}
    assert "as told, New York" in page.content.decode()


# The letter ---------------------------------------------------------------------------------------------------


def words_of(answer) -> str:
    assert answer.headers["Content-Type"] == "application/pdf"
    paper = PdfReader(BytesIO(answer.content))
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in paper.pages))


def test_the_letter_says_who_decided_what_and_why_and_what_comes_next_and_on_whose_authority(staff, chart):
    nurse, prescriber = staff("nurse"), staff("prescriber")
    done(nurse, chart, "ReceiveReferral", referrer="Dr Held", reason="depression")
    done(nurse, chart, "AnswerIntake", q_aneurysm="yes", q_diagnosis="depression")
    assert prescriber.get(f"/screening/{chart}/letter.pdf").status_code == 404
    done(prescriber, chart, "DecideScreening", decision="no_course", why="The aneurysm forbids it.",
         protocol="iv_depression")  # fmt: skip
    done(nurse, chart, "AnswerIntake", q_aneurysm="no")
    text = words_of(prescriber.get(f"/screening/{chart}/letter.pdf"))
    row = library().screening["history"]["aneurysm"]
    for said in ("Dear Rosa Test", "born 15 June 1984", "20 November 2026", "Some prescriber",
                 "The aneurysm forbids it.", "We do not offer it", "What speaks against it", row["says"],
                 library().sources[row["source"]].title[:30]):  # fmt: skip
        assert said in text, said
    assert "EX-" not in text
    referrer = words_of(prescriber.get(f"/screening/{chart}/letter.pdf?to=referrer"))
    assert "Dear Dr Held" in referrer
    assert "your patient" in referrer


def test_the_letter_of_a_start_says_that_a_second_prescriber_and_an_answer_are_waited_for(staff, chart):
    prescriber = staff("prescriber")
    done(staff("nurse"), chart, "AnswerIntake", q_diagnosis="ptsd")
    done(prescriber, chart, "DecideScreening", decision="start", why="Talked over.", protocol="iv_depression")
    done(prescriber, chart, "AskClearance", clearance_id="c1", of="neurology", question="Stable?")
    text = words_of(prescriber.get(f"/screening/{chart}/letter.pdf"))
    assert "A second prescriber looks at this decision before anything starts." in text
    assert "We wait for an answer from neurology." in text
    assert "It may start as soon as a second prescriber agrees." in text
    assert "monitoring" not in text


def test_no_question_of_the_intake_is_without_a_place_on_the_page(staff, chart):
    page = staff("nurse").get(f"/screening/{chart}/intake/?protocol=sl_home_depression").content.decode()
    lane = [question for question in questions(library()) if "home" in question.lanes]
    missing = [
        question.key
        for question in lane
        if not re.search(rf'name="q_{question.key}(__\d+__\w+)?"', page) and not question.jurisdictions
    ]
    assert missing == []


def test_the_list_of_clearances_is_for_the_clinical_staff(staff, chart):
    assert staff("front_desk").get("/screening/clearances/").status_code == 403
