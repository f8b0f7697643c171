"""Where the drug goes: blood, tissues, liver, norketamine, brain. Linear, with one state carried through.

For each form, with c = A/V, r the direct input and g the swallowed flow that leaves the gut:

    dA1/dt = r - Q2 (c1 - c2) - Q3 (c1 - c3) - QH (c1 - cH)
    dA2/dt = Q2 (c1 - c2)                dA3/dt = Q3 (c1 - c3)
    dAH/dt = Fgut g + QH (c1 - cH) - CLint cH
    dAN/dt = fN CLint cH + fN (1 - Fgut) g - CLN cN
    dE/dt  = ke0 (1000 c1 / IC50 + 1000 cN / IC50N - E)          c in mg/L, IC50 in ng/mL

The structure is that of Perez-Ruixo 2021 (a liver that is perfused and extracts) with one norketamine
compartment. What waits to be absorbed, and the rate of an infusion, are states as well: then nothing is put in
from outside between two happenings, and the step is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology.dose import MINUTES_PER_HOUR, Dose
from dayspring.pharmacology.grid import Grid, Index
from dayspring.pharmacology.parameters import Parameters
from dayspring.pharmacology.patient import Array, Population
from dayspring.pharmacology.transition import Ladder

CENTRAL, FAST, SLOW, LIVER, NORKETAMINE, BRAIN, RATE = range(7)
DEPOTS = 7
NG_PER_ML = 1000.0  # from mg/L
TICK_H = 2.0**-14
SCALED = {
    "volume": ("central_l", "fast_l", "slow_l", "liver_l", "norketamine_l"),
    "flow": (
        "fast_flow_l_per_h", "slow_flow_l_per_h", "liver_flow_l_per_h",
        "intrinsic_clearance_l_per_h", "norketamine_clearance_l_per_h",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Plasma in ng/mL and brain in multiples of IC50 at the outputs; brain also at the nodes."""

    ketamine: Array
    norketamine: Array
    brain: Array
    brain_at_nodes: Array


def individual(form: str, people: Population, ps: Parameters) -> dict[str, Array]:
    """Each patient's volumes, flows and gut passage, from weight, age and the patient's own factors."""
    size = people["weight_kg"] / ps["body.size_kg"]
    grown = {
        "volume": size ** ps[f"{form}.volume_weight_power"] * people["volume_factor"],
        "flow": size ** ps[f"{form}.flow_weight_power"],
    }
    body = {name: ps[f"{form}.{name}"] * grown[kind] for kind, names in SCALED.items() for name in names}
    body["intrinsic_clearance_l_per_h"] = body["intrinsic_clearance_l_per_h"] * people["clearance_factor"]
    # Perez-Ruixo 2021: the liver's flow falls by 2.19 L/h for each year over 60.
    years_over = np.maximum(0.0, people["age_years"] - ps["body.liver_flow_falls_from_years"])
    flow = body["liver_flow_l_per_h"]
    body["liver_flow_l_per_h"] = np.maximum(
        flow - ps["body.liver_flow_fall_l_per_h_per_year"] * years_over,
        ps["body.liver_flow_floor_share"] * flow,
    )
    body["gut_share"] = np.minimum(1.0, ps[f"{form}.gut_share"] * people["gut_factor"])
    return body


def depots(form: str, doses: Sequence[Dose], ps: Parameters) -> dict[tuple[str, str], int]:
    """Where each route's drug waits: the state that holds what is taken up directly, or what was swallowed."""
    places: dict[tuple[str, str], int] = {}
    for route in dict.fromkeys(d.route for d in doses if d.form == form and d.mg > 0.0):
        for way in ("direct", "swallowed"):
            if f"routes.{route}.{form}.{way}_per_h" in ps.rows:
                places[route, way] = DEPOTS + len(places)
    return places


def system(form: str, body: dict[str, Array], places: dict[tuple[str, str], int], ps: Parameters) -> Array:
    """The rates A of x' = A x, per hour: (patients, states, states)."""
    people = body["central_l"].shape[0]
    a = np.zeros((people, DEPOTS + len(places), DEPOTS + len(places)))

    def flows(source: int, target: int, per_h: Array | float, kept: Array | float = 1.0) -> None:
        """Amount leaves `source` at the rate; the share that is kept arrives in `target`."""
        a[:, source, source] -= per_h
        a[:, target, source] += per_h * kept

    for other, volume, flow in (
        (FAST, "fast_l", "fast_flow_l_per_h"),
        (SLOW, "slow_l", "slow_flow_l_per_h"),
        (LIVER, "liver_l", "liver_flow_l_per_h"),
    ):
        flows(CENTRAL, other, body[flow] / body["central_l"])  # Q c1
        flows(other, CENTRAL, body[flow] / body[volume])  # Q c2
    made = ps[f"{form}.norketamine_yield"]
    flows(LIVER, NORKETAMINE, body["intrinsic_clearance_l_per_h"] / body["liver_l"], made)  # fN CLint cH
    a[:, NORKETAMINE, NORKETAMINE] -= body["norketamine_clearance_l_per_h"] / body["norketamine_l"]  # CLN cN
    lag = ps["body.effect_site_per_h"]  # ke0
    a[:, BRAIN, CENTRAL] = lag * NG_PER_ML / body["central_l"] / ps[f"{form}.ic50_ng_per_ml"]
    a[:, BRAIN, NORKETAMINE] = (
        lag * NG_PER_ML / body["norketamine_l"] / ps[f"{form}.norketamine_ic50_ng_per_ml"]
    )
    a[:, BRAIN, BRAIN] = -lag
    a[:, CENTRAL, RATE] = 1.0
    for (route, way), place in places.items():
        per_h = ps[f"routes.{route}.{form}.{way}_per_h"]
        if way == "direct":
            flows(place, CENTRAL, per_h)
        else:
            flows(place, LIVER, per_h, body["gut_share"])  # Fgut g
            a[:, NORKETAMINE, place] = (
                per_h * (1.0 - body["gut_share"]) * made
            )  # the wall makes norketamine too
    return a


