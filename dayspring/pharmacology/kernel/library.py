"""The compiled tier as a library: what it is built from, where it lies, how it is asked.

It is built by `dayspring kernel` on the machine where it runs, beside this file. A build
of other sources has another name, so a stale one is never loaded. Without one, everything runs in NumPy.
"""

from __future__ import annotations

import ctypes
import hashlib
from functools import cache
from pathlib import Path

HOME = Path(__file__).parent
BUILDS = HOME / "_build"
SOURCES = ("lanes.h", "body.h", "course.c", "draw.c")
PEOPLE, CHUNK, LANES, SHARED, DEPOTS = 22, 1024, 8, 7, 12
D, N = ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_int64)
I64 = ctypes.c_int64


class PlanStruct(ctypes.Structure):
    """`Plan` of course.c, field by field."""

    _fields_ = [
        *((name, I64) for name in (
            "stretches", "panels", "kinds", "taus", "outputs", "forms", "domains", "anchors", "need", "nodes",
        )),
        *((name, N) for name in ("panel_first", "stretch_tau", "ablated", "event_first")),
        ("rate_mg_h", D),
        *((name, N) for name in ("ev_form", "ev_direct", "ev_swallowed", "ev_logit")),
        *((name, D) for name in ("ev_mg", "ev_share")),
        *((name, N) for name in ("panel_kind", "panel_tau", "kind_rounds", "tau_half")),
        *((name, D) for name in (
            "tau", "kind_h", "decay", "push", "half_decay", "half_push", "node", "weight", "span",
        )),
        *((name, N) for name in ("edge_out", "out_tau")),
        *((name, D) for name in ("out_x", "out_h", "mid_x", "mid_h")),
        *((name, N) for name in ("form_is", "depots", "swallowed")),
        *((name, D) for name in ("form_par", "depot_rate", "par", "domain", "anchor")),
    ]  # fmt: skip


DOUBLES = frozenset(field[0] for field in PlanStruct._fields_ if field[1] is D)


class CrowdStruct(ctypes.Structure):
    """`Crowd` of course.c."""

    _fields_ = (("people", I64), ("column", ctypes.c_void_p * PEOPLE), ("stride", I64 * PEOPLE))


class WantedStruct(ctypes.Structure):
    """`Wanted` of course.c."""

    _fields_ = (
        ("columns", I64), ("bins", I64), ("thresholds", I64), ("column", N), ("held", ctypes.POINTER(D)),
        ("low", D), ("per_bin", D), ("is_log", N), ("counts", ctypes.POINTER(ctypes.c_uint32)),
        ("moments", D), ("threshold_of", N), ("threshold", D), ("above", ctypes.POINTER(ctypes.c_uint64)),
    )  # fmt: skip


def built_as() -> Path:
    """Where the build of these sources lies, or would lie."""
    seen = hashlib.sha256()
    for name in SOURCES:
        seen.update((HOME / name).read_bytes())
    return BUILDS / f"{seen.hexdigest()[:16]}.so"


@cache
def kernel() -> ctypes.CDLL | None:
    """The compiled tier, None where it was not built or cannot be loaded here."""
    path = built_as()
    if not path.exists():
        return None
    try:
        found = ctypes.CDLL(str(path))
    except OSError:
        return None
    found.dayspring_sizes.restype = I64
    ours = [ctypes.sizeof(s) for s in (PlanStruct, CrowdStruct, WantedStruct)]
    if found.dayspring_sizes() != ours[0] * 1_000_000 + ours[1] * 1000 + ours[2]:
        return None
    found.dayspring_course.argtypes = [
        ctypes.POINTER(PlanStruct), ctypes.POINTER(CrowdStruct), ctypes.POINTER(WantedStruct), I64, I64,
    ]  # fmt: skip
    found.dayspring_normal.argtypes = [ctypes.c_uint64, ctypes.c_uint32, ctypes.c_uint64, I64, D, D]
    found.dayspring_normal.restype = None
    return found
