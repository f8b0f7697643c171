"""From synapses, habenula, session and antidepressant to four domains, MADRS and PHQ-9.

For a domain with its share S_d of the 60 points, f(x) = x/(1 + x), theta = ln(MADRS0/(60 - MADRS0)):

    relief_d = amp [lF wF f(F) + lR wS R + lH wH f(H + s B)] + amp_x wX X + AD(t) + wL L
    y_d      = 1 / (1 + exp(relief_d - theta))          0 none .. 1 worst
    MADRS    = 60 sum S_d y_d
    AD(t)    = wAD (1 - exp(-(t - t_AD)/tau_AD))        a newly started oral antidepressant
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.dose import SAME_H, Dose
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import MADRS_POINTS, Array, Population
from dayspring.pharmacology.plasticity import HOURS_PER_DAY, LN2


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How much the drug, and how much the session itself, counts in this place. 1 and 1 are the calibration."""

    drug: float = 1.0
    session: float = 1.0
    # phi: how much of the room left one visit fills.
    filled_share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Synapse:
    """What of the drug's work counts for mood: F, R and f(H + s B)."""

    fast: Array
    refilled: Array
    habenula: Array


def full(x: Array) -> Array:
    """f(x) = x/(1 + x), nothing below nothing."""
    x = np.maximum(x, 0.0)
    return np.asarray(x / (1.0 + x))


def expectancy(doses: Sequence[Dose], times_h: Array, ps: Parameters, filled: float = 1.0) -> Array:
    """X at each time. A session adds phi (1 - X - Y) to Y, so it tops up and never goes beyond one.

    dY/dt = -kY Y, dX/dt = kY Y - kX X, in closed form between sessions.
    """
    onset, fading = 1.0 / ps["expectancy.onset_h"], LN2 / (ps["expectancy.half_life_d"] * HOURS_PER_DAY)

    def after(x: float, y: float, h: Array) -> Array:
        grown = onset * y * (np.exp(-fading * h) - np.exp(-onset * h)) / (onset - fading)
        return np.asarray(x * np.exp(-fading * h) + grown)

    asked = np.round(times_h, SAME_H)
    sessions = sorted({d.starts_h for d in doses if d.route != "ablate"})
    level = np.zeros_like(asked)
    x, y = 0.0, 0.0
    for number, start in enumerate(sessions):
        y = filled * (1.0 - x) + (1.0 - filled) * y
        until = sessions[number + 1] if number + 1 < len(sessions) else np.inf
        here = (asked >= start) & (asked < until)
        level[here] = after(x, y, asked[here] - start)
        if np.isfinite(until):
            x = float(after(x, y, np.array(until - start)))
            y *= float(np.exp(-onset * (until - start)))
    return level


def antidepressant(people: Population, times_h: Array, ps: Parameters) -> Array:
    """AD(t) on the logit; nothing before the start, and nothing where none was started."""
    since = np.maximum(times_h - people["antidepressant_started_h"][:, None], 0.0)
    return np.asarray(
        people["antidepressant_logit"][:, None]
        * -np.expm1(-since / (ps["antidepressant.onset_d"] * HOURS_PER_DAY))
    )


def recovery_weight(people: Population, ps: Parameters) -> Array:
    """wL of each patient: beside an antidepressant or therapy, or without."""
    treated = (people["antidepressant_kept"] > 0.0) | np.isfinite(people["antidepressant_started_h"])
    return np.where(treated, ps["recovery.treated_logit"], ps["recovery.drug_free_logit"])


def theta(people: Population) -> Array:
    """Where a patient's score stands before anything: ln(MADRS0/(60 - MADRS0))."""
    before = people["madrs_before_points"]
    return np.asarray(np.log(before / (MADRS_POINTS - before)))


def other_relief(people: Population, session: Array, oral: Array, setting: Setting, ps: Parameters) -> Array:
    """amp_x wX X + AD(t): what is not the drug's, as a logit."""
    return np.asarray(
        (setting.session * people["setting_gain"])[:, None] * ps["weights.setting"] * session + oral
    )


def drug_relief(domain: str, synapse: Synapse, ps: Parameters) -> Array:
    """lF wF f(F) + lR wS R + lH wH f(H + s B): what the drug's branches take from one domain, as a logit."""
    return (
        ps[f"domains.{domain}.fast"] * ps["weights.fast"] * full(synapse.fast)
        + ps[f"domains.{domain}.spines"] * ps["weights.spines"] * synapse.refilled
        + ps[f"domains.{domain}.habenula"] * ps["weights.habenula"] * synapse.habenula
    )


def symptoms(
    people: Population, synapse: Synapse, other: Array, setting: Setting, ps: Parameters
) -> dict[str, Array]:
    """Each domain as a share of its worst, MADRS, PHQ-9 and the drug's own relief.

    `other` is what relieves beside the drug: session, antidepressant, recovery.
    """
    before = theta(people)[:, None]
    gain = (setting.drug * people["drug_gain"])[:, None]
    out: dict[str, Array] = {}
    madrs, relief = np.zeros_like(before + other), np.zeros_like(before + other)
    for domain in ps.group("domains"):
        points = ps[f"domains.{domain}.points"]
        by_drug = gain * drug_relief(domain, synapse, ps)
        worst = 1.0 / (1.0 + np.exp(by_drug + other - before))
        out[f"{domain}_share"] = worst
        madrs = madrs + points * worst
        relief = relief + points / MADRS_POINTS * by_drug
    return out | {"drug_relief_logit": relief, "madrs_points": madrs, "phq9_points": phq9(madrs, ps)}


def phq9(madrs: Array, ps: Parameters) -> Array:
    """Piecewise linear through the equipercentile anchors of OPTIMUM; meant for group means."""
    anchors = ps.group("phq9")
    return np.interp(madrs, [ps[f"phq9.{a}.madrs"] for a in anchors], [ps[f"phq9.{a}.phq9"] for a in anchors])
