"""Each questionnaire of the rulebook: its range, its bands without a gap, its codes, its licence."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from dayspring.knowledge import Library, library
from dayspring.knowledge.whole import faults
from tests.knowledge.test_codes import loinc_check_digit

KNOWN = library()
# Rulebook 9: items, lowest, highest, whether a higher total is worse, whether its wording may be shipped.
TABLE = {
    "phq9": (9, 0, 27, True, "yes"),
    "phq2": (2, 0, 6, True, "yes"),
    "gad7": (7, 0, 21, True, "yes"),
    "pcl5": (20, 0, 80, True, "yes"),
    "ybocs": (10, 0, 40, True, "no"),
    "madrs": (10, 0, 60, True, "no"),
    "qids_sr16": (16, 0, 27, True, "conditional"),
    "cssrs": (6, 0, 6, True, "conditional"),
    "asrm": (5, 0, 20, True, "conditional"),
    "ymrs": (11, 0, 60, True, "no"),
    "audit_c": (3, 0, 12, True, "yes"),
    "audit": (10, 0, 40, True, "conditional"),
    "dast10": (10, 0, 10, True, "conditional"),
    "cadss": (23, 0, 92, True, "no"),
    "cadss6": (6, 0, 24, True, "no"),
    "moaas": (1, 0, 5, False, "yes"),
    "nrs": (1, 0, 10, True, "yes"),
    "bpi_sf": (11, 0, 10, True, "no"),
    "shaps": (14, 0, 14, True, "no"),
    "wsas": (5, 0, 40, True, "no"),
    "bpic_ss": (8, 0, 38, True, "no"),
    "moca": (30, 0, 30, False, "no"),
    "msm": (5, 3, 15, True, "conditional"),
    "dayspring_bladder": (2, 0, 2, True, "yes"),
    "dayspring_alertness": (1, 0, 2, False, "yes"),
    "dayspring_dissociation": (3, 0, 24, True, "yes"),
}
# Rulebook 9, and the one rule of this project that rests on it.
NUMBERS = [
    ("phq9", "response", "at_least", "50"),
    ("phq9", "remission", "at_most", "4"),
    ("phq9", "reliable", "at_least", "6"),
    ("phq9", "mcid", "at_least", "5"),
    ("phq2", "positive", "at_least", "3"),
    ("gad7", "remission", "at_most", "4"),
    ("pcl5", "provisional", "at_least", "31"),
    ("pcl5", "reliable", "at_least", "15"),
    ("pcl5", "not_ptsd", "at_most", "28"),
    ("ybocs", "response", "at_least", "35"),
    ("ybocs", "remission", "at_most", "12"),
    ("madrs", "remission", "at_most", "10"),
    ("qids_sr16", "remission", "at_most", "5"),
    ("qids_sr16", "mcid", "at_least", "3.5"),
    ("asrm", "positive", "at_least", "6"),
    ("ymrs", "trial_entry", "at_least", "20"),
    ("audit_c", "positive_men", "at_least", "4"),
    ("audit_c", "positive_women", "at_least", "3"),
    ("audit_c", "high", "at_least", "8"),
    ("cadss", "positive", "at_least", "5"),
    ("nrs", "mcid", "at_least", "30"),
    ("shaps", "positive", "at_least", "3"),
    ("wsas", "mcid", "at_least", "8"),
    ("bpic_ss", "positive", "at_least", "19"),
    ("moca", "normal", "at_least", "26"),
    ("moca", "reliable", "at_least", "4"),
    ("msm", "belief_study", "at_least", "8"),
]
# Numbers that screening and the course hold too: said once there, once here, and never two ways.
TWICE = [
    ("asrm", "positive", "asrm_high"),
    ("dast10", "active", "dast_active"),
    ("audit", "active", "audit_active"),
    ("bpic_ss", "positive", "bladder_score"),
    ("moaas", "discharge", "moaas_discharge"),
    ("dayspring_dissociation", "discharge", "dissociation_discharge"),
    ("phq9", "remission", "regimen_remission_phq9"),
    ("phq9", "response", "regimen_response_fall"),
    ("madrs", "remission", "crs_remission_madrs"),
    ("nrs", "mcid", "crs_pain_relief"),
]


def codes_of(row: Any) -> list[str]:
    """Every published code that a questionnaire carries."""
    loinc = row["loinc"]
    one = [loinc[word] for word in ("panel", "total") if word in loinc]
    return [*one, *loinc.get("items", []), *loinc.get("other", [])]


CODES = [(key, code) for key, row in KNOWN.instruments.items() for code in codes_of(row)]


def bound(number: Any) -> Any:
    return next(number[word] for word in ("at_most", "at_least", "equals") if word in number)


@pytest.mark.parametrize(("key", "row"), TABLE.items())
def test_the_questionnaire_is_the_one_of_the_rulebook(key, row):
    items, lowest, highest, worse, ship = row
    said = KNOWN.instruments[key]
    assert (said["items"], said["lowest"], said["highest"]) == (items, lowest, highest)
    assert (said["direction"] == "higher is worse") is worse
    assert said["licence"]["ship"] == ship


def test_there_is_no_questionnaire_beyond_that_table():
    assert set(KNOWN.instruments) == set(TABLE)


@pytest.mark.parametrize(("key", "name", "word", "number"), NUMBERS)
def test_the_number_is_the_one_of_the_rulebook(key, name, word, number):
    assert str(KNOWN.instruments[key]["numbers"][name][word]) == number


@pytest.mark.parametrize(("key", "name", "limit"), TWICE)
def test_a_number_that_a_limit_holds_too_is_the_same_in_both(key, name, limit):
    number, held = KNOWN.instruments[key]["numbers"][name], KNOWN.limit(limit)
    # A limit gives the last total that passes; a cut-off is the first that does not. Totals are whole.
    first = 1 if "at_least" in number and held.at_most is not None else 0
    assert bound(number) == held.value + first


@pytest.mark.parametrize(("key", "code"), CODES)
def test_a_published_code_has_the_right_check_digit(key, code):
    digits, check = code.split("-")
    assert loinc_check_digit(digits) == int(check)


def test_no_code_is_given_to_two_questionnaires():
    codes = [code for _, code in CODES]
    assert len(codes) == len(set(codes))


def test_one_code_for_each_item_or_none():
    for key, row in KNOWN.instruments.items():
        # The screener's last question has a second part with a code of its own.
        more = 1 if key == "cssrs" else 0
        assert len(row["loinc"].get("items", [])) in (0, row["items"] + more), key


def test_the_ninth_question_leads_to_the_suicide_screener():
    alert = KNOWN.instruments["phq9"]["alerts"][0]
    assert (alert["item"], alert["at_least"]) == (9, 1)


def test_the_suicide_screener_is_read_as_a_level_and_has_no_bands():
    row = KNOWN.instruments["cssrs"]
    assert (row["scored"], "bands" in row) == ("levels", False)
    assert list(row["levels"]) == ["low", "moderate", "high"]
    assert "4" in row["levels"]["high"]["says"]


def test_no_wording_of_a_question_is_kept_here():
    known = {"item", "taken_items", "items"}
    for key, row in KNOWN.instruments.items():
        assert not [word for word in row if "text" in word or "wording" in word], key
        assert known >= {word for word in row if "item" in word}, key


def test_our_own_checks_are_never_called_by_a_published_name():
    own = {key: row for key, row in KNOWN.instruments.items() if key.startswith("dayspring_")}
    assert len(own) == 3
    assert all(row["name"].startswith("Dayspring ") for row in own.values())
    assert all(row["loinc"]["status"] == "none" for row in own.values())


FAULTS = [
    ("phq9", ("cadence",), None, ("lacks", "cadence")),
    ("phq9", ("direction",), "sideways", ("direction sideways", "higher is worse")),
    ("phq9", ("licence", "ship"), "perhaps", ("licence.ship perhaps", "conditional")),
    ("phq9", ("licence", "why"), "", ("does not say why",)),
    ("phq9", ("loinc", "status"), "surely", ("loinc.status surely", "verified")),
    ("phq9", ("loinc", "status"), "none", ("are none", "panel")),
    ("ybocs", ("loinc", "status"), "verified", ("are verified", "gives none")),
    ("phq9", ("loinc", "total"), "44260-8", ("total 44260-8", "44261-6")),
    ("madrs", ("loinc",), {"status": "verified", "total": "44260-8"}, ("44260-8", "madrs-total")),
    ("phq9", ("highest",), 30, ("0 to 30", "run from 0 to 27")),
    ("ymrs", ("lowest",), 60, ("from 60 to 60",)),
    ("phq9", ("bands", "rows", 1, 0), 6, ("band mild from 6", "one from 5")),
    ("phq9", ("bands", "rows", 1, 0), 4, ("band mild from 4", "one from 5")),
    ("phq9", ("bands", "rows", 4, 1), 26, ("up to 26", "up to 27")),
    ("phq9", ("numbers", "remission", "at_most"), 28, ("number remission", "28", "27")),
    ("phq9", ("numbers", "remission", "at_least"), 4, ("number remission", "at_least")),
    ("phq9", ("numbers", "remission", "source"), None, ("number remission", "source")),
    ("phq9", ("numbers", "remission", "source"), "S995", ("remission", "source S995")),
    ("phq9", ("numbers", "remission", "standing"), "rumour", ("remission", "standing rumour")),
    ("phq9", ("alerts", 0, "item"), 10, ("alert", "item 10", "it has 9")),
    ("pcl5", ("groups", "E"), [21], ("group E", "item 21", "it has 20")),
    ("cadss6", ("taken_from",), "cadss7", ("taken from cadss7",)),
]


def with_word(key: str, path: tuple[Any, ...], value: Any) -> Library:
    """The library with one word of one questionnaire changed, or taken away when the value is None."""
    rows = copy.deepcopy(dict(KNOWN.instruments))
    row: Any = rows[key]
    for step in path[:-1]:
        row = row[step]
    if value is None:
        del row[path[-1]]
    else:
        row[path[-1]] = value
    return replace(KNOWN, instruments=rows)


@pytest.mark.parametrize(("key", "path", "value", "named"), FAULTS, ids=[f"{f[0]} {f[1]}" for f in FAULTS])
def test_a_fault_of_a_questionnaire_is_named_with_both_that_clash(key, path, value, named):
    said = [fault for fault in faults(with_word(key, path, value)) if key in fault]
    assert any(all(word in fault for word in named) for fault in said), said
