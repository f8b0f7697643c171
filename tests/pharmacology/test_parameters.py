"""Every number of the model has a source and a standing, and every number moves something."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from dayspring.knowledge import library
from dayspring.pharmacology import Dose, ParametersBroken, Patient, Population, parameters
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.parameters import STANDINGS, changed, whole
from dayspring.pharmacology.symptoms import Setting

PS = parameters()
ROW = {"value": 1, "unit": "1", "means": "x", "source": "hand", "where": "y", "standing": "assumed"}
# Read where nothing is stepped: the patient, the licence, the switch; and the lowest anchor, which is nothing.
ELSEWHERE = ("patient.", "licence.", "setting.", "profiles.", "phq9.anchor_0", "phq9.anchor_1")
# What the reference holds only so that every set has the same keys.
SWITCHED_OFF = (
    "plasticity.cooperation_most", "plasticity.cooperation_half_units", "recovery.gain_per_day",
    "recovery.loss_per_day", "recovery.from_share", "recovery.smoothing_d",
)  # fmt: skip


def test_every_number_says_what_it_is_where_it_comes_from_and_how_it_is_known():
    assert len(PS.rows) > 140
    for row in PS.rows.values():
        assert row.means.endswith(".") and row.where and row.unit, row.key
        assert row.source in PS.sources and row.standing in STANDINGS, row.key
        assert row.key in str(row) and row.source in str(row)
    assert {row.source for row in PS.rows.values()} == set(PS.sources)


def test_the_standings_say_how_little_was_measured():
    counted = Counter(row.standing for row in PS.rows.values())
    assert set(counted) == set(STANDINGS)
    assert counted["measured"] < len(PS.rows) / 3


def test_no_number_is_called_measured_that_was_set_by_hand():
    assert not [
        r.key for r in PS.rows.values() if r.source == "hand" and r.standing in ("measured", "derived")
    ]


@pytest.mark.parametrize(
    "row, words",
    [
        ({k: v for k, v in ROW.items() if k != "unit"}, "planted.row lacks unit"),
        (ROW | {"source": "nobody"}, "planted.row names source nobody"),
        (ROW | {"standing": "sure"}, "planted.row has standing sure"),
        (ROW | {"spread": 0.4}, "planted.row has spread 0.4 of None"),
        (ROW | {"spread": 0.4, "spread_of": "twice"}, "planted.row has spread 0.4 of twice"),
    ],
)
def test_a_row_that_is_not_whole_is_named(row, words):
    with pytest.raises(ParametersBroken, match=words):
        whole("planted", {"file": {"planted": {"row": row}}}, {"hand": ""})


def test_a_row_that_stands_twice_or_holds_no_table_is_named():
    with pytest.raises(ParametersBroken, match=r"a\.b stands twice.*second\.toml"):
        whole("planted", {"first": {"a": {"b": ROW}}, "second": {"a": {"b": ROW}}}, {"hand": ""})
    with pytest.raises(ParametersBroken, match="loose is 3"):
        whole("planted", {"file": {"loose": 3}}, {"hand": ""})


def test_a_number_that_does_not_exist_is_named():
    with pytest.raises(ParametersBroken, match=r"reference-2026.*racemic\.volume"):
        PS["racemic.volume"]


def test_the_library_holds_the_files_of_the_set():
    assert len([name for name in library().models if name.startswith("reference-2026-")]) == 9
    assert {"dayspring-2026-changes", "dayspring-2026-sources"} <= set(library().models)


def test_a_set_that_is_based_on_another_holds_the_same_numbers_and_changes_some():
    ours = parameters("dayspring-2026")
    assert set(ours.rows) == set(PS.rows)
    changed_rows = {key for key, row in ours.rows.items() if row.value != PS.rows[key].value}
    assert {"plasticity.cooperation", "recovery.treated_logit", "weights.spines"} <= changed_rows
    assert len(changed_rows) < 40 and ours["racemic.central_l"] == PS["racemic.central_l"]
    assert {row.source for row in ours.rows.values()} == set(ours.sources)


def test_a_changed_row_that_the_other_set_lacks_is_named():
    with pytest.raises(ParametersBroken, match=r"a\.b of planted stands in no row of reference-2026"):
        changed("planted", PS, {"file": {"a": {"b": ROW}}}, {"hand": ""})


def rich_course() -> tuple[Population, list[Dose]]:
    """People and doses under whom every number ought to matter."""
    people = Population.of([
        Patient(weight_kg=90, age_years=66, antidepressant_kept=True, antidepressant_started_h=1.0, survival=1.0),
        Patient(age_years=150, dissociation_factor=40.0, drug_gain=3.0),
        Patient(uptake_logit=0.5, setting_gain=20.0, madrs_before_points=50.0),
    ])  # fmt: skip
    doses = [
        Dose(at_h=6.0 * n, mg=60, route=route, form=form)
        for n, (route, form) in enumerate(
            (route, form)
            for route in ("im", "sc", "sublingual", "nasal", "oral")
            for form in ("racemic", "esketamine")
        )
    ]
    return people, [Dose(at_h=0, mg=90, minutes=40), *doses]


@pytest.mark.parametrize("name, asleep", [("reference-2026", SWITCHED_OFF), ("dayspring-2026", ())])
def test_no_number_is_idle_but_those_of_a_part_that_is_switched_off(name, asleep):
    (people, doses), ps = rich_course(), parameters(name)
    times = np.array([0.6, 1.0, 7.0, 13.0, 19.0, 25.0, 31.0, 37.0, 43.0, 49.0, 55.0, 60.0, 100.0])
    before = run(people, doses, times, Setting(), ps)
    idle = []
    for key, row in ps.rows.items():
        if key.startswith(ELSEWHERE):
            continue
        moved = replace(ps, rows={**ps.rows, key: replace(row, value=row.value * 1.05 + 1e-3)})
        after = run(people, doses, times, Setting(), moved)
        if all(np.allclose(after[name], before[name], rtol=1e-9, atol=0) for name in before):
            idle.append(key)
    assert set(idle) == set(asleep)
