"""What a simulation leaned on: the parameters that had a part in it, by source."""

from __future__ import annotations

from collections.abc import Sequence

from dayspring.pharmacology.dose import Dose
from dayspring.pharmacology.parameters import STANDINGS, Parameter, Parameters
from dayspring.pharmacology.trajectory import Spread, Trajectory


def leaned_on(
    doses: Sequence[Dose], ps: Parameters, *, antidepressant: bool, switched: bool, profile: str = "research"
) -> tuple[Parameter, ...]:
    """The rows that had a part: only the forms and routes that were given, only the levers that were moved.

    A part of the structure that is switched off in this set had none, nor had another kind of place.
    """
    asleep = _asleep(ps, profile)
    given = [d for d in doses if d.mg > 0.0]
    forms = {d.form for d in given}
    ways = {f"routes.{d.route}.{d.form}." for d in given}
    return tuple(
        row
        for row in ps.rows.values()
        if not row.key.startswith(asleep) and _takes_part(row.key, forms, ways, antidepressant, switched)
    )


def _asleep(ps: Parameters, profile: str) -> tuple[str, ...]:
    """How the keys begin that this set or this kind of place has no use for."""
    places = tuple(f"profiles.{other}." for other in ps.group("profiles") if other != profile)
    together = ("plasticity.cooperation",) if ps["plasticity.cooperation"] == 0.0 else ()
    weights = (ps["recovery.treated_logit"], ps["recovery.drug_free_logit"])
    return (*places, *together, *(("recovery.",) if not any(weights) else ()))


def _takes_part(key: str, forms: set[str], ways: set[str], antidepressant: bool, switched: bool) -> bool:
    head, name = key.split(".")[0], key.split(".")[1]
    if head in ("racemic", "esketamine"):
        return head in forms
    if key.startswith("routes.nasal.") and key.count(".") == 2:
        return "routes.nasal.esketamine." in ways
    if head == "routes":
        return any(key.startswith(way) for way in ways)
    if head == "antidepressant" or name in ("antidepressant_logit", "kept_by_antidepressant"):
        return antidepressant
    if head == "setting":
        return switched
    return head not in ("body", "surge", "acute") or bool(forms)


def cite(run: Trajectory | Spread) -> tuple[str, ...]:
    """One line for each source: what it is, how far it was read, and which numbers rest on it."""
    by_source: dict[str, list[Parameter]] = {}
    for row in run.leans_on:
        by_source.setdefault(row.source, []).append(row)
    return tuple(f"{run.sources[source]}: {_numbers(rows)}." for source, rows in sorted(by_source.items()))


def _numbers(rows: Sequence[Parameter]) -> str:
    parts = [(standing, [r.key for r in rows if r.standing == standing]) for standing in STANDINGS]
    return "; ".join(f"{standing} {', '.join(keys)}" for standing, keys in parts if keys)
