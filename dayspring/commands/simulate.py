"""`dayspring simulate COURSE.toml`: a course played to one person or to many, as a table, data or a picture."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dayspring.commands.drawn import page, picture
from dayspring.commands.waiting import Progress, Waiting
from dayspring.figures.shown import shown
from dayspring.pharmacology import Population, Spread, Trajectory, cite, simulate, simulate_population
from dayspring.pharmacology.course_file import Course, read_course
from dayspring.pharmacology.parts import Part, joined, part_shows, parts_of
from dayspring.pharmacology.reading import FaultyFile

WORDS = "play a course of doses to one person or to many, by the model"
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("course",), {"metavar": "COURSE.toml", "help": "a file, as docs/examples/pharmacology has them"}),
    (("--population",), {"type": int, "default": 0, "help": "so many people drawn around the patient"}),
    (("--seed",), {"type": int, "default": 1, "help": "draws the same people again; 1 when left out"}),
    (("--csv",), {"action": "store_true", "help": "every column, one line for each time"}),
    (("--json",), {"action": "store_true", "help": "the same as one JSON document, with its sources"}),
    (("--png",), {"action": "store_true", "help": "a picture; needs --out"}),
    (("--html",), {"action": "store_true", "help": "a page with the picture and its table"}),
    (("--out",), {"default": "", "metavar": "FILE", "help": "where to write; none: the screen"}),
    (("--threads",), {"type": int, "default": 0, "help": "none: all cores"}),
    (
        ("--cluster",),
        {
            "default": "",
            "metavar": "ADDRESS",
            "help": "a Dask scheduler that plays the population (extra: cluster)",
        },
    ),
]
COLUMNS = ("madrs_points", "phq9_points")
# What a person at the screen is shown of one course; --csv and --json hold every column.
SHOWN = (
    ("brain_ic50", "brain"),
    ("blocked_share", "blocked"),
    ("cadss_points", "CADSS"),
    ("systolic_mmhg", "systolic"),
    ("refilled_share", "refilled"),
    ("madrs_points", "MADRS"),
    ("phq9_points", "PHQ-9"),
)
FORMATS = ("csv", "json", "png", "html")


class CannotDo(Exception):
    """What was asked for cannot be done here; the message says what to do."""


def run(asked: argparse.Namespace) -> int:
    """Exit status 0 when it was played; 2 when the file or the command cannot be meant, every fault by its place."""
    try:
        course = _course(asked)
        kind = _kind(asked)
        text = _formed(kind, course, _played(course, asked))
    except FaultyFile as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except (CannotDo, OSError, UnicodeDecodeError, ValueError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if not asked.out:
        print(text.decode() if isinstance(text, bytes) else text)
    elif isinstance(text, bytes):
        Path(asked.out).write_bytes(text)
    else:
        Path(asked.out).write_text(text + "\n", encoding="utf-8")
    return 0


def _course(asked: argparse.Namespace) -> Course:
    if asked.population < 0:
        raise CannotDo(f"--population {asked.population} cannot be drawn; it must be at least 1")
    if asked.threads < 0:
        raise CannotDo(f"--threads {asked.threads} cannot be; left out, all cores play")
    course = read_course(Path(asked.course).read_text(encoding="utf-8"))
    course = replace(course, people=asked.population) if asked.population else course
    if asked.cluster and not course.people:
        raise CannotDo("--cluster plays a population; say --population N, or write [population] in the file")
    return course


def _kind(asked: argparse.Namespace) -> str:
    kinds = [kind for kind in FORMATS if getattr(asked, kind)]
    if len(kinds) > 1:
        raise CannotDo(f"--{kinds[0]} clashes with --{kinds[1]}; one form at a time")
    if kinds == ["png"] and not asked.out:
        raise CannotDo("--png needs --out FILE: a picture is no text for the screen")
    return kinds[0] if kinds else "lines"


def _played(course: Course, asked: argparse.Namespace) -> Trajectory | Spread:
    place = course.place
    if not course.people:
        return simulate(
            course.patient,
            course.doses,
            course.times_h,
            drug_share=place.drug_share,
            profile=place.profile,
            parameters=place.parameters,
        )
    rng = np.random.default_rng(asked.seed)
    people = Population.draw(course.people, rng, around=course.patient, parameters_of=place.parameters)
    if asked.cluster:
        with Progress(course.people) as told:
            return joined(course, _on_cluster(asked.cluster, course, people, told), COLUMNS)
    with Waiting(course.people):
        return simulate_population(
            people,
            course.doses,
            course.times_h,
            columns=COLUMNS,
            threads=asked.threads or os.cpu_count() or 1,
            drug_share=place.drug_share,
            profile=place.profile,
            parameters=place.parameters,
        )


def _on_cluster(address: str, course: Course, people: Population, told: Callable[[int], None]) -> list[Part]:
    """Every part, in order, as the workers of a Dask scheduler find it."""
    try:
        from dask.distributed import Client
    except ImportError:
        raise CannotDo(
            "--cluster needs Dask, which is not installed: pip install 'dayspring[cluster]'"
        ) from None
    parts = list(parts_of(people))
    found: list[Part] = []
    with Client(address) as client:
        waiting = [client.submit(part_shows, course, part, COLUMNS, len(people)) for part in parts]
        for part, awaited in zip(parts, waiting, strict=True):
            found.append(awaited.result())
            told(len(part))
    return found


def _formed(kind: str, course: Course, found: Trajectory | Spread) -> str | bytes:
    if kind == "csv":
        return _csv(found.to_dict())
    if kind == "json":
        return json.dumps(_document(course, found), indent=2, ensure_ascii=False)
    if kind == "lines":
        return "\n".join(_lines(course, found))
    return page(shown(found)) if kind == "html" else picture(shown(found))


def _csv(columns: dict[str, list[float]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue().rstrip("\n")


def _document(course: Course, found: Trajectory | Spread) -> dict[str, Any]:
    """Who was played what, where, what came of it, and what that leaned on."""
    place = course.place
    return {
        "parameters": place.parameters,
        "profile": place.profile,
        "drug_share": place.drug_share,
        "people": course.people or 1,
        "columns": found.to_dict(),
        "outside": list(found.outside) if isinstance(found, Trajectory) else [],
        "sources": list(cite(found)),
    }


def _lines(course: Course, found: Trajectory | Spread) -> Iterator[str]:
    """A small table, and why a course may not be shown to anyone as theirs."""
    days = [f"{hour / 24:.2f}" if hour < 48 else f"{hour / 24:g}" for hour in course.times_h]
    if isinstance(found, Trajectory):
        columns = [(words, [f"{v:.2f}" for v in found[name]]) for name, words in SHOWN]
    else:
        q = found.quantiles["madrs_points"]
        columns = [("MADRS", [f"{v:.1f}" for v in found.mean["madrs_points"]])]
        columns += [(f"{share:.0%} below", [f"{v:.1f}" for v in q[share]]) for share in sorted(q)]
        columns += [("PHQ-9", [f"{v:.1f}" for v in found.mean["phq9_points"]])]
    yield from _aligned([("day", days), *columns])
    yield ""
    for reason in found.outside if isinstance(found, Trajectory) else ():
        yield f"Outside what was fitted: {reason}"
    who = f"{course.people} people" if course.people else "one person"
    yield f"{who}, {course.place.parameters}, {course.place.profile}. Calculated, not measured."


def _aligned(columns: Sequence[tuple[str, list[str]]]) -> Iterator[str]:
    wide = [max(len(head), *map(len, cells)) for head, cells in columns]
    yield "  ".join(head.rjust(w) for (head, _), w in zip(columns, wide, strict=True))
    for row in zip(*(cells for _, cells in columns), strict=True):
        yield "  ".join(cell.rjust(w) for cell, w in zip(row, wide, strict=True))
