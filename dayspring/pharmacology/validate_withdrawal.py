"""Going on or stopping after sixteen weeks, by the keys of the published rows."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

import dayspring.knowledge
from dayspring.pharmacology.trial import trial
from dayspring.pharmacology.trial_design import read_design
from dayspring.pharmacology.validate_people import Crowd
from dayspring.pharmacology.validate_typical import Shown

DESIGN = Path(dayspring.knowledge.__file__).parent / "evidence" / "going_on_or_stopping.toml"
SHARE_OF_CROWD, FEWEST = 4, 40


def withdrawal_shows(crowd: Crowd) -> Shown:
    """The hazard ratio, and who relapsed by the last visit, nobody leaving: a study of the crowd's size."""
    design = read_design(DESIGN.read_text(encoding="utf-8"))
    people = max(FEWEST, crowd.n // SHARE_OF_CROWD)
    arms = tuple(replace(arm, people=people, leaves_per_week=0.0) for arm in design.arms)
    whole = replace(design, place=crowd.place, arms=arms)
    found = trial(whole, np.random.default_rng(crowd.seed), threads=crowd.threads).withdrawn
    assert found is not None
    on, off = (arm.relapsed_percent for arm in found.arms)
    ratio = math.nan if found.hazard_ratio is None else found.hazard_ratio
    return {
        "withdrawal_hazard_ratio": ratio,
        "withdrawal_relapse_on": on,
        "withdrawal_relapse_off": off,
    }
