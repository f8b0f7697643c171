"""What a rule found, in the words of the clinic: the reason, the answers it rests on, the limit and its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dayspring.clinic.screening.answer_words import choice_words, day_words
from dayspring.clinic.screening.outside import of_words
from dayspring.knowledge import Library, Limit
from dayspring.quantities import SPOKEN, plain
from dayspring.therapy.intake import by_key
from dayspring.therapy.screening import Decision, ScreeningFinding
from dayspring.therapy.screening.findings import BLOCK, INDICATION, REVIEW, missing

UNSIGNED = ("default", "memory")
# What a finding says when nothing but the answer is missing; the question beside it says it better.
NOT_KNOWN = missing("", "").reason
ICONS = {BLOCK: "hold", REVIEW: "weigh", INDICATION: "for"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One finding as the page shows it. `of` and `asks_outside` are set where somebody outside can settle it."""

    icon: str
    reason: str
    asks: str
    plainly_missing: bool
    evidence: Sequence[tuple[str, str]]
    limit: str
    limit_means: str
    where: str
    agreed: str
    rule: str
    source: str
    links: Sequence[str]
    note: str
    standing: str
    unsigned: bool
    of: str = ""
    of_words: str = ""
    asks_outside: str = ""
    asked_already: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The findings by what they say about a start."""

    speaks_for: Sequence[Told]
    holds: Sequence[Told]
    weigh: Sequence[Told]
    notes: Sequence[Told]
    unknown: Sequence[Told]


def weighed(findings: Iterable[ScreeningFinding], knowledge: Library, asked_rules: Iterable[str]) -> Weighed:
    """Every finding in exactly one place; what is not known yet never stands among what speaks against."""
    shelves: dict[str, list[Told]] = {"for": [], "hold": [], "weigh": [], "note": [], "ask": []}
    asked = set(asked_rules)
    for finding in findings:
        told = tell(finding, knowledge, asked)
        shelves[told.icon].append(told)
    return Weighed(
        speaks_for=shelves["for"],
        holds=shelves["hold"],
        weigh=shelves["weigh"],
        notes=shelves["note"],
        unknown=shelves["ask"],
    )


def tell(finding: ScreeningFinding, knowledge: Library, asked_rules: set[str]) -> Told:
    source = knowledge.sources.get(finding.source)
    limit = finding.limit
    icon = "ask" if finding.asks and finding.kind != BLOCK else ICONS.get(finding.kind, "note")
    of, question = outside(finding.rule, knowledge) if icon in ("hold", "weigh") else ("", "")
    return Told(
        icon=icon,
        reason=finding.reason.removesuffix(f" Limit: {limit}.") if limit else finding.reason,
        asks=finding.asks,
        plainly_missing=finding.reason == NOT_KNOWN,
        evidence=evidence_words(finding.evidence, knowledge),
        limit=bound_words(limit) if limit else "",
        limit_means=limit.means if limit else "",
        where=limit.where if limit else "",
        agreed=limit.agreed if limit else "",
        rule=finding.rule,
        source=source.title if source else finding.source,
        links=[part.strip() for part in source.address.split(" ; ")] if source else [],
        note=source.note if source else "",
        standing=standing_words(finding.standing),
        unsigned=finding.standing in UNSIGNED,
        of=of,
        of_words=of_words(of),
        asks_outside=question,
        asked_already=finding.rule in asked_rules,
    )


def outside(rule: str, knowledge: Library) -> tuple[str, str]:
    """Who outside can settle a rule, and the question to put to them; two empty words when nobody can."""
    for of, row in knowledge.screening["second_review"]["clearance"].items():
        if rule in row["rules"]:
            return of, row["asks"]
    return "", ""


def bound_words(limit: Limit) -> str:
    """The number of a limit with which way it holds."""
    units = {"mg/d": _("mg a day"), "mo": _("months"), "wk": _("weeks"), "{score}": "", "1": ""}
    unit = units.get(limit.unit, SPOKEN.get(limit.unit, limit.unit))
    number = f"{plain(limit.value)} {unit}".strip()
    if limit.at_most is not None:
        return _("at most %(number)s") % {"number": number}
    if limit.at_least is not None:
        return _("at least %(number)s") % {"number": number}
    return number


def standing_words(standing: str) -> str:
    words = {
        "label": _("label or law"),
        "guideline": _("guideline or consensus"),
        "trial": _("published trial"),
        "programme": _("a programme's habit"),
        "memory": _("from memory, not signed yet"),
        "default": _("clinic default, not signed yet"),
    }
    return words.get(standing, standing)


def evidence_words(evidence: str, knowledge: Library) -> list[tuple[str, str]]:
    """The answers that a finding rests on, each as question and answer; other words stay as they are."""
    questions = by_key(knowledge)
    pairs: list[tuple[str, str]] = []
    for part in evidence.split("; "):
        key, parted, value = part.partition(": ")
        if parted and key in questions:
            # Several rows of one list stand under one question.
            if pairs and pairs[-1][0] == questions[key].wording:
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}; {value}")
            else:
                pairs.append((questions[key].wording, _value(value)))
        elif pairs and not parted:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}; {part}")
        elif part:
            pairs.append((key if parted else "", value if parted else part))
    return pairs


def _value(value: str) -> str:
    if value == "not answered":
        return _("not answered")
    first, parted, rest = value.partition(", ")
    day, comma, words = rest.partition(", ")
    return choice_words(day_words(first)) + (parted + day_words(day) + comma + words if parted else "")


def verdict(said: Decision) -> Mapping[str, int]:
    """How many findings hold, are to be weighed, and wait for an answer."""
    return {
        "holds": sum(1 for f in said.findings if f.kind == BLOCK),
        "weigh": sum(1 for f in said.findings if f.kind == REVIEW and not f.asks),
        "asks": sum(1 for f in said.findings if f.asks and f.kind != BLOCK),
    }


def decision_words(decision: str) -> str:
    words = {
        "start": _("A course may start"),
        "not_yet": _("Not yet"),
        "no_course": _("No course here"),
    }
    return words.get(decision, decision)
