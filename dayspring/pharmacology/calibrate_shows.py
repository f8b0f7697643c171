"""What a tried set of numbers shows, by the keys of the published rows: the same questions as `validate` asks.

Those of a crowd are validate's own, asked of people who are stepped by the tried set. The few of the typical
person are asked anew, for one course then answers many; a test holds both to be the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dayspring.pharmacology.calibrate_free import spread_as
from dayspring.pharmacology.dose import Dose, in_order
from dayspring.pharmacology.each import Place
from dayspring.pharmacology.engine import run
from dayspring.pharmacology.kernel.course import need_of, values
from dayspring.pharmacology.kernel.library import kernel
from dayspring.pharmacology.kernel.plan import plan_of
from dayspring.pharmacology.parameters import RECALIBRATED, Parameters, parameters
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.setting import profile_of
from dayspring.pharmacology.symptoms import Setting
from dayspring.pharmacology.validate_people import (
    Crowd,
    _by_dose,
    _clinic,
    _kept_well,
    _nasal,
    _one_infusion,
    _responds,
    _six,
    _twice_weekly,
)
from dayspring.pharmacology.validate_typical import DAY, HALF_MG, KG, SIX_DAYS, Shown, course, infusion, spray


def stepped(
    people: Population, doses: Sequence[Dose], times_h: Sequence[float] | Array, columns: Sequence[str],
    weights: Setting, ps: Parameters, *, threads: int = 1,
) -> dict[str, Array]:  # fmt: skip
    """The columns of every person by any set of numbers, compiled where it can be."""
    given, times = in_order(doses), np.asarray(times_h, dtype=np.float64)
    need = need_of(columns, ps.group("domains"))
    plan = plan_of(given, times, weights, ps, need) if kernel() else None
    if plan is not None:
        return values(plan, people, columns, threads=threads)
    found = run(people, given, times, weights, ps)
    return {name: found[name] for name in columns}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Crowd):
    """The same people for every set that is tried: only the set differs between two tries."""

    ps: Parameters
    places: Mapping[str, Setting] = field(default_factory=dict)

    def people(self, around: Patient | None = None) -> Population:
        """Drawn as ever; how far they differ is then as the tried set says."""
        return spread_as(Crowd.people(self, around), parameters(self.place.parameters), self.ps)

    def scores(self, people: Population, doses: Sequence[Dose], days: Sequence[float]) -> Array:
        times = [DAY * day for day in days]
        found = stepped(
            people, doses, times, ("madrs_points",), self.weights, self.ps, threads=self.threads
        )  # fmt: skip
        return found["madrs_points"]

    @property
    def weights(self) -> Setting:
        """How drug and session count where this crowd is."""
        name = self.place.profile
        return self.places[name] if name in self.places else profile_of(name, self.ps)

    def at(self, profile: str) -> Tried:
        return replace(self, place=replace(self.place, profile=profile))


def tried(
    ps: Parameters, places: Mapping[str, Setting], *, people: int, seed: int, threads: int, base: str = RECALIBRATED
) -> Tried:  # fmt: skip
    """A crowd of that set, drawn as the base draws it."""
    return Tried(n=people, seed=seed, place=Place(parameters=base), threads=threads, ps=ps, places=places)


def mood_shows(crowd: Tried) -> Shown:
    """Every number of mood and synapses that a calibration leans on; those only compared with are left out."""
    out = _typical_mood(crowd)
    for part in (_one_infusion, _by_dose, _six, _kept_well, _twice_weekly, _clinic):
        out |= {key: float(value) for key, value in part(crowd).items()}
    nasal = crowd.at("nasal") if "nasal" in crowd.places else crowd
    return out | {key: float(value) for key, value in _nasal(nasal).items()}


def _alone(crowd: Tried, doses: Sequence[Dose], times_h: Sequence[float], *columns: str) -> dict[str, Array]:
    one = Population.of([Patient()])
    found = stepped(one, doses, times_h, columns, crowd.weights, crowd.ps)
    return {name: found[name][0] for name in columns}


def _typical_mood(crowd: Tried) -> Shown:
    out = _one_dose(crowd) | _synapses(crowd)
    for profile in ("clinic", "research"):
        out |= _series(crowd.at(profile))
    return out


def _one_dose(crowd: Tried) -> Shown:
    days = (1, 3, 5, 7, 10, 14)
    one, none = (
        _alone(crowd, [infusion(mg=mg)], [DAY * d for d in days], "madrs_points")["madrs_points"]
        for mg in (HALF_MG, 0.0)
    )
    gap, fallen = none - one, none - Patient().madrs_before_points
    shares = {f"t_share_day_{d}": gap[at] / gap[0] for at, d in enumerate(days) if d != 1}
    found = {
        "t_difference": gap[0],
        "t_control_midazolam": fallen[0],
        "t_control_lasts": fallen[-1] / fallen[0],
    }
    return {key: float(value) for key, value in (found | shares).items()}


def _series(crowd: Tried) -> Shown:
    after = [DAY * (day + 1) for day in SIX_DAYS]
    drug, none = (
        _alone(crowd, course(SIX_DAYS, mg), after, "madrs_points")["madrs_points"] for mg in (HALF_MG, 0.0)
    )
    gain, name = Patient().madrs_before_points - drug, crowd.place.profile
    out = {f"t_gain_{name}_{n}": float(gain[n - 1] / gain[-1]) for n in (1, 2, 3, 4)}
    if name == "research":
        out["t_growth"] = float((none - drug)[-1] / (none - drug)[0])
    return out


def _synapses(crowd: Tried) -> Shown:
    hours, domains = (3.0, 12.0, 24.0, 60.0), {"motivation": "motivation_cognition", "anhedonia": "anhedonia"}
    columns = ("refilled_share", "madrs_points", *(f"{domain}_share" for domain in domains.values()))
    given = {
        "one": [infusion()],
        "none": [infusion(mg=0.0)],
        "cut": [infusion(), Dose(at_h=48.0, route="ablate")],
        "weak": [infusion(mg=0.2 * KG)],
    }
    seen = {name: _alone(crowd, doses, hours, *columns) for name, doses in given.items()}
    out = {f"refilled_{h:g}": seen["one"]["refilled_share"][at] for at, h in enumerate(hours[:3])}
    for name, domain in domains.items():
        none, cut, one = (seen[way][f"{domain}_share"][-1] for way in ("none", "cut", "one"))
        out[f"kept_{name}"] = (none - cut) / (none - one)
    weak, one = (seen["none"]["madrs_points"][2] - seen[way]["madrs_points"][2] for way in ("weak", "one"))
    out["low_over_high"] = weak / one
    return {key: float(value) for key, value in out.items()}


def by_scatter_alone(crowd: Tried) -> Shown:
    """The targets of relapse by dose if nobody's mood moved after day 3: what rating it twice does by itself."""
    people, out = crowd.people(), {}
    for per_kg in (0.1, 0.5, 1.0):
        responds = _responds(people, crowd.scores(people, [infusion(mg=KG * per_kg)], (3,)))
        lost = 1.0 - (responds**2).sum() / responds.sum()
        out[f"t_relapse_{str(per_kg).replace('.', '_')}"] = float(100.0 * lost)
    return out


