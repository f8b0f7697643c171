"""What is seen while the drug is in the brain: pressure, pulse, dissociation, sedation, nausea.

    effect = Emax e^n / (E50^n + e^n), e in multiples of IC50

Dissociation is divided by 1 + T; pressure has no tolerance, for none was seen over six infusions. But within a
session the body answers: pressure is driven by u = max(0, e - share e_slow), de_slow/dt = (e - e_slow)/tau.
"""

from __future__ import annotations

import numpy as np

from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.plasticity import Synapses


def hill(level: Array, effect: str, ps: Parameters) -> Array:
    """The effect of that name at a brain level."""
    most, half_at = ps[f"acute.{effect}.most"], ps[f"acute.{effect}.half_at"]
    risen = level ** ps[f"acute.{effect}.steepness"]
    return np.asarray(most * risen / (half_at ** ps[f"acute.{effect}.steepness"] + risen))


def acute(people: Population, level: Array, slow: Synapses, ps: Parameters) -> dict[str, Array]:
    """Every acute observation at the outputs."""
    felt = people["dissociation_factor"][:, None] * hill(level, "cadss", ps)
    drive = np.maximum(level - ps["acute.pressure.adapted_share"] * slow.adapted, 0.0)

    def raised(which: str) -> Array:
        factor = ps[f"acute.{which}.place_factor"] * people[f"{which}_rise_factor"]
        return people[f"{which}_mmhg"][:, None] + factor[:, None] * hill(drive, which, ps)

    return {
        "adapted_brain_ic50": slow.adapted,
        "systolic_mmhg": raised("systolic"),
        "diastolic_mmhg": raised("diastolic"),
        "pulse_per_min": people["pulse_per_min"][:, None] + hill(level, "pulse", ps),
        "cadss_points": np.minimum(ps["acute.cadss.highest"], felt / (1.0 + np.maximum(slow.tolerance, 0.0))),
        "sedation_probability": hill(level, "sedation", ps),
        # 1 - exp(-0.03 integral of B)
        "nausea_probability": -np.expm1(-ps["acute.nausea.per_h"] * slow.blocked_h),
    }
