"""Going on or stopping after sixteen weeks, by the keys of the published rows."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

import dayspring.knowledge
from dayspring.pharmacology.trial import trial
from dayspring.pharmacology.trial_design import Design, read_design
from dayspring.pharmacology.validate_people import Crowd
from dayspring.pharmacology.validate_typical import Shown
from dayspring.pharmacology.withdrawal import Withdrawn

DESIGN = Path(dayspring.knowledge.__file__).parent / "evidence" / "going_on_or_stopping.toml"
SHARE_OF_CROWD, FEWEST = 8, 40


def withdrawal_shows(crowd: Crowd) -> Shown:
    """The hazard ratio, and who relapsed by the last visit, nobody leaving; then with stopping meaning all visits."""
    design = read_design(DESIGN.read_text(encoding="utf-8"))
    people = max(FEWEST, crowd.n // SHARE_OF_CROWD)
    on, off = (replace(arm, people=people, leaves_per_week=0.0) for arm in design.arms)
    sprays = _played(crowd, replace(design, arms=(on, off)))
    nothing = _played(crowd, replace(design, arms=(on, replace(off, doses=()))))
    return {
        "withdrawal_hazard_ratio": _ratio(sprays),
        "withdrawal_relapse_on": sprays.arms[0].relapsed_percent,
        "withdrawal_relapse_off": sprays.arms[1].relapsed_percent,
        "withdrawal_no_visits_hazard_ratio": _ratio(nothing),
        "withdrawal_no_visits_relapse": nothing.arms[1].relapsed_percent,
    }


def _played(crowd: Crowd, design: Design) -> Withdrawn:
    whole = replace(design, place=crowd.place)
    found = trial(whole, np.random.default_rng(crowd.seed), threads=crowd.threads).withdrawn
    assert found is not None
    return found


def _ratio(found: Withdrawn) -> float:
    return math.nan if found.hazard_ratio is None else found.hazard_ratio
