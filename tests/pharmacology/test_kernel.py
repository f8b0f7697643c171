"""Two tiers, one model: what the kernel says is what NumPy says, on any number of threads."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from dayspring.commands import kernel as building
from dayspring.pharmacology import (
    Dose,
    FrameUnavailable,
    NoSuchColumn,
    Patient,
    Population,
    SimulationRefused,
    parameters,
    simulate,
    simulate_population,
    summary,
)
from dayspring.pharmacology.draws import normal
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.kernel import course, library
from dayspring.pharmacology.patient import NAMES
from dayspring.pharmacology.symptoms import Setting
from dayspring.pharmacology.tiers import fastest
from tests.pharmacology.tier import here

# The name of the module is that of the function in it.
DOORS = sys.modules["dayspring.pharmacology.simulate"]
SETS = ("reference-2026", "dayspring-2026")
MIXED = [
    Dose(at_h=0, mg=35, minutes=40),
    Dose(at_h=20, mg=84, route="nasal", form="esketamine"),
    Dose(at_h=48, mg=100, route="oral"),
    Dose(at_h=60, mg=50, route="sublingual"),
    Dose(at_h=70, mg=40, route="im"),
    Dose(at_h=71, mg=20),
    Dose(at_h=80, route="ablate"),
    Dose(at_h=90, mg=30, route="sc", form="esketamine"),
    Dose(at_h=96, mg=40, minutes=40, form="esketamine"),
    Dose(at_h=100, route="sham"),
]
TIMES = np.array([0.0, 0.1, 0.7, 2.0, 20.2, 24.0, 48.5, 60.3, 72.0, 96.4, *np.arange(5.0, 60.0) * 24.0])
SIX = [Dose(at_h=24.0 * day, mg=35, minutes=40) for day in (0, 2, 4, 7, 9, 11)]
WEEKS = np.arange(0.0, 40.0, 3.0) * 24.0


@pytest.fixture(autouse=True)
def compiled():
    return here("compiled")


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("doses", [SIX, MIXED, MIXED[1:2], []], ids=["iv", "mixed", "nasal", "none"])
def test_both_tiers_say_the_same_of_every_column(name, doses):
    crowd = Population.draw(6, np.random.default_rng(3), parameters_of=name)
    for n in range(6):
        patient = crowd.patient(n)
        if n % 2:
            patient = replace(patient, antidepressant_kept=True, antidepressant_started_h=30.0, age_years=75)
        ours, theirs = (
            simulate(patient, doses, TIMES, parameters=name, tier=t) for t in ("compiled", "numpy")
        )
        assert (ours.tier, theirs.tier) == ("compiled", "numpy")
        assert set(ours.columns) == set(theirs.columns)
        for column in ours.columns[1:]:
            np.testing.assert_allclose(ours[column], theirs[column], rtol=1e-6, atol=2e-6, err_msg=column)


def test_two_rates_that_meet_are_followed():
    """Norketamine leaves exactly as fast as the brain follows, and maturing spines as building does."""
    meeting = replace(Patient(), survival=-4.2, stress=2.0, volume_factor=0.786 / 7.0)
    ours, theirs = (simulate(meeting, MIXED[:4], TIMES, tier=t) for t in ("compiled", "numpy"))
    for column in ours.columns[1:]:
        np.testing.assert_allclose(ours[column], theirs[column], rtol=1e-5, atol=1e-5, err_msg=column)


@pytest.mark.parametrize("first", [0, 5, 2**33])
def test_the_draws_of_both_tiers_are_the_same_to_the_last_bit(first):
    ours, theirs = (normal(2**61 + 11, 7, 40_000, first=first, compiled=yes) for yes in (True, False))
    assert np.array_equal(ours, theirs)
    assert abs(ours.mean()) < 0.02 and abs(ours.std() - 1.0) < 0.02 and np.abs(ours).max() > 3.5


def test_philox_counts_as_its_authors_print():
    """All zeros, ten rounds: 6627e8d5 e169c58d bc57ac4c 9b00dbd8 (Random123, kat_vectors)."""
    bits = (0x6627E8D5 << 32 | 0xE169C58D) >> 12
    middle = normal(0, 0, 1)[0]
    assert middle == normal(0, 0, 1, compiled=False)[0]
    share = (bits + 0.5) * 2.0**-52
    assert middle == pytest.approx(NormalDist().inv_cdf(share), abs=1e-14)


def test_what_a_person_is_drawn_as_depends_on_nobody_and_on_no_other_trait():
    few, many = (Population.draw(n, np.random.default_rng(9)) for n in (3, 3000))
    other = Population.draw(3, np.random.default_rng(9), parameters_of="dayspring-2026")
    assert all(np.array_equal(few[name], many[name][:3]) for name in NAMES)
    assert np.array_equal(few["drug_gain"], other["drug_gain"])
    assert not np.array_equal(few["half_filled_factor"], other["half_filled_factor"])


def crowd_of(n: int) -> Population:
    return Population.draw(n, np.random.default_rng(1), parameters_of="dayspring-2026")


def spread(people: Population, **more):
    return simulate_population(
        people, SIX, WEEKS, ("mean", "variance", "quantiles"),
        parameters="dayspring-2026", above={"madrs_points": [12.0, 22.0], "cadss_points": 4.0}, **more,
    )  # fmt: skip


@pytest.mark.parametrize("held", [True, False], ids=["held", "summed"])
@pytest.mark.parametrize("threads", [2, 3, 7])
def test_the_summary_is_the_same_bit_for_bit_on_any_number_of_threads(threads, held, monkeypatch):
    monkeypatch.setattr(summary, "WHOLE", 10**9 if held else 0)
    people = crowd_of(5000)
    assert spread(people).to_dict() == spread(people, threads=threads).to_dict()


@pytest.mark.parametrize("tier", ["compiled", "numpy"])
def test_a_sketch_of_very_many_says_what_holding_them_says(tier, monkeypatch):
    people = crowd_of(3000)
    whole = spread(people)
    monkeypatch.setattr(summary, "WHOLE", 0)
    sketch = spread(people, tier=tier)
    assert (whole.exact, sketch.exact, sketch.tier) == (True, False, tier)
    for name in whole.mean:
        np.testing.assert_allclose(sketch.mean[name], whole.mean[name], atol=0.001)
        np.testing.assert_allclose(sketch.variance[name], whole.variance[name], rtol=1e-3)
        for share, values in whole.quantiles[name].items():
            np.testing.assert_allclose(sketch.quantiles[name][share], values, atol=0.06)
    for limit, values in whole.above.items():
        np.testing.assert_allclose(sketch.above[limit], values, atol=0.002)


def test_the_ends_of_a_sketch_are_the_lowest_and_the_highest(monkeypatch):
    people = crowd_of(2100)
    whole = spread(people, shares=[0.0, 1.0])
    monkeypatch.setattr(summary, "WHOLE", 0)
    sketch = spread(people, shares=[0.0, 1.0])
    for share in (0.0, 1.0):
        found, true = sketch.quantiles["madrs_points"][share], whole.quantiles["madrs_points"][share]
        np.testing.assert_allclose(found, true, atol=0.05)


@pytest.mark.parametrize("columns", [("brain_ic50", "systolic_mmhg"), ("anhedonia_share",), course.FIXED])
def test_only_what_a_column_needs_is_worked_out_and_it_is_the_same(columns, monkeypatch):
    monkeypatch.setattr(summary, "WHOLE", 0)
    people = crowd_of(64)
    found = [
        simulate_population(people, MIXED, TIMES, ["mean"], columns=columns, tier=tier)
        for tier in ("compiled", "numpy")
    ]
    for name in columns:
        scale = max(1.0, float(np.abs(found[1].mean[name]).max()))
        np.testing.assert_allclose(found[0].mean[name], found[1].mean[name], atol=3e-3 * scale, err_msg=name)


def test_the_fastest_tier_answers_as_the_engine_does():
    people, ps = crowd_of(9), parameters("dayspring-2026")
    every = run(people, MIXED, TIMES, Setting(), ps)
    found = fastest(people, tuple(MIXED), TIMES, Setting(), ps)
    assert set(found) == set(every)
    some = fastest(people, tuple(MIXED), TIMES, Setting(), ps, columns=["madrs_points"], threads=2)
    np.testing.assert_allclose(some["madrs_points"], every["madrs_points"], atol=1e-5)
    assert np.array_equal(some["madrs_points"], found["madrs_points"])
    with pytest.raises(NoSuchColumn, match=r"mood.*madrs_points"):
        fastest(people, tuple(MIXED), TIMES, Setting(), ps, columns=["mood"])


def test_without_a_build_numpy_runs_and_says_so(monkeypatch):
    plans = DOORS._plan
    monkeypatch.setattr(DOORS, "kernel", lambda: None)
    plans.cache_clear()
    assert simulate(Patient(), SIX, [24.0]).tier == "numpy"
    with pytest.raises(SimulationRefused, match=r"compiled was asked for.*not built"):
        simulate(Patient(), SIX, [24.0], tier="compiled")
    monkeypatch.undo()
    plans.cache_clear()
    assert simulate(Patient(), SIX, [24.0]).tier == "compiled"


def test_a_tier_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(SimulationRefused, match=r"fortran.*auto, compiled, numpy"):
        simulate(Patient(), SIX, [24.0], tier="fortran")
    with pytest.raises(SimulationRefused, match="threads of 0"):
        spread(crowd_of(3), threads=0)


def test_no_compiler_is_said_and_is_no_failure(monkeypatch, tmp_path):
    monkeypatch.setattr(building.shutil, "which", lambda name: None)
    monkeypatch.setattr(building, "built_as", lambda: tmp_path / "none.so")
    assert "No C compiler" in building.build() and "NumPy" in building.build()
    assert building.main([]) == 0 == building.main(["--portable"])


def test_other_sources_have_another_build(monkeypatch, tmp_path):
    before = library.built_as()
    for name in library.SOURCES:
        (tmp_path / name).write_bytes((library.HOME / name).read_bytes())
    monkeypatch.setattr(library, "HOME", tmp_path)
    assert library.built_as().name == before.name
    (tmp_path / "draw.c").write_text("int x;")
    assert library.built_as().name != before.name


def test_a_frame_is_pandas_own_or_is_refused_plainly():
    run = simulate(Patient(), SIX, [0.0, 24.0])
    try:
        import pandas as pd
    except ImportError:
        with pytest.raises(FrameUnavailable, match=r"pandas.*to_dict"):
            run.to_frame()
    else:
        assert isinstance(run.to_frame(), pd.DataFrame) and len(run.to_frame()) == 2


def test_building_twice_builds_once():
    done = subprocess.run(
        [sys.executable, "-m", "dayspring.commands.kernel"], capture_output=True, text=True, check=True
    )
    assert "stands already" in done.stdout
