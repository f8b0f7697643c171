"""What the plain reference of the model said of generated patients and courses, frozen in golden/.

The first lines of the file are the program that made it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dayspring.pharmacology import Dose, Patient, Trajectory

GOLDEN = Path(__file__).parent / "golden" / "reference-2026.json"
ROUTES = {"sl": "sublingual", "in": "nasal", "po": "oral"}
PATIENT = {
    "weight": "weight_kg",
    "age": "age_years",
    "clint_mult": "clearance_factor",
    "V_mult": "volume_factor",
    "fgut_mult": "gut_factor",
    "fd_shift": "uptake_logit",
    "ad_on": "antidepressant_kept",
    "ad_start": "antidepressant_started_h",
    "trophic_mult": "trophic_factor",
    "stress": "stress",
    "survival": "survival",
    "madrs0": "madrs_before_points",
    "amp": "drug_gain",
    "amp_x": "setting_gain",
    "wAD": "antidepressant_logit",
    "diss": "dissociation_factor",
}
COLUMNS = {
    "ketamine_racemic": "racemic_ketamine_ng_per_ml",
    "norketamine_racemic": "racemic_norketamine_ng_per_ml",
    "ketamine_esketamine": "esketamine_ketamine_ng_per_ml",
    "norketamine_esketamine": "esketamine_norketamine_ng_per_ml",
    "block": "blocked_share",
    "glutamate": "glutamate_share",
    "bdnf_mtor": "bdnf_mtor_share",
    "spines_new": "new_spines_units",
    "spines_mature": "mature_spines_units",
    "restored": "refilled_share",
    "fast": "fast_gain_units",
    "habenula": "habenula_share",
    "expectancy": "expectancy_share",
    "cadss": "cadss_points",
    "sbp": "systolic_mmhg",
    "dbp": "diastolic_mmhg",
    "hr": "pulse_per_min",
    "sedation_prob": "sedation_probability",
    "nausea_prob": "nausea_probability",
    "mood_thought": "mood_thought_share",
    "motivation_cognition": "motivation_cognition_share",
    "anhedonia": "anhedonia_share",
    "anxiety_vegetative": "anxiety_vegetative_share",
    "madrs": "madrs_points",
    "phq9": "phq9_points",
    "relapse_hazard_per_day": "relapse_hazard_per_day",
    "relapse_prob": "relapse_probability",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    patient: Patient
    doses: list[Dose]
    times_h: list[float]
    out: dict[str, list[float]]

    def error(self, run: Trajectory, column: str) -> float:
        """The largest distance from the reference; for a level, against the highest level of the course."""
        theirs = np.array(next(self.out[k] for k, ours in COLUMNS.items() if ours == column))
        scale = float(theirs.max()) if column.endswith("ng_per_ml") and theirs.max() > 0 else 1.0
        return float(np.abs(run[column] - theirs).max()) / scale


def cases(path: Path = GOLDEN) -> Iterator[Case]:
    for case in json.loads(path.read_text())["cases"]:
        yield Case(
            patient=Patient(**{PATIENT[name]: value for name, value in case["patient"].items()}),
            doses=[_dose(ev) for ev in case["doses"]],
            times_h=case["times_h"],
            out=case["out"],
        )


def _dose(ev: dict[str, Any]) -> Dose:
    return Dose(
        at_h=ev["t"],
        mg=ev.get("mg", 0.0),
        route=ROUTES.get(ev["route"], ev["route"]),
        form=ev["form"],
        minutes=60.0 * ev.get("dur", 0.0),
    )
