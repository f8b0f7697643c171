"""The exact steps say what plain Runge and Kutta say, over the whole spread, and from the first minute on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dayspring.pharmacology import Dose, Population, parameters
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.symptoms import Setting
from tests.pharmacology import oracle

PS = parameters()
# One minute apart while the first drug is fresh: there a coarse grid is wrong first, and for ever after.
TIMES = [1 / 60, 2 / 60, 5 / 60, 10 / 60, 20 / 60, 40 / 60, 1.0, 2.0, 5.0, 5.05, 5.5, 7.0, 9.25]
COURSES = {
    "iv beside nasal": [
        Dose(at_h=0, mg=45, minutes=40),
        Dose(at_h=5, mg=84, route="nasal", form="esketamine"),
    ],
    "im, sublingual and oral": [
        Dose(at_h=0, mg=50, route="im"),
        Dose(at_h=0, mg=50, route="sublingual"),
        Dose(at_h=5, mg=100, route="oral", form="esketamine"),
    ],
}
FOUND = {
    "blocked_share": lambda x: (x[5] + x[11]) / (1 + x[5] + x[11]),
    "fast_gain_units": lambda x: x[oracle.F],
    "bdnf_mtor_share": lambda x: x[oracle.P],
    "new_spines_units": lambda x: x[oracle.N],
    "mature_spines_units": lambda x: x[oracle.M],
    "tolerance_units": lambda x: x[oracle.T],
    "refilled_share": lambda x: (x[oracle.N] + x[oracle.M]) / (1 + x[oracle.N] + x[oracle.M]),
}


def people() -> Population:
    drawn = Population.draw(12, np.random.default_rng(4))
    older = drawn.columns["age_years"] + 3.0 * np.arange(12)
    kept = (np.arange(12) % 2).astype(float)
    return replace(drawn, columns={**drawn.columns, "age_years": older, "antidepressant_kept": kept})


@pytest.mark.parametrize("name", COURSES)
def test_the_exact_steps_agree_with_tiny_ones(name):
    crowd, doses = people(), COURSES[name]
    ours = run(crowd, doses, np.array(TIMES), Setting(), PS)
    theirs = oracle.solved(crowd, doses, TIMES, PS)
    for column, of in FOUND.items():
        expected = np.array([of(x) for x in theirs]).T
        assert expected.max() > 0
        np.testing.assert_allclose(ours[column], expected, rtol=2e-6, atol=1e-8, err_msg=column)
