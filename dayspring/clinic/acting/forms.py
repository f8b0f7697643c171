"""A posted form to an act. Read strictly: a fault names its field and nothing is half-read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _

from dayspring.clinic.acting.answers import posted_answers
from dayspring.knowledge import Library, library
from dayspring.quantities import NotANumber, Quantity, typed
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act

# The unit that a typed number is in. A dose and a rate never share a field, so a unit is never typed.
UNITS = {
    "weight": "kg",
    "height": "cm",
    "rate": "mL/h",
    "volume": "mL",
    "amount": "mg",
    "stock": "mg/mL",
    "drawn": "mL",
    "total_volume": "mL",
}

Faults = dict[str, str]


class Unreadable(ValueError):
    """The form could not be read; `faults` names each field and what is wrong with it."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(f"{len(faults)} field(s) could not be read")
        self.faults = faults


def act_from(
    kind: type[Act], posted: Mapping[str, str], *, session: str, zone: ZoneInfo, knowledge: Library
) -> Act:
    """The act that this form asks for. Raises Unreadable with every fault, not only the first."""
    if kind is acts.Correct:
        return _correction(posted, session=session, zone=zone, knowledge=knowledge)
    hints = get_type_hints(kind)
    values: dict[str, Any] = {"session": session}
    faults: Faults = {}
    for field in fields(kind):
        if field.name == "session":
            continue
        try:
            values[field.name] = _read(field.name, hints[field.name], posted, zone, knowledge)
        except (NotANumber, ValueError, KeyError) as wrong:
            faults[field.name] = str(wrong)
            continue
        if values[field.name] is ... and field.default is MISSING:
            # The act has no word of its own for a text left empty; its rule says that it is needed.
            values[field.name] = "" if hints[field.name] is str else None
    if faults:
        raise Unreadable(faults)
    return kind(**{name: value for name, value in values.items() if value is not ...})


def _read(name: str, hint: Any, posted: Mapping[str, str], zone: ZoneInfo, knowledge: Library) -> Any:
    """The value of one field, or `...` when it was left empty and the act has its own word for that."""
    text = str(posted.get(name, "")).strip()
    optional = "None" in str(hint)
    if name == "values":
        return _vitals(posted, knowledge)
    if name in ("answers", "order", "entered"):
        return _mapping(name, text, posted)
    if name == "items":
        return tuple(int(v) if (v := str(posted.get(f"item_{n}", ""))) else None for n in range(1, 10))
    if name == "dates":
        return tuple(date.fromisoformat(d) for d in text.replace(",", " ").split())
    if name == "rules":
        return tuple(text.replace(",", " ").split())
    if hint is facts.By:
        return _second(name, posted)
    if not text:
        return _empty(name, hint, optional)
    if "Quantity" in str(hint):
        return typed(text, UNITS[name])
    if "datetime.datetime" in str(hint):
        return _moment(text, zone)
    if "datetime.date" in str(hint):
        return date.fromisoformat(text)
    if "bool" in str(hint):
        return _claim(name, text)
    if hint is int:
        return _whole(text)
    return text


def _empty(name: str, hint: Any, optional: bool) -> Any:
    if optional or hint is str or name == "source":
        return ...
    if hint is bool:
        # An unticked box is a no only where the form says that the question was asked.
        return False
    raise ValueError(_("This is needed."))


def _claim(name: str, text: str) -> bool | None:
    match text:
        case "yes" | "on" | "true":
            return True
        case "no" | "false":
            return False
        case "unknown":
            return None
    raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": text})


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise NotANumber(_("“%(text)s” is not a whole number.") % {"text": text})
    return int(text)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A local time from a form, in the clinic's zone; one that does not exist or stands twice is refused."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is not None:
        return when
    local = when.replace(tzinfo=zone)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise ValueError(_("%(text)s is a time that the change of clocks makes unclear.") % {"text": text})
    return local


def _vitals(posted: Mapping[str, str], knowledge: Library) -> dict[str, Quantity]:
    values: dict[str, Quantity] = {}
    faults = []
    for kind in ("systolic", "diastolic", "pulse", "spo2", "respiration", "temperature"):
        text = str(posted.get(kind, "")).strip()
        if text:
            try:
                values[kind] = typed(text, knowledge.codes[kind]["unit"])
            except NotANumber as wrong:
                faults.append(f"{knowledge.codes[kind]['display']}: {wrong}")
    if faults:
        raise ValueError(" ".join(faults))
    if not values:
        raise ValueError(_("Nothing was measured."))
    return values


def _mapping(name: str, text: str, posted: Mapping[str, str]) -> dict[str, object]:
    """A JSON object in one field, or the fields with the prefix `entered_`."""
    if name == "entered":
        return {
            key.removeprefix("entered_"): str(posted[key]).strip()
            for key in posted
            if key.startswith("entered_")
        }
    if name == "answers" and not text:
        answers = posted_answers(posted, library())
        if not answers:
            raise ValueError(_("Nothing was answered."))
        return answers
    value = json.loads(text or "{}")
    if not isinstance(value, dict):
        raise ValueError(_("This is not a set of answers."))
    return value


def _second(name: str, posted: Mapping[str, str]) -> facts.By:
    """A second person, who signs with their own name and password in the same form."""
    person = authenticate(
        None, username=posted.get(f"{name}_username", ""), password=posted.get(f"{name}_password", "")
    )
    if person is None:
        raise ValueError(_("The second person's name and password do not agree."))
    return facts.By(id=str(person.pk), name=person.called, role=person.role)


RESTATED: dict[str, type[Act]] = {
    "VitalsTaken": acts.TakeVitals,
    "SedationScored": acts.ScoreSedation,
    "DissociationScored": acts.ScoreDissociation,
}


def _correction(posted: Mapping[str, str], *, session: str, zone: ZoneInfo, knowledge: Library) -> Act:
    instead = None
    kind = posted.get("instead") or ("VitalsTaken" if str(posted.get("systolic", "")).strip() else "")
    if kind:
        if kind not in RESTATED:
            raise Unreadable({"instead": _("A line of this kind is struck, not restated.")})
        restated = act_from(RESTATED[kind], posted, session=session, zone=zone, knowledge=knowledge)
        shape = facts.KINDS[kind]
        names = {field.name for field in fields(shape)}
        given = {
            field.name: getattr(restated, field.name) for field in fields(restated) if field.name in names
        }
        instead = shape(**given)
    try:
        number = _whole(str(posted.get("number", "")))
    except NotANumber as wrong:
        raise Unreadable({"number": str(wrong)}) from wrong
    return acts.Correct(session=session, number=number, reason=posted.get("reason", ""), instead=instead)
