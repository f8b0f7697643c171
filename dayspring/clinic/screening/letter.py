"""The newest decision as a letter: who decided what and why, in plain words, with the sources and what comes next.

The reasons are those that the decision itself kept. Their sources are looked up in the chart as it stood then;
a reason that today's rules no longer give keeps its words and names no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dayspring.clinic.people.models import Person
from dayspring.clinic.screening.outside import of_words
from dayspring.clinic.showing.folded import Folded
from dayspring.clinic.showing.typeset import typeset
from dayspring.knowledge import Library
from dayspring.therapy import course as courses
from dayspring.therapy.aim import INTO_A_VEIN, aim_of
from dayspring.therapy.course import Course
from dayspring.therapy.decide_screening import monitoring_programme
from dayspring.therapy.facts import ClearanceAsked, ReferralReceived, ScreeningDecided, Stamped
from dayspring.therapy.screening import ScreeningFinding, screen

TEMPLATE = Path(__file__).parent / "letter.typ"
# A kept reason ends with the limit it rests on; the letter gives the source at its own place.
LIMIT = re.compile(r" Limit: .*$", re.DOTALL)
PROGRAMME, PROGRAMME_ASKED = "REG-RX", "pdmp_checked"
KEPT = re.compile(r"^(?P<kind>[A-Z]+) (?P<rule>\S+): (?P<reason>.*)$", re.DOTALL)


def letter_of(
    fold: Folded, person: Person, knowledge: Library, *, to: str, zone: ZoneInfo
) -> dict[str, Any] | None:
    """The content of the letter; None when nobody has decided yet."""
    line = fold.course.screening[-1] if fold.course.screening else None
    if line is None or not isinstance(line.fact, ScreeningDecided):
        return None
    said, at = line.fact, line.happened_at.astimezone(zone)
    reasons, sources = _reasons(said, _as_it_stood(fold, line, knowledge, at), knowledge, to)
    row = knowledge.protocols.get(said.protocol or INTO_A_VEIN.protocol, {})
    referral = fold.course.referral.fact if fold.course.referral else None
    referrer = referral.referrer if isinstance(referral, ReferralReceived) else _("colleague")
    return {
        "lang": (get_language() or "en").split("-")[0],
        "title": _("Screening: the decision"),
        "name": person.name,
        "about": _("%(name)s, born %(born)s, record %(record)s")
        % {
            "name": person.name,
            "born": date_format(person.birth_date, "j F Y"),
            "record": person.record_number,
        },
        "greeting": _("Dear %(who)s,") % {"who": referrer if to == "referrer" else person.name},
        "opening": _opening(said, fold.course, str(row.get("name", said.protocol)), to),
        "decided": _("Decided on %(day)s by %(name)s.")
        % {"day": date_format(at, "j F Y"), "name": line.by.name},
        "why": said.why,
        "parts": reasons,
        "next": next_steps(said, fold.course, to),
        "sources": sources,
        "words": {
            "why": _("The reason"),
            "next": _("What comes next"),
            "sources": _("What this rests on"),
            "page": _("page"),
        },
        "signed": line.by.name,
        "demo": _("Demonstration. All people and results are invented.") if settings.DEMO else "",
    }


def printed(content: Mapping[str, Any], *, by: str, at: datetime) -> bytes:
    """The letter as a tagged PDF."""
    footer = _("Printed %(when)s by %(name)s.") % {"when": date_format(at, "j F Y, H:i"), "name": by}
    return typeset(TEMPLATE, {**content, "footer": footer})


def _opening(said: ScreeningDecided, course: Course, protocol: str, to: str) -> str:
    agreed = course.review.agrees if course.review else not said.second_needed
    whom = _("your patient") if to == "referrer" else _("you")
    words = {
        "start": _("We looked at whether a course may start for %(whom)s: “%(protocol)s”. It may start."),
        "waits": _(
            "We looked at whether a course may start for %(whom)s: “%(protocol)s”. "
            "It may start as soon as a second prescriber agrees."
        ),
        "not_yet": _(
            "We looked at whether a course may start for %(whom)s: “%(protocol)s”. "
            "It cannot start yet; that is no refusal."
        ),
        "no_course": _(
            "We looked at whether a course may start for %(whom)s: “%(protocol)s”. We do not offer it."
        ),
    }
    told = "waits" if said.decision == "start" and not agreed else said.decision
    return words[told] % {"whom": whom, "protocol": protocol}


def _as_it_stood(
    fold: Folded, line: Stamped, knowledge: Library, at: datetime
) -> dict[tuple[str, str], ScreeningFinding]:
    """What the rules give for the chart before the decision, by rule and reason."""
    before = courses.fold(each for each in fold.lines if each.number < line.number)
    protocol = line.fact.protocol  # type: ignore[attr-defined]
    aim = aim_of(protocol, knowledge) if protocol in knowledge.protocols else INTO_A_VEIN
    said = screen(before.told, knowledge, on=at.date(), aim=aim)
    programme = monitoring_programme(before, knowledge, at=at, aim=aim)
    return {(finding.rule, finding.reason): finding for finding in (*said.findings, *programme)}


def _reasons(
    said: ScreeningDecided, stood: Mapping[tuple[str, str], ScreeningFinding], knowledge: Library, to: str
) -> tuple[list[dict[str, Any]], list[str]]:
    """The kept reasons by what they say, each with the number of its source, and the numbered sources."""
    parts: dict[str, list[list[str]]] = {"for": [], "against": [], "unknown": [], "know": []}
    sources: dict[str, int] = {}
    for kept in said.findings:
        found = KEPT.match(kept)
        if found is None:
            continue
        finding = stood.get((found["rule"], found["reason"]))
        if found["rule"] == PROGRAMME or (finding is not None and finding.question == PROGRAMME_ASKED):
            continue  # the clinic's own duty, and nothing about the person
        if found["kind"] == "INFO" and to != "referrer":
            continue  # for whoever treats the person: stages, drug levels, each trial
        words = LIMIT.sub("", found["reason"])
        unknown = finding is not None and bool(finding.asks) and found["kind"] != "BLOCK"
        if unknown and finding is not None:
            words = finding.asks
        shelf = {"BLOCK": "against", "REVIEW": "against", "INDICATION": "for"}.get(found["kind"], "know")
        number = sources.setdefault(finding.source, len(sources) + 1) if finding else 0
        entry = [words, f"[{number}]" if number else ""]
        shelf = "unknown" if unknown else shelf
        if entry not in parts[shelf]:
            parts[shelf].append(entry)
    titles = {
        "for": _("What speaks for it"),
        "against": _("What speaks against it or has to be weighed"),
        "unknown": _("What is not known yet"),
        "know": _("Good to know"),
    }
    shown = [{"title": titles[name], "rows": rows} for name, rows in parts.items() if rows]
    return shown, [_cited(number, key, knowledge) for key, number in sources.items()]


def _cited(number: int, key: str, knowledge: Library) -> str:
    source = knowledge.sources.get(key)
    if source is None:
        return f"[{number}] {key}"
    links = ", ".join(part for part in source.address.split(" ; ") if part.startswith("http"))
    return f"[{number}] {source.title}" + (f", {links}" if links else "")


def next_steps(said: ScreeningDecided, course: Course, to: str) -> list[str]:
    """What is needed next, by whom; never empty."""
    steps = list(_waiting(said, course))
    if said.decision == "start":
        steps.append(_("The clinic explains the treatment, asks for the signed consent and plans the dates."))
        steps.append(_("Nothing is given before the consent is signed."))
    elif said.decision == "not_yet":
        steps.append(_("As soon as what is named above is settled, we look again."))
    else:
        steps.append(_("Other treatments remain open; whoever referred can talk them over."))
    if to == "patient":
        steps.append(_("Take your medicines as before until whoever prescribes them says otherwise."))
        steps.append(_("Ask us about anything in this letter. You may also ask another doctor's opinion."))
    return steps


def _waiting(said: ScreeningDecided, course: Course) -> Iterable[str]:
    review = course.review
    if said.second_needed and review is None:
        yield _("A second prescriber looks at this decision before anything starts.")
    if review is not None and review.agrees:
        yield _("A second prescriber has looked at this decision and agrees.")
    if review is not None and not review.agrees:
        yield _("A second prescriber does not agree, so nothing starts until both have settled it.")
    for each in course.clearances.values():
        if each.answered is None and isinstance(each.asked.fact, ClearanceAsked):
            yield _("We wait for an answer from %(of)s.") % {"of": of_words(each.asked.fact.of)}
