"""Which medicine a written name means: exactly, by a known misspelling, or by one slip of a pen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dayspring.knowledge import Library

SAME, SLIP, NOBODY = "same", "slip", "nobody"
# A short name has too many neighbours for a slip to be told from another medicine.
SHORTEST_SLIP = len("zoloft")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a part of a written name means. `how` is same, slip (to be confirmed) or nobody (not known)."""

    written: str
    ingredient: str
    how: str
    other: tuple[str, ...] = ()


def spellings(knowledge: Library) -> dict[str, str]:
    """Every known way to write a medicine, and its ingredient."""
    found: dict[str, str] = {}
    for ingredient, row in knowledge.screening["medicines"]["ingredients"].items():
        for name in (ingredient, *row.get("brands", ()), *row.get("misspelt", ())):
            found[" ".join(words(name))] = ingredient
    return found


def words(text: str) -> list[str]:
    """The words of a name: lower case, without marks and without numbers that stand alone."""
    plain = text.casefold().replace("’", "'").replace("'", "")
    parts = re.findall(r"[^\W_]+(?:-[^\W_]+)*", plain)
    return [part for part in parts if not re.fullmatch(r"\d+(?:mg|mcg|ml|g)?", part)]


def matches(written: str, knowledge: Library) -> tuple[Match, ...]:
    """Every medicine in a written name, longest known run of words first; a word left over is not known."""
    known = spellings(knowledge)
    noise = frozenset(knowledge.screening["medicines"]["about"]["noise"])
    whole = words(written)
    found: list[Match] = []
    while whole:
        run, ingredient = _longest(whole, known)
        if run:
            found.append(Match(written=" ".join(whole[:run]), ingredient=ingredient, how=SAME))
            whole = whole[run:]
            continue
        if whole[0] not in noise:
            found.append(_near(whole[0], known))
        whole = whole[1:]
    return tuple(found) or (Match(written=written.strip(), ingredient="", how=NOBODY),)


def _longest(whole: list[str], known: Mapping[str, str]) -> tuple[int, str]:
    for run in range(len(whole), 0, -1):
        if ingredient := known.get(" ".join(whole[:run])):
            return run, ingredient
    return 0, ""


def _near(word: str, known: Mapping[str, str]) -> Match:
    """One slip away from one ingredient alone; from two, nobody can say which."""
    near = sorted({known[name] for name in known if len(name) >= SHORTEST_SLIP and one_slip(word, name)})
    near += [] if near else sorted({known[name] for name in known if _doubled(word, name)})
    if len(near) == 1:
        return Match(written=word, ingredient=near[0], how=SLIP)
    return Match(written=word, ingredient="", how=NOBODY, other=tuple(near))


def _doubled(word: str, name: str) -> bool:
    """The same word once letters pressed twice are taken as one: xanaxx and xanax."""
    return _single(word) == _single(name)


def _single(word: str) -> str:
    return word[:1] + "".join(b for a, b in pairwise(word) if a != b)


def one_slip(a: str, b: str) -> bool:
    """Whether one letter put in, left out, changed or swapped with its neighbour turns a into b."""
    if a == b:
        return False
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    if a[at + 1 :] == b[at + 1 :]:
        return True
    return a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]


def medicine(knowledge: Library, ingredient: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] = knowledge.screening["medicines"]["ingredients"][ingredient]
    return row


def named(
    rows: tuple[Mapping[str, Any], ...], column: str, knowledge: Library
) -> Iterator[tuple[Mapping[str, Any], Match]]:
    """Every row with every medicine that its name means."""
    for row in rows:
        for match in matches(str(row[column]), knowledge):
            yield row, match
