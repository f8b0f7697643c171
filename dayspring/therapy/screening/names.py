"""Which medicine a written name means: exactly, by a known misspelling, or by one slip of a pen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dayspring.knowledge import Library
from dayspring.therapy.kept import kept

SAME, SLIP, NOBODY = "same", "slip", "nobody"
# A short name has too many neighbours for a slip to be told from another medicine.
SHORTEST_SLIP = len("zoloft")
# A strength or a count beside a name: 50, 50mg, 2x.
_AMOUNT = re.compile(r"\d+(?:mg|mcg|ug|µg|μg|g|ml|iu|x)?|mg|mcg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a part of a written name means. `how` is same, slip (to be confirmed) or nobody (not known)."""

    written: str
    ingredient: str
    how: str
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The table of medicines, turned so that a word finds its neighbours without looking at every name."""

    known: Mapping[str, str]
    noise: frozenset[str]
    longest: int
    near: Mapping[str, tuple[str, ...]]
    single: Mapping[str, tuple[str, ...]]


@kept
def index(knowledge: Library) -> Index:
    """The index of this library's medicines."""
    table = knowledge.screening["medicines"]
    known = _spellings(table)
    near: dict[str, list[str]] = {}
    single: dict[str, list[str]] = {}
    for name in known:
        single.setdefault(_single(name), []).append(name)
        if len(name) >= SHORTEST_SLIP:
            for shorter in _shorter(name):
                near.setdefault(shorter, []).append(name)
    return Index(
        known=known,
        noise=frozenset(table["about"]["noise"]),
        longest=max(len(name.split()) for name in known),
        near={key: tuple(names) for key, names in near.items()},
        single={key: tuple(names) for key, names in single.items()},
    )


def spellings(knowledge: Library) -> Mapping[str, str]:
    """Every known way to write a medicine, and its ingredient."""
    return index(knowledge).known


def _spellings(table: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for ingredient, row in table["ingredients"].items():
        for name in (ingredient, *row.get("brands", ()), *row.get("misspelt", ())):
            found[" ".join(words(name))] = ingredient
    return found


def words(text: str) -> list[str]:
    """The words of a name: lower case, without marks, accents and hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "").replace("'", ""))
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))


def matches(written: str, knowledge: Library) -> tuple[Match, ...]:
    """Every medicine in a written name, longest known run of words first; a word left over is not known."""
    table = index(knowledge)
    whole = words(written)
    found: list[Match] = []
    while whole:
        run, ingredient = _longest(whole, table)
        if run:
            found.append(Match(written=" ".join(whole[:run]), ingredient=ingredient, how=SAME))
            whole = whole[run:]
            continue
        if whole[0] not in table.noise and not _AMOUNT.fullmatch(whole[0]):
            found.append(_near(whole[0], table))
        whole = whole[1:]
    return tuple(found) or (Match(written=written.strip(), ingredient="", how=NOBODY),)


def _longest(whole: list[str], table: Index) -> tuple[int, str]:
    for run in range(min(len(whole), table.longest), 0, -1):
        if ingredient := table.known.get(" ".join(whole[:run])):
            return run, ingredient
    return 0, ""


def _near(word: str, table: Index) -> Match:
    """One slip away from one ingredient alone; from two, nobody can say which."""
    close = {name for shorter in _shorter(word) for name in table.near.get(shorter, ())}
    near = sorted({table.known[name] for name in close if one_slip(word, name)})
    # The same word once letters pressed twice are taken as one: xanaxx and xanax.
    near += [] if near else sorted({table.known[name] for name in table.single.get(_single(word), ())})
    if len(near) == 1:
        return Match(written=word, ingredient=near[0], how=SLIP)
    return Match(written=word, ingredient="", how=NOBODY, other=tuple(near))


def _shorter(word: str) -> set[str]:
    """The word, and the word without each of its letters: two words one slip apart share one of these."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


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