def direct_share_of(dose: Dose, ps: Parameters) -> tuple[float, bool]:
    """Share of the dose taken up without being swallowed, fd, and whether patients shift it on the logit."""
    share = ps[f"routes.{dose.route}.{dose.form}.direct_share"]
    if dose.route == "nasal" and dose.form == "esketamine":
        # fd = 0.54 (1 + 0.62 (n - 1)) / n: later sprays absorb less (Perez-Ruixo 2021).
        sprays = max(1.0, dose.mg / ps["routes.nasal.spray_mg"])
        share *= (1.0 + (sprays - 1.0) * ps["routes.nasal.later_spray_share"]) / sprays
    return share, f"routes.{dose.route}.{dose.form}.swallowed_per_h" in ps.rows and 0.0 < share < 1.0


def direct_share(dose: Dose, people: Population, ps: Parameters) -> Array:
    """The same share for each patient."""
    share, on_logit = direct_share_of(dose, ps)
    if not on_logit:
        return np.full(len(people), share)
    return np.asarray(1.0 / (1.0 + (1.0 - share) / share * np.exp(-people["uptake_logit"])))


def levels(form: str, people: Population, doses: Sequence[Dose], grid: Grid, ps: Parameters) -> Levels | None:
    """The course of one form, or None when nobody is given it."""
    given = [d for d in doses if d.form == form and d.mg > 0.0 and d.starts_h <= grid.starts_h[-1]]
    if not given:
        return None
    body, places = individual(form, people, ps), depots(form, given, ps)
    rates = system(form, body, places, ps)
    ladder = Ladder.of(rates, tick_h=TICK_H, longest_h=float(grid.lengths_h.max()))
    carried = list(_carried(given, people, grid, ladder, places, ps))
    seen = np.zeros((3, rates.shape[-1]))
    seen[0, CENTRAL], seen[1, NORKETAMINE], seen[2, BRAIN] = 1.0, 1.0, 1.0
    out = _looked_at(ladder, seen, carried, grid.output_stretch, grid.output_from_h)
    nodes = grid.node_from_h
    inside = np.repeat(grid.panel_stretch, nodes.shape[1])
    brain = _looked_at(ladder, seen[2:], carried, inside, nodes.reshape(-1))
    return Levels(
        ketamine=NG_PER_ML * out[:, :, 0] / body["central_l"][:, None],
        norketamine=NG_PER_ML * out[:, :, 1] / body["norketamine_l"][:, None],
        brain=out[:, :, 2],
        brain_at_nodes=brain[:, :, 0].reshape(len(people), *nodes.shape),
    )


def _carried(
    given: Sequence[Dose], people: Population, grid: Grid, ladder: Ladder,
    places: dict[tuple[str, str], int], ps: Parameters,
) -> Iterator[Array]:  # fmt: skip
    """The state at the start of each stretch, after what happens there."""
    state = np.zeros((len(people), ladder.rates.shape[-1]))
    for start, length in zip(grid.starts_h, grid.lengths_h, strict=True):
        for dose in given:
            if dose.starts_h != start or dose.runs:
                continue
            if dose.route == "iv":
                state[:, CENTRAL] += dose.mg
                continue
            share = direct_share(dose, people, ps)
            for way, part in (("direct", share), ("swallowed", 1.0 - share)):
                if (place := places.get((dose.route, way))) is not None:
                    state[:, place] += part * dose.mg
        state[:, RATE] = sum(
            d.mg / (d.minutes / MINUTES_PER_HOUR) for d in given if d.starts_h <= start < d.ends_h
        )
        yield state
        state = ladder.moved(state, float(length))


def _looked_at(ladder: Ladder, seen: Array, carried: Sequence[Array], stretch: Index, from_h: Array) -> Array:
    """What the rows `seen` show of the state at each time: (patients, times, rows)."""
    times, which = np.unique(from_h, return_inverse=True)
    views = ladder.rows(seen, times)
    people, kinds, size = views.shape[0], seen.shape[0], views.shape[3]
    found = np.zeros((people, from_h.size, kinds))
    for number, state in enumerate(carried):
        of = np.flatnonzero(stretch == number)
        if of.size:
            flat = views[:, which[of]].reshape(people, of.size * kinds, size)
            found[:, of] = (flat @ state[:, :, None]).reshape(people, of.size, kinds)
    return found
