"""The switch divides the first day between drug and session, and leaves the whole as it was."""

from __future__ import annotations

import numpy as np
import pytest

from dayspring.pharmacology import Dose, Patient, simulate

DRUG, SHAM = Dose(at_h=0, mg=35, minutes=40), Dose(at_h=0, route="sham")


def lost(dose: Dose, share: float | None, at_h: float = 24.0) -> float:
    return 33.0 - float(simulate(Patient(), [dose], [at_h], drug_share=share)["madrs_points"][0])


@pytest.mark.parametrize("share", [0.0, 0.15, 0.3, 0.6])
def test_the_drug_has_the_share_that_was_set_and_the_whole_stays(share):
    whole = lost(DRUG, share)
    assert whole == pytest.approx(lost(DRUG, None), abs=1e-9)
    assert (whole - lost(SHAM, share)) / whole == pytest.approx(share, abs=1e-9)


def test_at_no_share_the_drug_moves_no_score_and_still_moves_the_body():
    drug, sham = (simulate(Patient(), [d], [1.0, 24.0, 168.0], drug_share=0.0) for d in (DRUG, SHAM))
    assert np.array_equal(drug["madrs_points"], sham["madrs_points"])
    assert drug["systolic_mmhg"][0] > sham["systolic_mmhg"][0]
    assert drug["blocked_share"][0] > 0.3 and drug["drug_relief_logit"].max() == 0.0


def test_a_larger_share_fades_faster_for_synapses_do_not_last_as_expectancy_does():
    kept = [lost(DRUG, share, 24.0 * 28) for share in (0.0, 0.3, 0.6)]
    assert kept[0] > kept[1] > kept[2]
