"""Asks the compiled tier: every value, or the summary of very many people, on as many threads as are given."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from dayspring.pharmacology.dose import FORMS
from dayspring.pharmacology.kernel.library import CHUNK, CrowdStruct, D, N, WantedStruct, kernel
from dayspring.pharmacology.kernel.plan import ACUTE, HAZARD, LEVELS, SCORE, SLOW, Plan
from dayspring.pharmacology.patient import NAMES, Array, Population
from dayspring.pharmacology.sketch import BINS, ROUNDING, Summed, scale_of

# The order of the enumeration PEOPLE_ in course.c.
TRAITS = (
    "weight_kg", "age_years", "clearance_factor", "volume_factor", "gut_factor", "uptake_logit",
    "madrs_before_points", "drug_gain", "setting_gain", "survival", "antidepressant_logit",
    "dissociation_factor", "trophic_factor", "stress", "systolic_mmhg", "diastolic_mmhg", "pulse_per_min",
    "half_filled_factor", "systolic_rise_factor", "diastolic_rise_factor", "antidepressant_kept",
    "antidepressant_started_h",
)  # fmt: skip
# The order of the enumeration C_; the domains follow.
FIXED = (
    *(f"{form}_ketamine_ng_per_ml" for form in FORMS), *(f"{form}_norketamine_ng_per_ml" for form in FORMS),
    "brain_ic50", "blocked_share", "glutamate_share", "bdnf_mtor_share", "fast_gain_units", "new_spines_units",
    "mature_spines_units", "refilled_share", "habenula_share", "tolerance_units", "expectancy_share",
    "antidepressant_logit", "recovery_share", "adapted_brain_ic50", "systolic_mmhg", "diastolic_mmhg",
    "pulse_per_min", "cadss_points", "sedation_probability", "nausea_probability", "drug_relief_logit",
    "madrs_points", "phq9_points", "relapse_hazard_per_day", "relapse_probability",
)  # fmt: skip
NEEDS = {
    LEVELS: FIXED[:4],
    ACUTE: FIXED[18:24],
    HAZARD: FIXED[27:29],
    SCORE: ("drug_relief_logit", "habenula_share"),
}
# What of the drug needs no synapse: then no panel is stepped.
QUICK = FIXED[:7]
EVERYTHING = LEVELS | ACUTE | HAZARD | SCORE | SLOW
assert set(TRAITS) == {*NAMES, "antidepressant_kept", "antidepressant_started_h"}


class OutOfMemory(MemoryError):
    """The kernel asked for room that the machine did not give."""


def need_of(columns: Sequence[str], domains: Sequence[str]) -> int:
    """Which parts of the output must be worked out for these columns."""
    parts = {**NEEDS, SCORE: (*NEEDS[SCORE], *(f"{domain}_share" for domain in domains))}
    slow = 0 if set(columns) <= set(QUICK) else SLOW
    return sum((part for part, names in parts.items() if set(names) & set(columns)), slow)


def names_of(plan: Plan) -> tuple[str, ...]:
    """Every column in the kernel's order."""
    return (*FIXED, *(f"{domain}_share" for domain in plan.domains))


def values(plan: Plan, people: Population, columns: Sequence[str], *, threads: int = 1) -> dict[str, Array]:
    """Each of the columns whole: (people, times)."""
    held = np.empty((len(columns), len(people), plan.outputs))
    begin, size = held.__array_interface__["data"][0], held.strides[0]
    pointers = (ctypes.c_void_p * len(columns))(*range(begin, begin + size * len(columns), size))
    wanted, kept = _wanted(plan, columns)
    wanted.held = ctypes.cast(pointers, ctypes.POINTER(D))
    _in_threads(plan, people, [wanted] * threads, threads)
    del kept
    return dict(zip(columns, held, strict=True))


