"""What the compiled tier is told of a course: the grid, the doses and the numbers, laid out once.

The grid is the NumPy tier's own, so both take the same steps.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dayspring.pharmacology.compartments import direct_share_of
from dayspring.pharmacology.cooperation import rounds
from dayspring.pharmacology.dose import FORMS, MINUTES_PER_HOUR, Dose
from dayspring.pharmacology.grid import FIRST_H, NODES, Grid, course_grid, gauss, gauss_to_middle
from dayspring.pharmacology.kernel.library import DEPOTS, DOUBLES, LANES, SHARED, D, N, PlanStruct
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array
from dayspring.pharmacology.recovery import middles, spans
from dayspring.pharmacology.symptoms import Setting, expectancy

HOURS_PER_DAY, LN2 = 24.0, float(np.log(2.0))
LEVELS, ACUTE, HAZARD, SCORE, SLOW = 1, 2, 4, 8, 16
FORM_NUMBERS = (
    "central_l", "fast_l", "slow_l", "liver_l", "norketamine_l", "fast_flow_l_per_h", "slow_flow_l_per_h",
    "liver_flow_l_per_h", "intrinsic_clearance_l_per_h", "norketamine_clearance_l_per_h", "gut_share",
    "norketamine_yield", "ic50_ng_per_ml", "norketamine_ic50_ng_per_ml", "volume_weight_power",
    "flow_weight_power",
)  # fmt: skip
BOLUS, NOWHERE = -2, -1
# How finely very many people are stepped: nodes in a panel, and the first panel of a stretch.
COARSE: dict[str, Any] = {"nodes": 3, "first_h": 4.0 / 60.0}
# Two rates of the cascade that all people share may not meet: the kernel divides by their difference.
MEET = 1e-6
# Times nearer to each other than this, in hours, are one.
SAME = 2e-11


@dataclass(slots=True, kw_only=True)
class Plan:
    """The structure that the kernel reads, and the arrays that it points into."""

    struct: PlanStruct
    outputs: int
    domains: tuple[str, ...]
    kept: list[Any] = field(default_factory=list)

    def put(self, **arrays: Any) -> None:
        """Points fields of the structure at numbers that live as long as this plan."""
        for name, values in arrays.items():
            doubles = name in DOUBLES
            dtype = np.float64 if doubles else np.int64
            array = np.ascontiguousarray(values, dtype=dtype).reshape(-1)
            if not array.size:
                array = np.zeros(1, dtype=dtype)
            self.kept.append(array)
            setattr(self.struct, name, ctypes.cast(array.ctypes.data, D if doubles else N))


def plan_of(
    doses: Sequence[Dose], times_h: Array, setting: Setting, ps: Parameters, need: int, *,
    nodes: int = NODES, first_h: float = FIRST_H,
) -> Plan | None:  # fmt: skip
    """The plan of a course, or None where the kernel cannot follow and NumPy must.

    `nodes` is how often the drug is looked at in each panel, an odd number up to five.
    """
    act, build = 1.0 / ps["plasticity.activity_h"], 1.0 / ps["plasticity.building_h"]
    domains = ps.group("domains")
    if abs(act - build) < MEET * act or len(domains) > LANES:
        return None
    grid = course_grid(doses, times_h, first_h)
    plan = Plan(struct=PlanStruct(), outputs=times_h.size, domains=domains)
    taus = _times(plan, grid, nodes if need & SLOW else 0)
    if not _doses(plan, doses, grid, ps):
        return None
    kinds = _kinds(plan, grid, ps, nodes)
    anchors = [[ps[f"phq9.{a}.{scale}"] for scale in ("madrs", "phq9")] for a in ps.group("phq9")]
    middle = middles(grid)
    plan.put(
        par=_numbers(setting, ps),
        anchor=anchors,
        domain=[
            [
                ps[f"domains.{d}.points"],
                *(ps[f"domains.{d}.{w}"] * ps[f"weights.{w}"] for w in ("fast", "spines", "habenula")),
            ]
            for d in domains
        ],
        out_x=expectancy(doses, times_h, ps, setting.filled_share),
        mid_x=expectancy(doses, middle, ps, setting.filled_share) if middle.size else middle,
        out_h=times_h,
        mid_h=middle,
        span=_spans(grid, ps),
        kind_rounds=[rounds(float(h)) for h in np.unique(grid.panel_h)],
    )
    for name, count in (
        ("stretches", grid.starts_h.size), ("panels", grid.panel_h.size), ("kinds", kinds), ("taus", taus),
        ("outputs", times_h.size), ("domains", len(domains)), ("anchors", len(anchors)), ("need", need),
        ("nodes", nodes),
    ):  # fmt: skip
        setattr(plan.struct, name, count)
    return plan


def _halves(taus: Array) -> Array:
    """Where each time's half stands among them, NOWHERE for most: panels double, so many do."""
    if not taus.size:
        return taus
    place = np.clip(np.searchsorted(taus, taus / 2.0 - SAME), 0, taus.size - 1)
    found = (np.abs(taus[place] - taus / 2.0) < SAME) & (place < np.arange(taus.size))
    return np.where(found, place, NOWHERE)


