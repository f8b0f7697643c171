"""The fast engine says what the plain reference said, over random patients and courses that mix routes.

The product asks for 0.02 points, 0.002 of the refilled share and 0.5 % of a level; what is held here is far
tighter, so that a slip shows long before it matters.
"""

from __future__ import annotations

import pytest

from dayspring.pharmacology import simulate
from dayspring.pharmacology.tiers import TIERS
from tests.pharmacology.frozen import COLUMNS, cases
from tests.pharmacology.tier import here

CASES = list(cases())
# Largest distance allowed: levels as a share of the highest of the course, everything else in its own unit.
ALLOWED = {"madrs_points": 1e-5, "phq9_points": 1e-5, "relapse_probability": 1e-5}
ELSE = 2e-6


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("number", range(len(CASES)))
def test_every_column_agrees_with_the_reference(number, tier):
    case = CASES[number]
    run = simulate(case.patient, case.doses, case.times_h, tier=here(tier))
    assert run.tier == tier
    apart = {name: case.error(run, name) for name in COLUMNS.values()}
    assert not {name: e for name, e in apart.items() if e > ALLOWED.get(name, ELSE)}


def test_the_frozen_cases_reach_every_route_both_forms_and_every_lever():
    doses = [dose for case in CASES for dose in case.doses]
    assert {d.route for d in doses} == {"iv", "im", "sc", "sublingual", "nasal", "oral", "sham", "ablate"}
    assert {d.form for d in doses if d.mg} == {"racemic", "esketamine"}
    patients = [case.patient for case in CASES]
    assert any(p.antidepressant_kept for p in patients) and not all(p.antidepressant_kept for p in patients)
    assert any(p.antidepressant_started_h is None for p in patients)
    assert any(p.age_years > 60 for p in patients) and len({p.stress for p in patients}) > 1
    assert any(a.at_h < b.at_h < a.at_h + 20 for c in CASES for a in c.doses for b in c.doses)


def test_a_dose_half_a_percent_larger_would_be_noticed():
    case = next(c for c in CASES if any(d.mg for d in c.doses))
    from_other = [type(d)(at_h=d.at_h, mg=d.mg * 1.005, route=d.route, form=d.form, minutes=d.minutes)
                  for d in case.doses]  # fmt: skip
    run = simulate(case.patient, from_other, case.times_h)
    assert case.error(run, "madrs_points") > ALLOWED["madrs_points"]
    assert case.error(run, "refilled_share") > ELSE
