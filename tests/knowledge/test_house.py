"""A clinic may be stricter than the pack and never looser, and what it agreed stands beside the number."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.knowledge import library, library_with, read_house, use_house
from dayspring.knowledge.house import BY_BOUND, FIXED, HouseRefused, stricter, tightened
from dayspring.knowledge.library import HOME
from dayspring.knowledge.rows import KnowledgeBroken, Limit
from dayspring.quantities import Quantity
from dayspring.therapy.screening import screen

pytestmark = pytest.mark.hazard("H10")

PACK = library_with({})
DECIDED = PACK.house
WAY = {key: stricter(limit, DECIDED) for key, limit in PACK.limits.items()}
LESS = sorted(key for key, way in WAY.items() if way == "less")
MORE = sorted(key for key, way in WAY.items() if way == "more")
FIXED_ROWS = sorted(key for key, way in WAY.items() if way == FIXED)
GOOD = {"agreed": "Dr Amadi Okafor", "on": date(2026, 11, 2), "why": "Older people come here."}


def row(limit: Limit, number: object) -> dict[str, Any]:
    return {limit.bound: number, **GOOD}


def with_one(key: str, number: object, **more: object) -> Any:
    return tightened(PACK.limits, {key: row(PACK.limits[key], number) | more}, DECIDED)[key]


def tighter(limit: Limit) -> Decimal:
    """A stricter number: half, or half as much again."""
    return limit.value / 2 if WAY[limit.key] == "less" else limit.value * Decimal("1.5")


# Which way -------------------------------------------------------------------------------------------


def test_every_row_that_is_decided_is_a_limit_and_every_decision_is_one_of_three():
    assert set(DECIDED["direction"]) - set(PACK.limits) == set()
    assert set(DECIDED["direction"].values()) <= {"less", "more", FIXED}


def test_most_limits_may_be_tightened_and_what_nobody_decided_may_not():
    assert len(LESS) + len(MORE) > len(FIXED_ROWS)
    new = Limit("a_new_row", "mg", "New.", "S04", "here", "default", "nobody", at_most=Decimal(5))
    assert stricter(new, DECIDED) == FIXED


def test_a_name_decides_only_for_a_bound_and_never_for_a_setting():
    setting = Limit("new_block", "mg", "New.", "S04", "here", "default", "nobody", equals=Decimal(5))
    assert stricter(setting, DECIDED) == FIXED
    assert stricter(replace(setting, equals=None, at_least=Decimal(5)), DECIDED) == "more"


def test_a_lower_bound_from_which_a_rule_fires_is_decided_by_hand():
    fires_from = [
        key
        for key, r in PACK.limits.items()
        if r.at_least is not None and r.means.startswith(("From ", "So many "))
    ]
    assert len(fires_from) > 5
    undecided = [k for k in fires_from if k not in DECIDED["direction"] and WAY[k] != FIXED]
    assert not undecided, f"house.toml decides these by their name alone: {undecided}"


@pytest.mark.parametrize(
    "key",
    ["pauses_before_lock", "bmi_airway_plan", "bmi_with_apnoea", "opioid_as_morphine", "trial_response"],
)
def test_a_row_that_is_met_from_its_number_on_is_stricter_the_other_way(key):
    assert PACK.limits[key].bound == "at_least"
    assert WAY[key] == "less"
    assert with_one(key, 1).value == 1


def test_what_a_machine_or_a_body_can_do_at_all_no_clinic_changes():
    rows = [key for key in PACK.limits if "_possible_" in key or "_plausible_" in key]
    assert len(rows) > 20
    assert set(rows) <= set(FIXED_ROWS)


@given(key=st.sampled_from(LESS + MORE), amount=st.decimals(0, 1000, places=3))
def test_what_keeps_to_the_tightened_limit_keeps_to_the_pack(key, amount):
    pack = PACK.limits[key]
    own = with_one(key, tighter(pack))
    if pack.bound == "equals":
        assert own.value != pack.value
        return
    held = Quantity(amount, pack.unit)
    by_bound = WAY[key] == BY_BOUND[pack.bound]
    first, second = (own, pack) if by_bound else (pack, own)
    assert not first.allows(held) or second.allows(held)


# What is taken, and what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize("key", LESS)
def test_a_smaller_number_is_taken_and_a_larger_one_refused(key):
    limit = PACK.limits[key]
    assert with_one(key, limit.value / 2).value == limit.value / 2
    with pytest.raises(HouseRefused, match="never looser"):
        with_one(key, limit.value * 2)


@pytest.mark.parametrize("key", MORE)
def test_a_larger_number_is_taken_and_a_smaller_one_refused(key):
    limit = PACK.limits[key]
    assert with_one(key, limit.value * 2).value == limit.value * 2
    with pytest.raises(HouseRefused, match="never looser"):
        with_one(key, limit.value / 2)


@pytest.mark.parametrize("key", FIXED_ROWS)
def test_a_fixed_row_is_changed_in_neither_direction(key):
    for number in (PACK.limits[key].value / 2, PACK.limits[key].value * 2):
        with pytest.raises(HouseRefused, match="no clinic changes this row"):
            with_one(key, number)


REFUSED = [
    ({"at_most": 150}, ("150 mmHg", "140 mmHg", "looser")),
    ({"at_most": 140}, ("140 mmHg", "changes nothing")),
    ({"at_most": 0}, ("0 mmHg", "140 mmHg")),
    ({"at_most": -5}, ("-5 mmHg", "140 mmHg")),
    ({"at_most": True}, ("True", "140 mmHg")),
    ({"at_most": "130"}, ("'130'", "140 mmHg")),
    ({"at_most": Decimal("NaN")}, ("NaN", "140 mmHg")),
    ({"at_least": 130}, ("at_least", "at_most")),
    ({"at_most": 130, "at_least": 90}, ("at_most and at_least",)),
    ({"unit": "kPa", "at_most": 17}, ("kPa", "mm[Hg]")),
    ({"at_most": 130, "standing": "label"}, ("standing",)),
    ({"at_most": 130, "agreed": " "}, ("lacks agreed",)),
    ({"at_most": 130, "why": ""}, ("lacks why",)),
    ({"at_most": 130, "on": "2026-11-02"}, ("lacks on",)),
    ({}, ("no number", "140 mmHg")),
]


@pytest.mark.parametrize(("said", "named"), REFUSED, ids=[str(said) for said, _ in REFUSED])
def test_a_row_that_cannot_be_taken_is_refused_and_both_things_are_named(said, named):
    with pytest.raises(HouseRefused) as refused:
        library_with({"systolic_before_dose_go": GOOD | said})
    for word in ("systolic_before_dose_go", *named):
        assert word in str(refused.value)


def test_a_limit_that_nobody_knows_is_refused_and_every_fault_is_told_at_once():
    with pytest.raises(HouseRefused) as refused:
        library_with({"systolic_on_the_moon": GOOD, "iv_sessions": {"at_most": 9, **GOOD}})
    assert "systolic_on_the_moon" in str(refused.value)
    assert "iv_sessions" in str(refused.value)


def test_a_house_limit_says_who_agreed_and_what_the_pack_says():
    said = str(with_one("systolic_before_dose_go", 130))
    assert said.startswith(
        "130 mmHg (house limit, agreed by Dr Amadi Okafor, 2026-11-02; stricter than the pack's 140: S04, "
    )


# Where the clinic works ---------------------------------------------------------------------------------


def test_the_clinic_says_where_it_works_and_nothing_else():
    assert PACK.jurisdiction == "US"
    for place in ("US", "EU", "UK", "CA", "AU"):
        assert library_with({"clinic": {"jurisdiction": place}}).jurisdiction == place
    with pytest.raises(HouseRefused, match=r"ZZ.*US, EU"):
        library_with({"clinic": {"jurisdiction": "ZZ"}})
    with pytest.raises(HouseRefused, match="colour"):
        library_with({"clinic": {"colour": "green"}})


# The process --------------------------------------------------------------------------------------------


def test_a_library_with_a_house_leaves_the_one_of_this_process_alone():
    before = library().limit("iv_sessions").value
    assert library_with({"iv_sessions": {"at_most": 3, **GOOD}}).limit("iv_sessions").value == 3
    assert library().limit("iv_sessions").value == before


def test_a_house_that_comes_after_the_first_look_stops_everything():
    library()
    with pytest.raises(KnowledgeBroken, match="read before"):
        use_house({"iv_sessions": {"at_most": 3, **GOOD}})
    use_house({})


def started(home: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"import dayspring.clinic.settings\n{python}"],
        env={"DAYSPRING_HOME": str(home), "PATH": "", "PYTHONPATH": str(HOME.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_server_goes_by_the_file_in_its_home_and_does_not_start_with_a_looser_one(tmp_path):
    file = tmp_path / "house_limits.toml"
    agreed = 'agreed = "Dr Amadi Okafor"\non = 2026-11-02\nwhy = "Older people."\n'
    file.write_text(f'[clinic]\njurisdiction = "UK"\n[iv_sessions]\nat_most = 4\n{agreed}')
    asks = "from dayspring.knowledge import library as l; print(l().limit('iv_sessions').value, l().jurisdiction)"
    assert started(tmp_path, asks).stdout == "4 UK\n"
    file.write_text(f"[iv_sessions]\nat_most = 9\n{agreed}")
    refused = started(tmp_path, asks)
    assert refused.returncode != 0
    assert "iv_sessions is 9, which is looser than the pack's 6" in refused.stderr


def test_nothing_reads_the_library_while_it_is_imported_so_the_house_is_never_too_late():
    asks = (
        "import dayspring.cli\nimport dayspring.therapy.screening\n"
        "from dayspring.knowledge.library import library\nprint(library.cache_info().currsize)"
    )
    said = subprocess.run(
        [sys.executable, "-c", asks],
        env={"PATH": "", "PYTHONPATH": str(HOME.parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "0\n"


def test_a_file_that_is_absent_changes_nothing_and_one_that_cannot_be_read_is_named(tmp_path):
    assert read_house(tmp_path / "house_limits.toml") == {}
    (tmp_path / "house_limits.toml").write_text("iv_sessions = 3\n")
    with pytest.raises(HouseRefused, match="iv_sessions outside a table"):
        read_house(tmp_path / "house_limits.toml")
    (tmp_path / "house_limits.toml").write_text("[iv_sessions\n")
    with pytest.raises(HouseRefused, match="cannot be read"):
        read_house(tmp_path / "house_limits.toml")


# What it does to a decision -----------------------------------------------------------------------------

CASES = tomllib.loads((HOME.parents[1] / "tests" / "cases" / "screening.toml").read_text())
ASKED = [key for key in tomllib.loads((HOME / "limits" / "screening.toml").read_text()) if WAY[key] != FIXED]
GRAVER = ("eligible", "needs_review", "not_eligible")


def people() -> list[Mapping[str, object]]:
    clear = CASES["clear"]
    own = dict.fromkeys(PACK.screening["history"], "no") | clear["history"]
    found = []
    for case in CASES["cases"]:
        told = own | clear["woman"] | clear.get(case.get("who", ""), {}) | case.get("with", {})
        found.append({k: v for k, v in told.items() if v != "" and k not in case.get("without", ())})
    return found


@pytest.mark.parametrize("key", ASKED)
def test_tightening_a_limit_of_screening_never_lets_anybody_further(key):
    limit = PACK.limits[key]
    house = library_with({key: row(limit, tighter(limit))})
    for told in people()[::5]:
        before = screen(told, PACK, on=date(2026, 3, 1))
        after = screen(told, house, on=date(2026, 3, 1))
        assert GRAVER.index(after.status) >= GRAVER.index(before.status), told
