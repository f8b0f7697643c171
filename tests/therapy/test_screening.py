"""Who may be treated, who waits, and why: worked cases, and what holds for every set of answers."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.therapy.aim import INTO_A_VEIN, Aim
from dayspring.therapy.intake import asking, questions, read_answers
from dayspring.therapy.screening import could, open_questions, rules, screen
from dayspring.therapy.screening.findings import KINDS, decided
from dayspring.therapy.screening.names import matches

KNOWN = library()
QUESTIONS = questions(KNOWN)
DAY = date(2026, 3, 1)
AMBIGUOUS = "Plavil"
TABLE = tomllib.loads((Path(__file__).parents[1] / "cases" / "screening.toml").read_text())
CASES = TABLE["cases"]
HISTORY = KNOWN.screening["history"]
INDICATIONS = set(KNOWN.screening["indications"]) | {"IND-SEV", "IND-STAGE", "IND-TRD-2", "EX-MISSING"}
ESKETAMINE, EUROPE = Aim(route="in", drug="esketamine"), Aim(route="in", drug="esketamine", jurisdiction="EU")
HOME = Aim(route="sl", setting="home")
AIMS = (INTO_A_VEIN, ESKETAMINE, HOME)


def clear(who: str = "woman") -> dict[str, object]:
    """A person with nothing against a course: no to every question of history but the two that want a yes."""
    person = dict.fromkeys(HISTORY, "no") | TABLE["clear"]["history"] | TABLE["clear"]["woman"]
    return {k: v for k, v in (person | TABLE["clear"].get(who, {})).items() if v != ""}


def aim_of(case: dict) -> Aim:
    return Aim(**case["aim"]) if "aim" in case else INTO_A_VEIN


def of_the_lane(aim: Aim) -> dict[str, object]:
    """The answers that hold nothing to the questions that only this lane asks."""
    rows = {
        key: row
        for key, row in asking(KNOWN).items()
        if key not in HISTORY and aim.lane in row.get("lanes", ())
    }
    return {key: "yes" if row.get("when", "yes") == "no" else "no" for key, row in rows.items()}


def answers(case: dict) -> dict[str, object]:
    told = clear(case.get("who", "woman")) | of_the_lane(aim_of(case)) | case.get("with", {})
    return {k: v for k, v in told.items() if k not in case.get("without", ())}


def said(given: dict[str, object], aim: Aim = INTO_A_VEIN):
    return screen(given, KNOWN, on=DAY, aim=aim)


def of(case: dict):
    return said(answers(case), aim_of(case))


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_worked_case(case):
    decision = of(case)
    fired = {f"{f.kind} {f.rule}" for f in decision.findings}
    shown = [f"{f.kind} {f.rule}: {f.reason} [{f.evidence}]" for f in decision.findings]
    assert set(case.get("fires", ())) <= fired, shown
    assert not set(case.get("silent", ())) & {f.rule for f in decision.findings}, shown
    assert decision.status == case["status"], shown


@pytest.mark.parametrize("aim", AIMS, ids=[aim.lane + aim.jurisdiction for aim in AIMS])
def test_every_rule_about_people_and_indications_is_reached_in_each_lane_where_it_speaks(aim):
    cases = [
        case
        for case in CASES
        if (aim_of(case).lane, aim_of(case).jurisdiction) == (aim.lane, aim.jurisdiction)
    ]
    reached = {f.rule for case in cases for f in of(case).findings}
    mine = {row["rule"] for row in (*HISTORY.values(), *KNOWN.screening["measured"].values())} | INDICATIONS
    assert mine & rules(KNOWN, aim) - reached == set()


def test_no_rule_fires_that_is_not_listed():
    for case in CASES:
        assert {f.rule for f in of(case).findings} <= rules(KNOWN, aim_of(case)) <= rules(KNOWN)


def test_a_rule_that_fires_or_not_is_told_either_way():
    for case in CASES:
        decision = of(case)
        assert {f.rule for f in decision.findings} | set(decision.quiet) == rules(KNOWN, aim_of(case))


@pytest.mark.parametrize("key", HISTORY)
@pytest.mark.parametrize("how", ["unknown", "removed"])
def test_an_unknown_item_of_history_is_asked_for_and_never_eligible(key, how):
    told = clear()
    told[key] = "unknown"
    if how == "removed":
        del told[key]
    decision = said(told)
    assert decision.status == "needs_review"
    assert HISTORY[key]["wording"] in {f.asks for f in decision.findings}


NEEDED = [q.key for q in QUESTIONS if q.needed and q.key not in asking(KNOWN) and "clinic" in q.lanes]


@pytest.mark.parametrize("key", NEEDED)
def test_a_needed_answer_that_is_missing_is_never_eligible(key):
    told = clear()
    told.pop(key, None)
    if key.startswith("cssrs"):
        told["cssrs_2"] = "yes"
        told |= {k: "no" for k in ("cssrs_3", "cssrs_4", "cssrs_5") if k != key}
        told.pop(key, None)
    decision = said(told)
    assert decision.status == "needs_review"
    assert any(f.rule == "EX-MISSING" and f.asks for f in decision.findings)


def test_nothing_answered_is_all_questions_and_no_block():
    decision = said({})
    assert decision.status == "needs_review"
    assert {f.kind for f in decision.findings} == {"REVIEW"}


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(list(HISTORY)), st.sampled_from(["yes", "no", "unknown", None])))
def test_the_gravest_finding_decides_and_nothing_is_left_out(changed):
    told = {k: v for k, v in (clear() | changed).items() if v is not None}
    decision = said(told)
    kinds = [f.kind for f in decision.findings]
    expected = "not_eligible" if "BLOCK" in kinds else "needs_review" if "REVIEW" in kinds else "eligible"
    assert decision.status == expected
    assert kinds == sorted(kinds, key=KINDS.index)
    assert {f.rule for f in decision.findings} | set(decision.quiet) == rules(KNOWN, INTO_A_VEIN)
    for key, value in changed.items():
        if value == HISTORY[key].get("when", "yes"):
            mine = [f for f in decision.findings if f.rule == HISTORY[key]["rule"]]
            assert HISTORY[key]["clinic"] in {f.kind for f in mine}


RANK = {"eligible": 0, "needs_review": 1, "not_eligible": 2}
PEOPLE = st.tuples(st.sampled_from(CASES), st.sampled_from(CASES), st.sampled_from((*AIMS, EUROPE)))


def met(people) -> tuple[dict[str, object], Aim]:
    """What two cases say of one person, and a lane to think about."""
    one, other, aim = people
    return clear(one.get("who", "woman")) | of_the_lane(aim) | one.get("with", {}) | other.get(
        "with", {}
    ), aim


def rests_on(key: str, finding) -> bool:
    return f"{key}:" in finding.evidence


@settings(max_examples=300, deadline=None)
@given(PEOPLE, st.data())
def test_a_fact_taken_away_never_permits_more_unless_a_hold_rested_on_it(people, data):
    told, aim = met(people)
    key = data.draw(st.sampled_from(sorted(told)))
    before, after = said(told, aim), said({k: v for k, v in told.items() if k != key}, aim)
    held = any(rests_on(key, f) for f in before.findings if f.kind in ("BLOCK", "REVIEW"))
    assert RANK[after.status] >= RANK[before.status] or held


@pytest.mark.parametrize("aim", [*AIMS, EUROPE], ids=lambda aim: f"{aim.lane} {aim.jurisdiction}")
def test_no_needed_fact_can_be_taken_away_and_leave_the_person_eligible(aim):
    told = clear() | of_the_lane(aim)
    kept_without = [
        q.key
        for q in QUESTIONS
        if q.needed
        and aim.lane in q.lanes
        and q.key in told
        and q.key not in ("cssrs_3", "cssrs_4", "cssrs_5")
        and (not q.jurisdictions or aim.jurisdiction in q.jurisdictions)
        and said({k: v for k, v in told.items() if k != q.key}, aim).status == "eligible"
    ]
    assert kept_without == []


@settings(max_examples=300, deadline=None)
@given(PEOPLE, st.data())
def test_a_fact_that_is_added_lifts_no_block_that_does_not_name_it(people, data):
    told, aim = met(people)
    key = data.draw(st.sampled_from(sorted(told)))
    before = said({k: v for k, v in told.items() if k != key}, aim)
    blocks = [f for f in before.findings if f.kind == "BLOCK"]
    if said(told, aim).status == "eligible":
        assert all(rests_on(key, f) for f in blocks)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(CASES), min_size=1, max_size=4), st.sampled_from((*AIMS, EUROPE)))
def test_bad_news_in_the_history_blocks_in_each_lane_just_as_its_row_says(cases, aim):
    told = clear() | of_the_lane(aim)
    for case in cases:
        told |= {k: v for k, v in case.get("with", {}).items() if k in HISTORY}
    wanted = {
        row["rule"]
        for key, row in HISTORY.items()
        if plainly(told.get(key)) == row.get("when", "yes") and aim.kind_in(row) == "BLOCK"
    }
    assert wanted <= {f.rule for f in said(told, aim).findings if f.kind == "BLOCK"}


def plainly(answer: object) -> object:
    return answer["answer"] if isinstance(answer, dict) else answer


def test_an_answer_with_a_day_and_words_shows_them_as_evidence():
    told = clear() | {
        "seizure_recent": {"answer": "yes", "on": "2025-11-30", "detail": "after a night shift"}
    }
    (found,) = [f for f in said(told).findings if f.rule == "EX-SEIZ"]
    assert found.evidence == "seizure_recent: yes, 2025-11-30, after a night shift"


def test_a_day_that_contradicts_an_answer_is_told_with_both():
    told = clear() | {"heart_event_recent": {"answer": "no", "on": "2026-02-22"}}
    (found,) = [f for f in said(told).findings if f.rule == "EX-CV6W"]
    assert "no" in found.reason and "2026-02-22" in found.reason and "6 weeks" in found.reason


@pytest.mark.parametrize(
    "trials, months, severity, ect, stage",
    [
        (2, "12", "below_threshold", "no", 3),
        (2, "13", "moderate", "no", 6),
        (3, "24", "severe", "yes", 9),
        (11, "25", "severe_psychotic", "yes", 14),
    ],
)
def test_the_stage_of_resistance_adds_its_parts(trials, months, severity, ect, stage):
    named = [
        "sertraline",
        "bupropion",
        "venlafaxine",
        "mirtazapine",
        "duloxetine",
        "vortioxetine",
        "citalopram",
    ]
    named += ["fluoxetine", "paroxetine", "nortriptyline", "trazodone"]
    rows = [{"drug": n, "dose_mg": "300", "weeks": "9", "improvement_percent": "5"} for n in named[:trials]]
    told = {"trials": rows, "episode_months": months, "episode_severity": severity, "ect_used": ect}
    (found,) = [f for f in said(clear() | told).findings if f.rule == "IND-STAGE"]
    assert f"Stage of resistance {stage} of 15" in found.reason
    assert found.kind == "INFO"


def test_an_added_medicine_raises_the_stage_by_one():
    told = {"episode_months": "12", "episode_severity": "mild", "ect_used": "no"}
    added = [*clear()["trials"], {"drug": "aripiprazole", "dose_mg": "5", "weeks": "6"}]  # type: ignore[misc]
    assert "Stage of resistance 4 of 15" in stage_of(told)
    assert "Stage of resistance 5 of 15" in stage_of(told | {"trials": added})


def stage_of(told: dict[str, object]) -> str:
    return next(f.reason for f in said(clear() | told).findings if f.rule == "IND-STAGE")


def test_a_protocol_that_does_not_serve_the_indication_says_both_names():
    narrow = replace(KNOWN, protocols={"other": {"name": "Infusion for pain", "indications": ["IND-PAIN"]}})
    decision = screen(clear(), narrow, on=DAY, aim=Aim(route="iv", protocol="other"))
    (found,) = [f for f in decision.findings if f.rule == "IND-TRD"]
    assert (found.kind, decision.status) == ("REVIEW", "needs_review")
    assert "Treatment-resistant depression" in found.reason
    assert "Infusion for pain" in found.reason


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: aim.lane)
def test_the_most_decisive_open_question_comes_first(aim):
    asked = open_questions({}, KNOWN, on=DAY, aim=aim)
    grave = [KINDS.index(could(q.key, KNOWN, aim)) for q in asked]
    assert grave == sorted(grave)
    assert could(asked[0].key, KNOWN, aim) == "BLOCK"
    assert len({q.key for q in asked}) == len(asked)


def test_a_question_of_another_lane_or_of_nobody_like_this_is_not_asked():
    asked = {q.key for q in open_questions({"sex": "male", "childbearing": "no"}, KNOWN, on=DAY)}
    assert "breastfeeding" not in asked and "pregnancy_test" not in asked
    assert not {q.key for q in QUESTIONS if "clinic" not in q.lanes} & asked
    assert {"avm", "weight", "trials"} <= asked


def test_what_is_answered_is_not_asked_again_and_unknown_is():
    told = clear() | {"avm": "unknown", "episode_months": "5", "episode_severity": "severe", "ect_used": "no"}
    assert [q.key for q in open_questions(told, KNOWN, on=DAY)] == ["avm"]


def test_a_third_reading_is_asked_for_only_where_two_disagree():
    assert "systolic_3" in {q.key for q in open_questions(clear() | {"systolic_1": 150}, KNOWN, on=DAY)}
    assert "systolic_3" not in {q.key for q in open_questions(clear(), KNOWN, on=DAY)}


def test_a_thousand_people_are_screened_within_two_seconds():
    people = [answers(case) for case in CASES[:100]]
    said(people[0])
    began = process_time()
    for told in people:
        said(told)
    assert process_time() - began < 2 * len(people) / 1000


def test_every_finding_carries_a_source_that_the_library_holds():
    for case in CASES:
        for found in of(case).findings:
            assert found.source in KNOWN.sources, found.rule
            assert found.standing in {"label", "guideline", "trial", "programme", "memory", "default"}
            assert found.reason
            assert found.evidence


def test_answers_already_read_are_decided_like_raw_ones():
    for case in CASES:
        raw = answers(case)
        read = read_answers(raw, KNOWN)
        if not read.faults:
            assert said(dict(read.answers), aim_of(case)) == of(case)


def test_without_an_indication_nothing_is_eligible():
    assert decided((), ()).status == "needs_review"


def test_a_slip_that_could_be_two_medicines_is_nobodys():
    (match,) = matches(AMBIGUOUS, KNOWN)
    assert (match.how, match.ingredient) == ("nobody", "")
    assert len(match.other) > 1
    asked = [
        f for f in said(clear() | {"medicines": [{"name": AMBIGUOUS}]}).findings if f.rule == "MED-UNKNOWN"
    ]
    assert all(name in asked[0].reason for name in match.other)


def test_another_route_is_refused_by_name():
    with pytest.raises(ValueError, match="rectal"):
        screen(clear(), KNOWN, on=DAY, aim=Aim(route="rectal"))


@pytest.mark.parametrize(
    "written, ingredient, how",
    [
        ("Xanax", "alprazolam", "same"),
        ("XANAX XR 0.5mg", "alprazolam", "same"),
        ("Zanax", "alprazolam", "same"),
        ("Xanaxx", "alprazolam", "slip"),
        ("sertrlaine", "sertraline", "slip"),
        ("sertraine", "sertraline", "slip"),
        ("Lamcital", "lamotrigine", "slip"),
        ("Frobnicol", "", "nobody"),
        ("???", "", "nobody"),
    ],
)
def test_a_written_name_is_read_as(written, ingredient, how):
    (match,) = matches(written, KNOWN)
    assert (match.ingredient, match.how) == (ingredient, how)


def test_no_name_stands_for_two_medicines():
    held: dict[str, str] = {}
    for ingredient, row in KNOWN.screening["medicines"]["ingredients"].items():
        for name in (ingredient, *row.get("brands", ()), *row.get("misspelt", ())):
            assert held.setdefault(name, ingredient) == ingredient, name


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(list(KNOWN.screening["medicines"]["ingredients"])),
    st.data(),
)
def test_a_slipped_name_is_confirmed_or_asked_and_never_silent(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    slipped = name[:at] + data.draw(st.sampled_from(["", "x", name[at] * 2])) + name[at + 1 :]
    found = matches(slipped, KNOWN)
    assert found
    told = clear() | {"medicines": [{"name": slipped}]}
    if any(match.how != "same" for match in found):
        assert said(told).status != "eligible"