def _spans(grid: Grid, ps: Parameters) -> Array:
    """For each panel over how long it steps recovery, and what smoothing keeps before it and over half of it."""
    span, smoothing = spans(grid), ps["recovery.smoothing_d"] * HOURS_PER_DAY
    left = np.maximum(span - grid.panel_h, 0.0)
    return np.stack([span, np.exp(-left / smoothing), np.exp(-grid.panel_h / 2.0 / smoothing)], axis=1)


def _times(plan: Plan, grid: Grid, count: int) -> int:
    """Every length of time for which the drug's modes must be faded, each once."""
    nodes = grid.nodes_from_h(count).reshape(-1) if count else np.zeros(0)
    asked = np.concatenate([nodes, grid.output_from_h, grid.lengths_h])
    taus, which = np.unique(asked, return_inverse=True)
    ends = np.cumsum([nodes.size, grid.output_from_h.size])
    edge_out = np.full(grid.panel_h.size + 1, NOWHERE)
    edge_out[grid.output_edge] = np.arange(grid.output_edge.size)
    plan.put(
        tau=taus,
        tau_half=_halves(taus),
        panel_tau=which[: ends[0]],
        out_tau=which[ends[0] : ends[1]],
        stretch_tau=which[ends[1] :],
        edge_out=edge_out,
        panel_first=np.append(grid.stretch_edge, grid.panel_h.size),
    )
    return int(taus.size)


def _kinds(plan: Plan, grid: Grid, ps: Parameters, count: int) -> int:
    """What each length of panel keeps of the shared states, and what each node pushes into them."""
    nodes, weights = gauss(count)
    h, kind = np.unique(grid.panel_h, return_inverse=True)
    act, build = 1.0 / ps["plasticity.activity_h"], 1.0 / ps["plasticity.building_h"]
    adapting = 1.0 / ps["acute.pressure.adapting_h"]
    rates = np.array([
        LN2 / ps["plasticity.fast_half_life_h"], act, build, LN2 / ps["plasticity.habenula_half_life_h"],
        LN2 / (ps["tolerance.half_life_d"] * HOURS_PER_DAY), 0.0, adapting,
    ])  # fmt: skip
    gains = np.array([
        ps["plasticity.gain_per_h"], act, build / (act - build) * act, ps["plasticity.habenula_gain_per_h"],
        ps["tolerance.gain_per_h"], 1.0, adapting,
    ])  # fmt: skip
    left = h[:, None, None] * (1.0 - nodes)[None, :, None] * rates
    push = gains * h[:, None, None] * weights[None, :, None] * np.exp(-left)
    two, half = rates[[0, 3]], gauss_to_middle(count)
    halfway = h[:, None, None] * (0.5 - nodes)[None, :, None] * two
    plan.put(
        kind_h=h,
        panel_kind=kind,
        decay=np.exp(-h[:, None] * rates),
        push=push,
        half_decay=np.exp(-h[:, None] / 2.0 * two),
        half_push=gains[[0, 3]] * h[:, None, None] * half[None, :, None] * np.exp(-halfway),
        node=nodes,
        weight=weights,
    )
    assert push.shape[1:] == (count, SHARED)
    return int(h.size)


