"""What a drawn population of the model shows, by the keys of the published rows: change, response, who stays well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.each import Place, each
from dayspring.pharmacology.patient import Array, Patient, Population
from dayspring.pharmacology.published import known
from dayspring.pharmacology.ratings import at_most, scatter
from dayspring.pharmacology.validate_typical import (
    DAY,
    HALF_MG,
    KG,
    NASAL_DAYS,
    SIX_DAYS,
    Shown,
    course,
    infusion,
    spray,
)

HALF = 0.5
TWICE_WEEKLY = (0, 3, 7, 10)
AFTER_SIX = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """The same people for every course, so that a difference between courses is the courses' alone."""

    n: int
    seed: int
    place: Place
    threads: int = 1

    def people(self, around: Patient | None = None) -> Population:
        rng = np.random.default_rng(self.seed)
        return Population.draw(self.n, rng, around=around, parameters_of=self.place.parameters)

    def scores(self, people: Population, doses: Sequence[Dose], days: Sequence[float]) -> Array:
        """MADRS of each person on each day."""
        times = [DAY * day for day in days]
        return each(people, doses, times, ("madrs_points",), self.place, threads=self.threads)["madrs_points"]


def crowd_shows(crowd: Crowd) -> Shown:
    """Every number that a population answers for."""
    out: Shown = {}
    for part in (_one_infusion, _by_dose, _six, _kept_well, _twice_weekly, _nasal, _masked, _clinic):
        out |= {key: float(value) for key, value in part(crowd).items()}
    return out


def _responds(people: Population, madrs: Array) -> Array:
    """Probability that each rating is at most half of what it was before."""
    return at_most(HALF * people["madrs_before_points"][:, None], madrs)


def _change(people: Population, madrs: Array) -> Array:
    return np.asarray((madrs - people["madrs_before_points"][:, None]).mean(axis=0))


def _one_infusion(crowd: Crowd) -> Shown:
    people, days = crowd.people(), (1, 3, 7, 11, 14)
    one, none = (crowd.scores(people, [infusion(mg=mg)], days) for mg in (HALF_MG, 0.0))
    spread = np.sqrt(np.mean([m[:, 0].var() + (scatter(m[:, 0]) ** 2).mean() for m in (one, none)]))
    gap = (none - one).mean(axis=0)
    response, control = (100.0 * _responds(people, m).mean(axis=0) for m in (one, none))
    return {
        "change_day_1": _change(people, one)[0],
        "change_day_1_control": _change(people, none)[0],
        "effect_day_1": gap[0] / spread,
        "difference_day_11": gap[3],
        "masked_day_1": gap[0],
        "response_day_1": response[0],
        "response_day_3": response[1],
        "response_day_7": response[2],
        "response_day_14": response[4],
        "response_day_1_control": control[0],
        "t_response_research_1": response[0],
    }


def _by_dose(crowd: Crowd) -> Shown:
    """Of those who responded at day 3, how many no longer do at day 14."""
    people, out = crowd.people(), {}
    for per_kg in (0.1, 0.5, 1.0):
        madrs = crowd.scores(people, [infusion(mg=KG * per_kg)], (3, 14))
        lost = 100.0 - _still_responding(people, madrs)[0]
        out[f"t_relapse_{str(per_kg).replace('.', '_')}"] = lost
    return out


def _still_responding(people: Population, madrs: Array) -> Array:
    """Of those who responded at the first time, the share in % that responds at each later one."""
    responds = _responds(people, madrs)
    return np.asarray(100.0 * (responds[:, :1] * responds[:, 1:]).sum(axis=0) / responds[:, 0].sum())


def _still_well(people: Population, madrs: Array) -> Array:
    """Of those who responded at the first time, the share in % under the relapse limit at each later one."""
    first = _responds(people, madrs[:, :1])
    well = at_most(known("relapse")["madrs"], madrs[:, 1:])
    return np.asarray(100.0 * (first * well).sum(axis=0) / first.sum())


def _six(crowd: Crowd) -> Shown:
    people = crowd.people()
    madrs = crowd.scores(people, course(SIX_DAYS), (AFTER_SIX, 11 + 18, 11 + 28))
    after, still = 100.0 * _responds(people, madrs)[:, 0].mean(), _still_responding(people, madrs)
    return {
        "response_after_six": after,
        "t_response_research_6": after,
        "still_responding_18_d": still[0],
        "t_well_free_18": still[0],
        "t_well_free_28": still[1],
    }


def _kept_well(crowd: Crowd) -> Shown:
    people, weeks = crowd.people(replace(Patient(), antidepressant_kept=True)), (2, 8, 39)
    madrs = crowd.scores(people, course(SIX_DAYS), (AFTER_SIX, *(11 + 7 * week for week in weeks)))
    return {
        f"t_well_kept_{week}": share for week, share in zip(weeks, _still_well(people, madrs), strict=True)
    }


def _twice_weekly(crowd: Crowd) -> Shown:
    people = crowd.people()
    drug, none = (
        _change(people, crowd.scores(people, course(TWICE_WEEKLY, mg), (15,)))[0] for mg in (HALF_MG, 0.0)
    )
    eight = (*TWICE_WEEKLY, 14, 17, 21, 24)
    last, sham = (crowd.scores(people, course(eight, mg), (25,)).mean() for mg in (HALF_MG, 0.0))
    return {
        "twice_weekly": drug,
        "twice_weekly_control": none,
        "twice_weekly_difference": none - drug,
        "in_patients_end": sham - last,
    }


def _nasal(crowd: Crowd) -> Shown:
    """56, later 84 mg of esketamine twice a week beside a new antidepressant, and the same without drug."""
    people = crowd.people(replace(Patient(), antidepressant_kept=True, antidepressant_started_h=0.0))
    given = [spray(56.0 if day < 8 else 84.0, DAY * day) for day in NASAL_DAYS]
    sham = [infusion(day, mg=0.0) for day in NASAL_DAYS]
    out: Shown = {}
    for name, doses in (("", given), ("_control", sham)):
        madrs = crowd.scores(people, doses, (1, 27))
        response = 100.0 * _responds(people, madrs).mean(axis=0)
        out[f"nasal_day_28{name}"] = _change(people, madrs)[1]
        out[f"nasal_response_day_2{name}"], out[f"nasal_response_day_28{name}"] = response
    return out | {"nasal_day_28_difference": out["nasal_day_28_control"] - out["nasal_day_28"]}


def _masked(crowd: Crowd) -> Shown:
    """84 mg of esketamine twice a week beside an antidepressant that was there before."""
    people = crowd.people(replace(Patient(), antidepressant_kept=True))
    given = [spray(84.0, DAY * day) for day in NASAL_DAYS]
    sham = [infusion(day, mg=0.0) for day in NASAL_DAYS]
    with_it, without = (crowd.scores(people, doses, (27,)).mean() for doses in (given, sham))
    return {"japan_day_28": without - with_it}


def _clinic(crowd: Crowd) -> Shown:
    there = replace(crowd, place=replace(crowd.place, profile="clinic"))
    people = there.people(replace(Patient(), antidepressant_kept=True))
    madrs = there.scores(people, course(SIX_DAYS), (1, AFTER_SIX))
    first, last = 100.0 * _responds(people, madrs).mean(axis=0)
    return {"t_response_clinic_1": first, "t_response_clinic_6": last}
