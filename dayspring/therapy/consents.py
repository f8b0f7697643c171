"""The text of a consent, and whether what a person signed still stands.

Sources: the rulebook's REG-CONSENT and G-CONSENT. A signature belongs to the words that were read: other
words are another version, and another version is signed again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from dayspring.knowledge import Library, Limit
from dayspring.quantities import span
from dayspring.therapy import facts
from dayspring.therapy.aim import CLINIC
from dayspring.therapy.course import Course
from dayspring.therapy.facts import Stamped

FIRST_VERSION = "1"
CURRENT, EXPIRING, EXPIRED = "current", "expiring", "expired"
RENEWED, WITHDRAWN, UNSIGNED = "renewed", "withdrawn", "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph as the person reads it. `since` is the version in which its words came in."""

    heading: str
    text: str
    covers: tuple[str, ...] = ()
    since: str = FIRST_VERSION
    shared: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """One version of one consent, whole. `digest` is the SHA-256 of every word that is read."""

    key: str
    version: str
    route: str
    indication: str
    setting: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    digest: str

    def new_since(self, version: str) -> tuple[Paragraph, ...]:
        """The paragraphs whose words came in after that version; all of them when it is no version of ours."""
        signed = _number(version)
        return tuple(p for p in self.paragraphs if _number(p.since) > signed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a consent allows a start, in words, with the signature and the limit that it rests on.

    `state` is one of current, expiring, expired, renewed, withdrawn, unsigned; only the first two are ok.
    """

    state: str
    says: str
    line: Stamped | None = None
    limit: Limit | None = None
    ends: datetime | None = None
    withdrawn: Stamped | None = None
    new: tuple[Paragraph, ...] = ()

    @property
    def ok(self) -> bool:
        return self.state in (CURRENT, EXPIRING)


def text_of(key: str, knowledge: Library) -> ConsentText:
    """The consent of that key as it is read now. Raises KeyError naming what does not exist."""
    if key not in knowledge.consents:
        raise KeyError(f"no consent is called {key}")
    row = knowledge.consents[key]
    paragraphs = tuple(_paragraph(key, entry, knowledge) for entry in row["paragraphs"])
    named = {name: str(row[name]) for name in ("version", "route", "indication", "title")}
    named |= {"key": key, "setting": str(row.get("setting", CLINIC))}
    read = {**named, "paragraphs": [[p.heading, p.text] for p in paragraphs]}
    canonical = json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ConsentText(**named, paragraphs=paragraphs, digest=sha256(canonical.encode()).hexdigest())


def consent_for(protocol: Mapping[str, Any], knowledge: Library) -> ConsentText:
    """The text that a person signs before this protocol; `protocol` is its row in the library."""
    return text_of(protocol["consent"], knowledge)


def current(course: Course, protocol: Mapping[str, Any], knowledge: Library, at: datetime) -> Standing:
    """Whether what was signed allows this protocol at that moment. What was never signed never does."""
    return stands(course, consent_for(protocol, knowledge), knowledge, at)


def stands(course: Course, text: ConsentText, knowledge: Library, at: datetime) -> Standing:
    """The state of one consent on one course at one moment, from the newest signature under it."""
    limit = knowledge.limit("consent_max_age")
    line = _newest(course, text, at)
    if line is None:
        return Standing(state=UNSIGNED, says="No signed consent for this route and indication.", limit=limit)
    if back := _taken_back(course, line, at):
        says = f"Consent was withdrawn on {_day(back, at)}."
        return Standing(state=WITHDRAWN, says=says, line=line, limit=limit, withdrawn=back)
    if (differs := _renewed(line, text, limit, at)) is not None:
        return differs
    return _aged(line, knowledge, at)


def _renewed(line: Stamped, text: ConsentText, limit: Limit, at: datetime) -> Standing | None:
    """The answer when other words were signed than stand there now; None when they are the same."""
    fact = _signed(line)
    day = _day(line, at)
    if fact.version != text.version:
        new = text.new_since(fact.version)
        named = ", ".join(p.heading for p in new)
        all_new = len(new) == len(text.paragraphs)
        what = "Every paragraph is new." if all_new else f"New since then: {named}." if new else ""
        says = f"Version {fact.version} was signed on {day}; the text is now version {text.version}."
        says = f"{says} {what}".strip()
    elif fact.digest and fact.digest != text.digest:
        new = ()
        says = f"The words signed on {day} are not those of version {text.version} as it stands now."
    else:
        return None
    return Standing(state=RENEWED, says=f"{says} It is signed again first.", line=line, limit=limit, new=new)


def _aged(line: Stamped, knowledge: Library, at: datetime) -> Standing:
    """How old the signature is: it holds to its last moment, and some weeks before it says so."""
    limit, notice = knowledge.limit("consent_max_age"), knowledge.limit("consent_notice")
    ends = line.happened_at + span(limit.quantity)
    day = _day(line, at)
    if at > ends:
        says = f"Consent of {day} is too old."
        return Standing(state=EXPIRED, says=says, line=line, limit=limit, ends=ends)
    if at > ends - span(notice.quantity):
        says = f"Signed {day}. It ends on {ends.astimezone(at.tzinfo):%-d %B %Y}: sign again before then."
        return Standing(state=EXPIRING, says=says, line=line, limit=notice, ends=ends)
    return Standing(state=CURRENT, says=f"Signed {day}.", line=line, limit=limit, ends=ends)


def _day(line: Stamped, at: datetime) -> str:
    """The day of a line, in the zone of the moment that asks."""
    return f"{line.happened_at.astimezone(at.tzinfo):%-d %B %Y}"


def signatures(course: Course, key: str) -> tuple[Stamped, ...]:
    """Every signature under a consent and every withdrawal of it, in the order they happened."""
    named = [line for line in (*course.consents, *course.withdrawn) if _key(line) == key]
    return tuple(sorted(named, key=lambda line: (line.happened_at, line.number)))


def _newest(course: Course, text: ConsentText, at: datetime) -> Stamped | None:
    """The last signature for exactly this consent, route, indication and setting; none from the future."""
    asked = (text.key, text.route, text.indication, text.setting)
    found = [line for line in course.consents if line.happened_at <= at and _for(line) == asked]
    return max(found, key=lambda line: (line.happened_at, line.number), default=None)


def _for(line: Stamped) -> tuple[str, str, str, str]:
    fact = _signed(line)
    return fact.consent, fact.route, fact.indication, fact.setting


def _taken_back(course: Course, line: Stamped, at: datetime) -> Stamped | None:
    """The withdrawal that ends this signature: one that happened, or was written down, after it."""
    for back in reversed(course.withdrawn):
        later = back.happened_at > line.happened_at or back.number > line.number
        if _key(back) == _key(line) and later and back.happened_at <= at:
            return back
    return None


def _signed(line: Stamped) -> facts.ConsentSigned:
    assert isinstance(line.fact, facts.ConsentSigned)
    return line.fact


def _key(line: Stamped) -> str:
    assert isinstance(line.fact, facts.ConsentSigned | facts.ConsentWithdrawn)
    return line.fact.consent


def _paragraph(key: str, entry: Mapping[str, Any], knowledge: Library) -> Paragraph:
    """A paragraph of a consent, its words taken from the shared ones where it says so."""
    shared = str(entry.get("same_as", ""))
    words: Mapping[str, Any] = entry
    if shared:
        rows = knowledge.paragraphs.get("shared", {})
        if shared not in rows:
            raise KeyError(f"consent {key} takes the paragraph {shared}, which paragraphs.toml does not hold")
        words = rows[shared]
    return Paragraph(
        heading=words["heading"],
        text=words["text"],
        covers=tuple(words["covers"]),
        since=str(entry.get("since", FIRST_VERSION)),
        shared=shared,
    )


def _number(version: str) -> int:
    """Versions count up in whole numbers; what is none comes before them all."""
    return int(version) if version.isascii() and version.isdigit() else 0