def summed(
    plan: Plan, people: Population, columns: Sequence[str], above: Sequence[tuple[str, float]],
    *, quantiles: bool, threads: int = 1,
) -> Summed:  # fmt: skip
    """Moments of each chunk, sketches and counts of all: whole numbers add up the same in any order."""
    chunks = -(-len(people) // CHUNK)
    shape = (len(columns), plan.outputs)
    moments = np.zeros((chunks, *shape, 2))
    counts = np.zeros((threads, *shape, BINS if quantiles else 0), dtype=np.uint32)
    over = np.zeros((threads, len(above), plan.outputs), dtype=np.uint64)
    each, kept = [], []
    for n in range(threads):
        wanted, arrays = _wanted(plan, columns, above, sketched=True)
        wanted.moments = ctypes.cast(moments.ctypes.data, D)
        wanted.above = ctypes.cast(over[n].ctypes.data, ctypes.POINTER(ctypes.c_uint64))
        if quantiles:
            wanted.counts = ctypes.cast(counts[n].ctypes.data, ctypes.POINTER(ctypes.c_uint32))
        each.append(wanted)
        kept.append(arrays)
    _in_threads(plan, people, each, threads)
    return Summed(
        columns=tuple(columns),
        above=tuple(above),
        sizes=np.minimum(CHUNK, len(people) - CHUNK * np.arange(chunks)),
        moments=moments,
        counts=counts.sum(axis=0, dtype=np.int64) if quantiles else None,
        over=over.sum(axis=0).astype(np.int64),
    )


def _wanted(
    plan: Plan, columns: Sequence[str], above: Sequence[tuple[str, float]] = (), *, sketched: bool = False
) -> tuple[WantedStruct, list[Any]]:
    place = {name: n for n, name in enumerate(names_of(plan))}
    scales = [scale_of(name) for name in columns] if sketched else []
    arrays: dict[str, Any] = {
        "column": np.array([place[name] for name in columns], dtype=np.int64),
        "low": np.array([s.low for s in scales]),
        "per_bin": np.array([s.per_bin for s in scales]),
        "is_log": np.array([s.is_log for s in scales], dtype=np.int64),
        "threshold_of": np.array([list(columns).index(name) for name, _ in above], dtype=np.int64),
        "threshold": np.array([limit + ROUNDING for _, limit in above], dtype=np.float64),
    }
    wanted = WantedStruct(columns=len(columns), bins=BINS, thresholds=len(above))
    for name, array in arrays.items():
        setattr(
            wanted,
            name,
            ctypes.cast(array.__array_interface__["data"][0], N if array.dtype == np.int64 else D),
        )
    return wanted, list(arrays.values())


def _in_threads(plan: Plan, people: Population, wanted: Sequence[WantedStruct], threads: int) -> None:
    """Each thread takes a run of whole chunks; which thread takes which changes nothing."""
    found = kernel()
    assert found is not None
    crowd, kept = _crowd(people)
    chunks = -(-len(people) // CHUNK)
    edges = [min(CHUNK * (chunks * n // threads), len(people)) for n in range(threads)] + [len(people)]

    def part(n: int) -> int:
        return int(
            found.dayspring_course(
                ctypes.byref(plan.struct),
                ctypes.byref(crowd),
                ctypes.byref(wanted[n]),
                edges[n],
                edges[n + 1],
            )
        )

    if threads == 1:
        failed = part(0)
    else:
        with ThreadPoolExecutor(threads) as pool:
            failed = max(pool.map(part, range(threads)))
    del kept
    if failed:
        raise OutOfMemory(f"{len(people)} people need more room for the course than the machine has")


def _crowd(people: Population) -> tuple[CrowdStruct, Mapping[str, Array]]:
    crowd = CrowdStruct(people=len(people))
    if len(people) == 1:
        row = np.array([people[name][0] for name in TRAITS])
        begin = row.__array_interface__["data"][0]
        crowd.column[:] = range(begin, begin + row.nbytes, row.itemsize)
        return crowd, {"all": row}
    kept: dict[str, Array] = {}
    for n, name in enumerate(TRAITS):
        column = people[name]
        # One value for all is held once: a stride of nothing.
        alike = column.strides[0] == 0
        array = column if alike or column.flags.c_contiguous else np.ascontiguousarray(column)
        kept[name] = array
        crowd.column[n] = array.__array_interface__["data"][0]
        crowd.stride[n] = 0 if alike else 1
    return crowd, kept
