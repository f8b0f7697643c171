"""The table of validation: honest about bounds, about misses, and about what a drug cannot do."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from dayspring.pharmacology.each import Place
from dayspring.pharmacology.published import EvidenceBroken, published, rows_of
from dayspring.pharmacology.ratings import at_most, normal, rated, scatter
from dayspring.pharmacology.validate import Row, table_of, validate
from dayspring.pharmacology.validate_typical import typical

SETS = ("reference-2026", "dayspring-2026")
# Points. The ends of infusions cut the panels of a course, and where recovery is under way it is stepped by them.
NOTHING = 1e-4


@pytest.fixture(scope="module")
def tables():
    return {name: validate(name, people=300) for name in SETS}


def test_every_published_row_is_answered_by_a_finite_number(tables):
    for table in tables.values():
        assert [row.published for row in table.rows] == list(published())
        assert all(math.isfinite(row.model) for row in table.rows)


def test_the_reference_shows_what_its_own_specification_prints(tables):
    shown = {row.published.key: row.model for row in tables["reference-2026"].rows}
    printed = {
        "level_iv": (209, 0.5), "clearance": (79, 0.5), "step_60": (95, 0.5), "step_300": (159, 0.5),
        "nasal_56_peak": (77, 0.5), "nasal_84_area": (361, 0.5), "cadss_40": (8.2, 0.05), "systolic_iv": (9.0, 0.05),
        "nausea_84": (32, 0.5), "refilled_24": (0.41, 0.005), "kept_anhedonia": (0.83, 0.005),
        "t_share_day_7": (0.44, 0.01), "t_gain_research_1": (0.79, 0.005), "t_growth": (1.44, 0.005),
        "change_day_1": (-16.9, 0.8), "change_day_1_control": (-7.9, 0.6), "response_after_six": (65, 4),
        "nasal_response_day_2": (36, 3), "twice_weekly": (-15.5, 0.8), "nasal_day_28": (-20.5, 0.9),
    }  # fmt: skip
    for key, (value, within) in printed.items():
        assert shown[key] == pytest.approx(value, abs=within), key


def test_the_best_masked_trials_are_missed_and_the_switch_at_nothing_is_nothing(tables):
    for table in tables.values():
        stress = {row.published.key: row for row in table.of("stress")}
        missed = {key for key, row in stress.items() if row.misses_by}
        assert missed == {"masked_day_1", "in_patients_end", "japan_day_28"}
        assert all(abs(row.model) < NOTHING for key, row in stress.items() if key.endswith("_no_drug"))


@pytest.mark.parametrize("name", SETS)
def test_without_a_drug_share_whatever_is_given_does_what_a_session_does(name):
    shown = typical(Place(parameters=name))
    for key in ("masked_day_1_no_drug", "in_patients_end_no_drug", "japan_day_28_no_drug"):
        assert shown[key] == pytest.approx(0.0, abs=NOTHING)


def test_the_same_people_give_the_same_table_whatever_the_threads():
    one, two = (validate(people=40, seed=3, threads=threads) for threads in (1, 2))
    assert one == two


@pytest.mark.parametrize(
    ("model", "verdict"),
    [(185, "ok"), (100, "ok"), (250, "ok"), (99.5, "misses by -0.50"), (270, "misses by +20")],
)
def test_a_verdict_says_by_how_much_the_nearer_bound_is_missed(model, verdict):
    level = next(row for row in published() if row.key == "level_iv")
    assert Row(published=level, model=model).verdict == verdict


def test_every_use_is_counted_and_misses_stand_out(tables):
    table = tables["reference-2026"]
    counts = table.counts()
    assert sum(of for _, of in counts.values()) == len(table.rows)
    assert sum(ok for ok, _ in counts.values()) == len(table.rows) - len(table.missed)
    page = "\n".join(table.markdown())
    assert page.count("**misses by") == len(table.missed)
    assert sum(line.count("misses by") for line in table.lines()) == len(table.missed)


def test_a_row_that_no_model_answers_is_not_passed_over():
    with pytest.raises(KeyError):
        table_of("reference-2026", 1, 1, {})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"use": "hope"}, "hope"),
        ({"studies": ["nobody-1999"]}, "nobody-1999"),
        ({"value": 300.0}, "300.0 outside"),
        ({"unit": None}, "lacks unit"),
    ],
)
def test_a_broken_row_is_refused_by_name(change, says):
    row = {
        "number": "1", "endpoint": "level", "unit": "ng/mL", "value": 185.0, "lowest": 100.0, "highest": 250.0,
        "tolerance": "range", "use": "fit", "studies": ["a-2000"],
    }  # fmt: skip
    studies = {"a-2000": {"title": "A", "read": "abstract"}}
    assert rows_of({"studies": studies, "rows": {"level": row}})[0].studies == ("A (abstract)",)
    broken = {key: value for key, value in (row | change).items() if value is not None}
    with pytest.raises(EvidenceBroken, match=says):
        rows_of({"studies": studies, "rows": {"level": broken}})


def test_what_is_only_compared_with_is_told_apart_from_what_may_be_fitted():
    apart = {row.key for row in published() if row.use == "check"}
    assert apart == {"level_iv", "response_day_14"}


def test_a_rating_scatters_as_its_formula_says():
    madrs = np.full((20_000, 3), 20.0)
    seen = rated(madrs, np.array([0.0, 24.0, 24.0 * 60]), np.random.default_rng(1))
    assert seen.std(axis=0) == pytest.approx(scatter(madrs)[0], rel=0.03)
    near, far = np.corrcoef(seen[:, 0], seen[:, 1])[0, 1], np.corrcoef(seen[:, 0], seen[:, 2])[0, 1]
    assert near > 0.5 and abs(far) < 0.03
    # The formula is straight where mood bends: a few in a hundred, no more.
    assert (seen[:, 0] <= 15).mean() == pytest.approx(at_most(15.0, madrs[:1])[0, 0], abs=0.025)


def test_the_normal_distribution_is_that_of_the_tables():
    z = np.linspace(-6, 6, 25)
    assert normal(z) == pytest.approx([NormalDist().cdf(x) for x in z], abs=1e-15)


@pytest.mark.long
@pytest.mark.parametrize("name", SETS)
def test_the_whole_table_stands_on_people_enough(name):
    table = validate(name, people=4000, threads=2)
    again = validate(name, people=4000, seed=1, threads=2)
    for one, other in zip(table.rows, again.rows, strict=True):
        wide = max(one.published.highest - one.published.lowest, 1e-6)
        assert abs(one.model - other.model) < 0.5 * wide, one.published.key