def _doses(plan: Plan, doses: Sequence[Dose], grid: Grid, ps: Parameters) -> bool:
    """What is given at the start of each stretch; False when more routes wait than the kernel has room for."""
    last = float(grid.starts_h[-1])
    given = [d for d in doses if d.mg > 0.0 and d.starts_h <= last]
    forms = [form for form in FORMS if any(d.form == form for d in given)]
    places: dict[tuple[str, str, str], int] = {}
    rate, swallowed = np.zeros((len(forms), DEPOTS)), np.zeros((len(forms), DEPOTS))
    counts = [0] * len(forms)
    for dose in given:
        for way in ("direct", "swallowed"):
            key = (dose.form, dose.route, way)
            if f"routes.{dose.route}.{dose.form}.{way}_per_h" in ps.rows and key not in places:
                form = forms.index(dose.form)
                if counts[form] == DEPOTS:
                    return False
                places[key] = counts[form]
                rate[form, counts[form]] = ps[f"routes.{dose.route}.{dose.form}.{way}_per_h"]
                swallowed[form, counts[form]] = way == "swallowed"
                counts[form] += 1
    plan.struct.forms = len(forms)
    plan.put(
        form_is=[FORMS.index(form) for form in forms],
        depots=counts,
        depot_rate=rate,
        swallowed=swallowed,
        form_par=[[ps[f"{form}.{name}"] for name in FORM_NUMBERS] for form in forms],
    )
    _events(plan, doses, given, forms, places, grid, ps)
    return True


def _events(
    plan: Plan, doses: Sequence[Dose], given: Sequence[Dose], forms: Sequence[str],
    places: dict[tuple[str, str, str], int], grid: Grid, ps: Parameters,
) -> None:  # fmt: skip
    starts = grid.starts_h.tolist()
    number = {start: place for place, start in enumerate(starts)}
    rate = np.zeros((len(starts), len(forms)))
    rows: list[tuple[int, int, int, int, bool, float, float]] = []
    for dose in given:
        form = forms.index(dose.form)
        if dose.runs:
            running = (grid.starts_h >= dose.starts_h) & (grid.starts_h < dose.ends_h)
            rate[running, form] += dose.mg / (dose.minutes / MINUTES_PER_HOUR)
            continue
        if dose.route == "iv":
            rows.append((number[dose.starts_h], form, BOLUS, NOWHERE, False, dose.mg, 1.0))
            continue
        share, on_logit = direct_share_of(dose, ps)
        direct, gut = (places.get((dose.form, dose.route, way), NOWHERE) for way in ("direct", "swallowed"))
        rows.append((number[dose.starts_h], form, direct, gut, on_logit, dose.mg, share))
    rows.sort(key=lambda row: row[0])
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    ablated = {d.starts_h for d in doses if d.route == "ablate"}
    plan.put(
        event_first=np.searchsorted(columns[0], np.arange(len(starts) + 1)),
        ev_form=columns[1],
        ev_direct=columns[2],
        ev_swallowed=columns[3],
        ev_logit=columns[4],
        ev_mg=columns[5],
        ev_share=columns[6],
        rate_mg_h=rate,
        ablated=[start in ablated for start in starts],
    )


def _numbers(setting: Setting, ps: Parameters) -> list[float]:
    """The numbers of the model in the order of the enumeration K_ in course.c."""
    day = HOURS_PER_DAY
    acute = [
        ps[f"acute.{effect}.{part}"]
        for effect in ("systolic", "diastolic", "pulse", "cadss", "sedation")
        for part in ("most", "half_at", "steepness")
    ]
    return [
        ps["body.size_kg"], ps["body.liver_flow_falls_from_years"], ps["body.liver_flow_fall_l_per_h_per_year"],
        ps["body.liver_flow_floor_share"], ps["body.effect_site_per_h"], ps["surge.height"],
        ps["esketamine.efficacy"], 1.0 / ps["plasticity.activity_h"], 1.0 / ps["plasticity.building_h"],
        ps["plasticity.gain_per_h"], ps["plasticity.loss_per_day"] / day, ps["plasticity.maturing_per_day"] / day,
        LN2 / (ps["plasticity.mature_half_life_d"] * day), ps["plasticity.kept_by_antidepressant"],
        ps["plasticity.survival_share"], ps["plasticity.cooperation"], ps["plasticity.cooperation_most"],
        ps["plasticity.cooperation_half_units"], ps["plasticity.half_filled_units"], ps["weights.setting"],
        setting.drug, setting.session, ps["antidepressant.onset_d"] * day, ps["recovery.treated_logit"],
        ps["recovery.drug_free_logit"], ps["recovery.gain_per_day"] / day, ps["recovery.loss_per_day"] / day,
        ps["recovery.from_share"], ps["recovery.smoothing_d"] * day, ps["relapse.hazard_per_day"] / day,
        ps["relapse.protection"], ps["acute.pressure.adapted_share"], ps["acute.systolic.place_factor"],
        ps["acute.diastolic.place_factor"], ps["acute.cadss.highest"], ps["acute.nausea.per_h"], *acute,
    ]  # fmt: skip
