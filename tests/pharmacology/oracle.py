"""The equations as they are written, by Runge and Kutta in tiny steps: slow, plain, and sharing no code.

Only the numbers are those of the engine. The equations are written out again from the specification, with the
absorption put in from outside as it is there, and stepped finely where the drug is fresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dayspring.pharmacology import Dose, Parameters, Population

Array = npt.NDArray[np.float64]
A1, A2, A3, AH, AN, E = range(6)
F, P, Q, N, M, H, T, Y, X, FOLLOW, W, L = range(12, 24)
STATES = 24
FORMS = ("racemic", "esketamine")


def solved(
    people: Population, doses: Sequence[Dose], times_h: Sequence[float], ps: Parameters, filled: float = 1.0
) -> list[Array]:
    """The states at each time, one (states, patients) array for each; no bolus. Every dose is a session."""
    fixed = {0.0, *times_h, *(d.at_h for d in doses), *(d.at_h + d.minutes / 60 for d in doses)}
    edges = sorted(h for h in fixed if h <= max(times_h))
    x, at = np.zeros((STATES, len(people))), 0.0
    found = {0.0: x.copy()}
    for begin, end in pairwise(edges):
        at = begin
        if any(d.at_h == begin for d in doses):
            x[Y] += filled * (1 - x[X] - x[Y])
        fresh = (
            min(begin - d.at_h for d in doses if d.at_h <= begin)
            if any(d.at_h <= begin for d in doses)
            else 0
        )
        while at < end - 1e-12:
            since = fresh + at - begin
            wanted = (6 if since < 1 else 30 if since < 12 else 90) / 3600
            h = (end - at) / max(1, int(np.ceil((end - at) / wanted))) if end - at < 2 * wanted else wanted
            x = _step(at, x, h, people, doses, ps)
            at += h
        found[end] = x.copy()
    return [found[t] for t in times_h]


def _step(t: float, x: Array, h: float, people: Population, doses: Sequence[Dose], ps: Parameters) -> Array:
    def f(at: float, state: Array) -> Array:
        return _slope(at, state, people, doses, ps)

    # The end of a step may be the end of an infusion: the slope there is that of the step.
    late = t + h * (1 - 1e-9)
    k1 = f(t, x)
    k2 = f(t + h / 2, x + h / 2 * k1)
    k3 = f(t + h / 2, x + h / 2 * k2)
    k4 = f(late, x + h * k3)
    return np.asarray(x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))


def _body(form: str, people: Population, ps: Parameters) -> dict[str, Array]:
    w = people["weight_kg"] / 70
    big = w ** ps[f"{form}.volume_weight_power"] * people["volume_factor"]
    flow = w ** ps[f"{form}.flow_weight_power"]
    q = ps[f"{form}.liver_flow_l_per_h"] * flow
    return {
        "V1": ps[f"{form}.central_l"] * big,
        "V2": ps[f"{form}.fast_l"] * big,
        "V3": ps[f"{form}.slow_l"] * big,
        "VH": ps[f"{form}.liver_l"] * big,
        "VN": ps[f"{form}.norketamine_l"] * big,
        "Q2": ps[f"{form}.fast_flow_l_per_h"] * flow,
        "Q3": ps[f"{form}.slow_flow_l_per_h"] * flow,
        "QH": np.maximum(q - 2.19 * np.maximum(0, people["age_years"] - 60), 0.3 * q),
        "CLint": ps[f"{form}.intrinsic_clearance_l_per_h"] * flow * people["clearance_factor"],
        "CLN": ps[f"{form}.norketamine_clearance_l_per_h"] * flow,
        "Fgut": np.minimum(1, ps[f"{form}.gut_share"] * people["gut_factor"]),
    }


def _inputs(
    t: float, form: str, people: Population, doses: Sequence[Dose], ps: Parameters
) -> tuple[Array, Array]:
    """r and g: what reaches the blood directly, and what leaves the gut, in mg/h."""
    r, g = np.zeros(len(people)), np.zeros(len(people))
    for d in doses:
        since = t - d.at_h
        if d.form != form or not d.mg or since < 0:
            continue
        if d.route == "iv":
            r += d.mg / (d.minutes / 60) * (since < d.minutes / 60)
            continue
        key = f"routes.{d.route}.{form}"
        fd, swallowed = ps[f"{key}.direct_share"], f"{key}.swallowed_per_h" in ps.rows
        if d.route == "nasal" and form == "esketamine":
            n = max(1.0, d.mg / 28)
            fd = fd * (1 + 0.62 * (n - 1)) / n
        share = np.full(len(people), fd)
        if swallowed and 0 < fd < 1:
            share = 1 / (1 + np.exp(-(np.log(fd / (1 - fd)) + people["uptake_logit"])))
        if fd > 0:
            ka = ps[f"{key}.direct_per_h"]
            r += share * d.mg * ka * np.exp(-ka * since)
        if swallowed:
            kg = ps[f"{key}.swallowed_per_h"]
            g += (1 - share) * d.mg * kg * np.exp(-kg * since)
    return r, g


def _slope(t: float, x: Array, people: Population, doses: Sequence[Dose], ps: Parameters) -> Array:
    d = np.zeros_like(x)
    for place, form in enumerate(FORMS):
        if not any(dose.form == form and dose.mg for dose in doses):
            continue
        k, o = _body(form, people, ps), 6 * place
        r, g = _inputs(t, form, people, doses, ps)
        c1, c2, c3 = x[o + A1] / k["V1"], x[o + A2] / k["V2"], x[o + A3] / k["V3"]
        ch, cn, fn = x[o + AH] / k["VH"], x[o + AN] / k["VN"], ps[f"{form}.norketamine_yield"]
        d[o + A1] = r - k["Q2"] * (c1 - c2) - k["Q3"] * (c1 - c3) - k["QH"] * (c1 - ch)
        d[o + A2], d[o + A3] = k["Q2"] * (c1 - c2), k["Q3"] * (c1 - c3)
        d[o + AH] = k["Fgut"] * g + k["QH"] * (c1 - ch) - k["CLint"] * ch
        d[o + AN] = fn * k["CLint"] * ch + fn * (1 - k["Fgut"]) * g - k["CLN"] * cn
        felt = 1000 * c1 / ps[f"{form}.ic50_ng_per_ml"] + 1000 * cn / ps[f"{form}.norketamine_ic50_ng_per_ml"]
        d[o + E] = 7.0 * (felt - x[o + E])
    er, es = x[E], x[6 + E]
    e = er + es
    b = e / (1 + e)
    s = np.where(e > 0, (er + 0.35 * es) / np.where(e > 0, e, 1), 1)
    drive = people["trophic_factor"] * s * (4 * b * (1 - b)) ** 2
    z, u = people["survival"], people["stress"]
    grown, kept = 0.057 / 24 * np.exp(z / 2), np.where(people["antidepressant_kept"] > 0, 0.4, 1)
    a, half = ps["plasticity.cooperation_most"], ps["plasticity.cooperation_half_units"]
    grown = grown * (1 + ps["plasticity.cooperation"] * (a * x[N] ** 2 / (half**2 + x[N] ** 2) - 1))
    lost = ps["plasticity.loss_per_day"] / 24 * np.exp(u - z / 2)
    d[F] = 0.2817 * drive - np.log(2) / 15 * x[F]
    d[P] = (drive - x[P]) / 3
    d[Q] = (x[P] - x[Q]) / 12
    d[N] = 0.2817 * x[Q] - (lost + grown) * x[N]
    d[M] = grown * x[N] - np.log(2) / (55 * 24) * kept * np.exp(u - z) * x[M]
    d[H] = 0.4965 * s * b - np.log(2) / 102 * x[H]
    d[T] = 0.25 * b - np.log(2) / 240 * x[T]
    d[Y] = -x[Y] / 3
    d[X] = x[Y] / 3 - np.log(2) / (ps["expectancy.half_life_d"] * 24) * x[X]
    d[FOLLOW] = (e - x[FOLLOW]) / ps["acute.pressure.adapting_h"]
    better = 1 - madrs(x, people, ps) / people["madrs_before_points"]
    d[W] = (better - x[W]) / 72
    grows = ps["recovery.gain_per_day"] / 24 * np.maximum(0, (x[W] - 0.45) / 0.55)
    d[L] = grows * (1 - x[L]) - (1 - x[W]) * x[L] / (60 * 24)
    return d


def refilled(x: Array, people: Population, ps: Parameters) -> Array:
    s = x[N] + x[M]
    return np.asarray(s / (ps["plasticity.half_filled_units"] * people["half_filled_factor"] + s))


def madrs(x: Array, people: Population, ps: Parameters) -> Array:
    """The score, where no antidepressant was started."""

    def full(y: Array) -> Array:
        return np.asarray(y / (1 + y))

    er, es = x[E], x[6 + E]
    kept = people["antidepressant_kept"] > 0
    wl = np.where(kept, ps["recovery.treated_logit"], ps["recovery.drug_free_logit"])
    hab = full(x[H] + (er + 0.35 * es) / (1 + er + es))
    wf, ws, wh, wx = (ps[f"weights.{name}"] for name in ("fast", "spines", "habenula", "setting"))
    score = np.zeros_like(er)
    for points, f, r, h in ((24, 1.2, 1, 0.8), (12, 1, 1.4, 0.2), (6, 0.4, 0.2, 2), (18, 0.8, 0.8, 0.6)):
        drug = f * wf * full(x[F]) + r * ws * refilled(x, people, ps) + h * wh * hab
        relief = people["drug_gain"] * drug + people["setting_gain"] * wx * x[X] + wl * x[L]
        before = np.log(people["madrs_before_points"] / (60 - people["madrs_before_points"]))
        score = score + points / (1 + np.exp(relief - before))
    return score
