"""What the typical person of the model shows, by the keys of the published rows: levels, acute effects, synapses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.each import Place
from dayspring.pharmacology.patient import Array, Patient
from dayspring.pharmacology.published import known
from dayspring.pharmacology.simulate import simulate
from dayspring.pharmacology.trajectory import Trajectory

DAY, KG = 24.0, 70.0
HALF_MG = 0.5 * KG
SIX_DAYS = (0, 2, 4, 7, 9, 11)
NASAL_DAYS = (0, 3, 7, 10, 14, 17, 21, 24)
Shown = dict[str, float]


def infusion(day: float = 0.0, mg: float = HALF_MG) -> Dose:
    """The reference session, or one of another dose, on that day."""
    return Dose(at_h=DAY * day, mg=mg, minutes=40.0) if mg else Dose(at_h=DAY * day, route="sham")


def course(days: Sequence[float], mg: float = HALF_MG) -> list[Dose]:
    return [infusion(day, mg) for day in days]


def spray(mg: float, at_h: float = 0.0) -> Dose:
    return Dose(at_h=at_h, mg=mg, route="nasal", form="esketamine")


def seen(doses: Sequence[Dose], times_h: Sequence[float] | Array, place: Place, who: Patient) -> Trajectory:
    """One course of one person at that place."""
    return simulate(
        who,
        doses,
        times_h,
        drug_share=place.drug_share,
        profile=place.profile,
        parameters=place.parameters,
    )


def typical(place: Place) -> Shown:
    """Every number that the typical person answers for."""
    look = partial(seen, place=place, who=Patient())
    parts = (_levels, _nasal_levels, _rifampicin, _felt, _pressure, _spray_effects, _synapses, _scores)
    return {key: float(value) for part in parts for key, value in part(look, place).items()}


def _area(run: Trajectory, name: str) -> float:
    return float(np.trapezoid(run[name], run.times_h))


def _hours(last: float) -> Array:
    return np.unique(np.concatenate([np.linspace(0.0, 4.0, 161), np.geomspace(4.0, last, 100)]))


def _levels(look: partial[Trajectory], place: Place) -> Shown:
    name, long = "racemic_ketamine_ng_per_ml", _hours(96.0)
    iv = look([infusion()], np.union1d(long, [40 / 60]))
    out: Shown = {"level_iv": float(np.interp(40 / 60, iv.times_h, iv[name]))}
    area = _area(iv, name) / HALF_MG
    out["clearance"] = 1000.0 / area
    steps = [Dose(at_h=h, mg=KG * r, minutes=60.0) for h, r in enumerate((0.284, 0.569, 1.137))]
    minutes = (60, 120, 180, 300)
    climbed = look(steps, [m / 60 for m in minutes])[name]
    out |= {f"step_{m}": level for m, level in zip(minutes, climbed, strict=True)}
    for route, mg in (("im", 35.0), ("sublingual", 25.0), ("oral", 25.0), ("nasal", 50.0)):
        run = look([Dose(at_h=0, mg=mg, route=route)], long)
        out[f"available_{route}"] = 100.0 * _area(run, name) / mg / area
        if route == "sublingual":
            out["sublingual_peak"] = run[name].max()
            out["sublingual_norketamine_peak"] = run["racemic_norketamine_ng_per_ml"].max()
    return out


def _nasal_levels(look: partial[Trajectory], place: Place) -> Shown:
    out: Shown = {}
    for mg in (56, 84):
        run = look([spray(mg)], _hours(DAY))
        out[f"nasal_{mg}_peak"] = run["esketamine_ketamine_ng_per_ml"].max()
        out[f"nasal_{mg}_area"] = _area(run, "esketamine_ketamine_ng_per_ml")
        out[f"nasal_{mg}_norketamine_peak"] = run["esketamine_norketamine_ng_per_ml"].max()
    return out


def _rifampicin(look: partial[Trajectory], place: Place) -> Shown:
    induced, name = replace(Patient(), clearance_factor=1.42, gut_factor=0.2), "racemic_ketamine_ng_per_ml"
    out: Shown = {}
    for way, dose in (("iv", infusion()), ("oral", Dose(at_h=0, mg=21.0, route="oral"))):
        with_it, without = (_area(seen([dose], _hours(96.0), place, p), name) for p in (induced, Patient()))
        out[f"rifampicin_{way}"] = 100.0 * (with_it / without - 1.0)
    return out


def _felt(look: partial[Trajectory], place: Place) -> Shown:
    minutes = (40, 80, 120)
    iv = look([infusion()], [m / 60 for m in minutes])
    out = {f"cadss_{m}": value for m, value in zip(minutes, iv["cadss_points"], strict=True)}
    first, last = np.linspace(0, 2, 41), 13 * 7 * DAY + np.linspace(0, 2, 41)
    weekly = [Dose(at_h=7 * DAY * week, mg=KG, route="sc") for week in range(14)]
    points = look(weekly, np.concatenate([first, last]))["cadss_points"]
    out["cadss_weekly_first"] = points[:41].max()
    out["cadss_weekly_ratio"] = points[41:].max() / points[:41].max()
    return out


def _rise(run: Trajectory, which: str) -> Array:
    before = {"systolic_mmhg": Patient().systolic_mmhg, "diastolic_mmhg": Patient().diastolic_mmhg}
    return np.asarray(run[which] - before.get(which, Patient().pulse_per_min))


def _pressure(look: partial[Trajectory], place: Place) -> Shown:
    minutes = np.arange(0.0, 241.0)
    run, out = look([infusion()], minutes / 60), {}
    for name, column in (("systolic", "systolic_mmhg"), ("diastolic", "diastolic_mmhg")):
        out[f"{name}_iv"] = out[f"t_{name}_iv"] = _rise(run, column)[40]
    out["pulse_iv"] = _rise(run, "pulse_per_min")[40]
    risen = _rise(run, "systolic_mmhg")
    out["t_peak_iv"], out["t_left_iv"] = minutes[risen.argmax()], risen[90] / risen.max()
    twice = look([infusion(mg=2 * HALF_MG)], minutes / 60)
    out["t_steepness"] = _rise(twice, "systolic_mmhg").max() / risen.max()
    return out


def _spray_effects(look: partial[Trajectory], place: Place) -> Shown:
    minutes, out = np.arange(0.0, 241.0), {}
    for mg in (56, 84):
        run = look([spray(mg)], minutes / 60)
        risen = _rise(run, "systolic_mmhg")
        out[f"t_systolic_{mg}"], out[f"t_diastolic_{mg}"] = risen.max(), _rise(run, "diastolic_mmhg").max()
        out[f"sedation_{mg}"] = 100.0 * run["sedation_probability"].max()
        spared = 1.0 - run["nausea_probability"][-1]  # four hours after one spray; a course has eight
        out[f"nausea_{mg}"] = 100.0 * (1.0 - spared ** len(NASAL_DAYS))
        if mg == 56:
            out["t_peak_nasal"], out["t_left_nasal"] = minutes[risen.argmax()], risen[90] / risen.max()
    return out


def _synapses(look: partial[Trajectory], place: Place) -> Shown:
    hours = (3, 12, 24, 60)
    one, none = look([infusion()], hours), look([infusion(mg=0.0)], hours)
    cut = look([infusion(), Dose(at_h=48.0, route="ablate")], hours)
    out = {f"refilled_{h}": one["refilled_share"][at] for at, h in enumerate(hours[:3])}
    for name, domain in (("motivation", "motivation_cognition"), ("anhedonia", "anhedonia")):
        left = [run[f"{domain}_share"][-1] for run in (none, cut, one)]
        out[f"kept_{name}"] = (left[0] - left[1]) / (left[0] - left[2])
    weak = look([infusion(mg=0.2 * KG)], hours)
    lost = [none["madrs_points"][2] - run["madrs_points"][2] for run in (weak, one)]
    return out | {"low_over_high": lost[0] / lost[1]}


def _scores(look: partial[Trajectory], place: Place) -> Shown:
    days = (1, 3, 5, 7, 10, 14)
    one, none = (look([infusion(mg=mg)], [DAY * d for d in days])["madrs_points"] for mg in (HALF_MG, 0.0))
    gap = none - one
    out = {"t_difference": gap[0]} | {
        f"t_share_day_{d}": gap[at] / gap[0] for at, d in enumerate(days) if d != 1
    }
    before = Patient().madrs_before_points
    out["t_control_midazolam"] = none[0] - before
    out["t_control_lasts"] = (none[-1] - before) / (none[0] - before)
    for name in ("saline", "in_patient"):  # put in: the day after it, and no more, is then the model's own
        out[f"t_control_{name}"] = known("comparators")[name]
    out |= _no_drug(place)
    for profile in ("clinic", "research"):
        out |= _series(replace(place, profile=profile))
    return out


def _no_drug(place: Place) -> Shown:
    """The switch at nothing: whatever is given, it does what a session without drug does."""
    none = replace(place, drug_share=0.0)

    def gap(with_it: Sequence[Dose], days: float) -> float:
        without = [Dose(at_h=d.at_h, route="sham") for d in with_it]
        ends = (seen(doses, [DAY * days], none, Patient())["madrs_points"][0] for doses in (without, with_it))
        return float(np.subtract(*ends))

    eight = course((0, 3, 7, 10, 14, 17, 21, 24))
    sprays = [spray(84.0, DAY * day) for day in NASAL_DAYS]
    out = {"masked_day_1_no_drug": gap([infusion()], 1), "in_patients_end_no_drug": gap(eight, 25)}
    return out | {"japan_day_28_no_drug": gap(sprays, 27), "t_masked": out["masked_day_1_no_drug"]}


def _series(place: Place) -> Shown:
    """The share of the gain of six that is there a day after each of the first four."""
    after = [DAY * (day + 1) for day in SIX_DAYS]
    drug, none = (
        seen(course(SIX_DAYS, mg), after, place, Patient())["madrs_points"] for mg in (HALF_MG, 0.0)
    )
    gain = Patient().madrs_before_points - drug
    out = {f"t_gain_{place.profile}_{n}": gain[n - 1] / gain[-1] for n in (1, 2, 3, 4)}
    if place.profile == "research":
        out["t_growth"] = (none - drug)[-1] / (none - drug)[0]
    return out