def pressure_shows(crowd: Tried) -> Shown:
    """Every number of pressure: the typical person, no crowd."""
    minutes, out = np.arange(0.0, 241.0), {}
    before = {"systolic": Patient().systolic_mmhg, "diastolic": Patient().diastolic_mmhg}
    given = {"iv": infusion(), "twice": infusion(mg=2 * HALF_MG), "56": spray(56.0), "84": spray(84.0)}
    risen = {}
    for name, dose in given.items():
        found = _alone(crowd, [dose], (minutes / 60.0).tolist(), "systolic_mmhg", "diastolic_mmhg")
        risen[name] = {which: found[f"{which}_mmhg"] - before[which] for which in before}
    for which in before:
        out[f"{which}_iv"] = out[f"t_{which}_iv"] = risen["iv"][which][40]
        out |= {f"t_{which}_{mg}": risen[mg][which].max() for mg in ("56", "84")}
    for name, way in (("iv", "iv"), ("nasal", "56")):
        rise = risen[way]["systolic"]
        out[f"t_peak_{name}"], out[f"t_left_{name}"] = _peak(rise), rise[90] / rise.max()
    out["t_steepness"] = risen["twice"]["systolic"].max() / risen["iv"]["systolic"].max()
    return {key: float(value) for key, value in out.items()}


def _peak(rise: Array) -> float:
    """The minute of the highest rise, between whole minutes where the curve is round: a try must feel a slope."""
    at = int(rise.argmax())
    if not 0 < at < rise.size - 1:
        return float(at)
    left, top, right = rise[at - 1 : at + 2]
    bend = left - 2.0 * top + right
    return at + float(0.5 * (left - right) / bend) if bend < 0.0 else float(at)
