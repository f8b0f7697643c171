"""Lines of a chart as words: what happened, in one title and one detail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dayspring.chart.timeline import Story, Told
from dayspring.clinic.showing.screen import Happening
from dayspring.knowledge import library
from dayspring.quantities import plain, spoken
from dayspring.therapy import facts
from dayspring.therapy.decide_leave import CORRECTABLE

RESTATED = (facts.VitalsTaken, facts.SedationScored, facts.DissociationScored)


def local(when: datetime, zone: ZoneInfo, form: str = "%H:%M") -> str:
    """A moment on the clinic's clock."""
    return when.astimezone(zone).strftime(form)


def vitals(fact: facts.VitalsTaken) -> str:
    """142/86, pulse 82, 97 %, with implausible values marked."""
    said = []
    values = fact.values
    if "systolic" in values and "diastolic" in values:
        said.append(f"{plain(values['systolic'].value)}/{plain(values['diastolic'].value)}")
    for kind, words in (
        ("pulse", _("pulse %(v)s")),
        ("spo2", "%(v)s %%"),
        ("respiration", _("breathing %(v)s")),
        ("temperature", "%(v)s °C"),
    ):
        if kind in values:
            said.append(words % {"v": plain(values[kind].value)})
    if fact.marks:
        said.append(_("implausible: %(kinds)s") % {"kinds": ", ".join(fact.marks)})
    return ", ".join(said)


def _recovery(fact: facts.RecoverySeen) -> str:
    words = {
        "oriented": (_("oriented"), _("not oriented")),
        "walks_steadily": (_("walks steadily"), _("not steady")),
        "nausea_controlled": (_("no nausea"), _("nausea")),
        "no_suicidal_intent": (_("no suicidal intent"), _("suicidal intent voiced")),
    }
    said = [words[name][0 if value else 1] for name in words if (value := getattr(fact, name)) is not None]
    return ", ".join(said).capitalize()


def _finding(fact: facts.FindingRaised) -> tuple[str, str]:
    stars = {"high": "***", "medium": "**", "low": "*"}[fact.priority]
    return f"{stars} {fact.says}", fact.cites


TITLES: dict[type[facts.Fact], Callable[..., tuple[str, str]]] = {
    facts.SessionBooked: lambda f: (_("Booked, chair %(chair)s") % {"chair": f.chair}, ""),
    facts.CheckedIn: lambda f: (_("Checked in"), ""),
    facts.IdentityConfirmed: lambda f: (
        _("Identity confirmed") if f.name_agrees and f.birth_date_agrees else _("Identity does not agree"),
        "",
    ),
    facts.EscortNamed: lambda f: (_("Escort: %(name)s") % {"name": f.name}, f.transport),
    facts.FastingConfirmed: lambda f: (_("Fasting asked"), ""),
    facts.TodayAsked: lambda f: (_("Questions of the day asked"), f.details),
    facts.PregnancyTested: lambda f: (_("Pregnancy test %(result)s") % {"result": f.result}, ""),
    facts.DrugPrepared: lambda f: (
        _("Drawn %(drawn)s of %(stock)s") % {"drawn": f.drawn, "stock": f.stock},
        _("lot %(lot)s") % {"lot": f.lot},
    ),
    facts.GateOverridden: lambda f: (_("Accepted %(check)s") % {"check": f.check}, f.reason),
    facts.VitalsTaken: lambda f: (vitals(f), f.source),
    facts.SedationScored: lambda f: (_("Sedation %(score)s of 5") % {"score": f.moaas}, ""),
    facts.DissociationScored: lambda f: (_("Dissociation %(total)s of 24") % {"total": f.total}, f.words),
    facts.RecoverySeen: lambda f: (_recovery(f), ""),
    facts.EventNoted: lambda f: (f.kind.replace("_", " ").capitalize(), f.words),
    facts.InfusionStarted: lambda f: (
        _("Drug on, %(rate)s") % {"rate": f.rate},
        _("%(dose)s ordered") % {"dose": f.dose},
    ),
    facts.RateChanged: lambda f: (_("Rate %(rate)s") % {"rate": f.rate}, f.reason),
    facts.InfusionPaused: lambda f: (_("Pause asked"), f.reason),
    facts.InfusionResumed: lambda f: (_("Resumed, %(rate)s") % {"rate": f.rate}, f.reason),
    facts.InfusionStopped: lambda f: (_("Stop asked"), f.reason),
    facts.StopPressed: lambda f: (_("Stop pressed, nothing was running"), f.reason),
    facts.PumpConfirmed: lambda f: (
        _("Pump seen to stand still"),
        _("%(volume)s given by the pump") % {"volume": f.volume} if f.volume else "",
    ),
    facts.InfusionCompleted: lambda f: (
        _("Drug ended"),
        _("%(volume)s given by the pump") % {"volume": f.volume} if f.volume else "",
    ),
    facts.DrugWasted: lambda f: (
        _("Wasted %(amount)s") % {"amount": f.amount},
        _("seen by %(name)s") % {"name": f.witness.name},
    ),
    facts.FindingRaised: _finding,
    facts.FindingSeen: lambda f: (
        _("Seen: %(name)s") % {"name": library().conditions[f.condition]["name"]},
        "",
    ),
    facts.FindingCleared: lambda f: (
        _("Over: %(name)s") % {"name": library().conditions[f.condition]["name"]},
        "",
    ),
    facts.ActRefused: lambda f: (_("Refused: %(act)s") % {"act": _spaced(f.act)}, " ".join(f.reasons)),
    facts.ClockStepped: lambda f: (_("The clock or the server was away"), f.why),
    facts.EscortMet: lambda f: (_("%(name)s is at the door") % {"name": f.name}, ""),
    facts.InstructionsGiven: lambda f: (
        _("After-care given"),
        _("acknowledged by %(name)s") % {"name": f.acknowledged_by},
    ),
    facts.DischargeOverridden: lambda f: (
        _("Accepted %(check)s") % {"check": f.check},
        _("%(reason)s, with %(name)s") % {"reason": f.reason, "name": f.second.name},
    ),
    facts.Discharged: lambda f: (_("Left with %(name)s") % {"name": f.left_with}, ""),
    facts.NoteSigned: lambda f: (_("Note signed"), ""),
    facts.NoteAdded: lambda f: (_("Added to the note"), f.text),
    facts.ReferralReceived: lambda f: (_("Referred by %(name)s") % {"name": f.referrer}, f.reason),
    facts.IntakeAnswered: lambda f: (_("%(count)d intake answers") % {"count": len(f.answers)}, ""),
    facts.PreScreenReceived: lambda f: (_("%(count)d answers sent online") % {"count": len(f.answers)}, ""),
    facts.ScreeningReviewed: lambda f: (
        _("Second prescriber agrees") if f.agrees else _("Second prescriber does not agree"),
        f.words,
    ),
    facts.ClearanceAsked: lambda f: (
        _("Clearance asked: %(of)s") % {"of": f.of.replace("_", " ")},
        f.question,
    ),
    facts.ClearanceAnswered: lambda f: (
        _("Clearance: %(outcome)s") % {"outcome": f.outcome.replace("_", " ")},
        ", ".join(part for part in (f.by_whom, f.words) if part),
    ),
    facts.PdmpChecked: lambda f: (
        _("Prescription monitoring, %(state)s: %(outcome)s")
        % {"state": f.state, "outcome": f.outcome.replace("_", " ")},
        f.words,
    ),
    facts.ConsentWithdrawn: lambda f: (_("Consent withdrawn"), f.reason),
    facts.Reevaluated: lambda f: (_("Re-evaluated: %(outcome)s") % {"outcome": f.outcome}, f.why),
    facts.WeightMeasured: lambda f: (
        _("Weight %(weight)s") % {"weight": f.weight},
        _("height %(height)s") % {"height": f.height} if f.height else "",
    ),
    facts.Phq9Answered: lambda f: (_("PHQ-9 answered"), ""),
    facts.ScreeningDecided: lambda f: (
        _("Screening: %(decision)s") % {"decision": f.decision.replace("_", " ")},
        f.why,
    ),
    facts.ConsentSigned: lambda f: (_("Consent signed"), _("version %(version)s") % {"version": f.version}),
    facts.RegimenPlanned: lambda f: (_("%(count)d sessions planned") % {"count": len(f.dates)}, ""),
    facts.OrderSigned: lambda f: (_("Order signed: %(dose)s") % {"dose": f.order.get("dose")}, f.why),
    facts.OrderChecked: lambda f: (_("Order checked by a second person"), ""),
    facts.OrderCheckFailed: lambda f: (_("Second check differs"), " ".join(f.differs)),
    facts.OrderVoided: lambda f: (_("Order voided"), f.reason),
}


def _spaced(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def words(fact: facts.Fact) -> tuple[str, str]:
    """Title and detail of a fact. One that this version cannot read says so and is kept."""
    teller = TITLES.get(type(fact))
    return teller(fact) if teller else (_("A line this version cannot read"), "")


def happenings(stories: Sequence[Story], zone: ZoneInfo, form: str = "%H:%M") -> tuple[Happening, ...]:
    """Newest first; what was struck stands beneath what replaced it, both readable."""
    rows: list[Happening] = []
    for story in reversed(stories):
        stands = story.stands
        if stands is not None and not isinstance(stands.fact, facts.FindingCleared):
            title, detail = words(stands.fact)
            rows.append(
                Happening(
                    number=stands.number,
                    clock=local(stands.happened_at, zone, form),
                    title=title,
                    detail=", ".join(part for part in (detail, _who(stands)) if part),
                    correctable=isinstance(stands.fact, CORRECTABLE),
                    restates=type(stands.fact).__name__ if isinstance(stands.fact, RESTATED) else "",
                    form_key=str(uuid4()),
                    others=_others(stands.fact),
                )
            )
        # Each telling was struck for the reason that the next one gives.
        reasons = [correction.reason for correction in story.corrections]
        rows += [
            _struck(told, why, zone, form)
            for told, why in zip(story.struck, reasons, strict=False)
            if not told.entered_in_error
        ]
    return tuple(rows)


def _others(fact: facts.Fact) -> tuple[tuple[str, str], ...]:
    """What a corrected pressure leaves as it was: the other measurements of the same line."""
    if not isinstance(fact, facts.VitalsTaken):
        return ()
    kept = [
        (kind, plain(value.value))
        for kind, value in fact.values.items()
        if kind not in ("systolic", "diastolic")
    ]
    return (*kept, ("source", fact.source), ("at_rest", "yes" if fact.at_rest else "no"))


def _who(line: facts.Stamped) -> str:
    late = line.recorded_at - line.happened_at
    name = line.by.name if line.by.verified else _("%(name)s, user not verified") % {"name": line.by.name}
    if late.total_seconds() > 60:
        return _("%(name)s, written %(late)s later") % {"name": name, "late": spoken(late)}
    return name


def _struck(told: Told, why: str, zone: ZoneInfo, form: str) -> Happening:
    line = told.line
    title, detail = words(line.fact)
    return Happening(
        number=line.number,
        clock=local(line.happened_at, zone, form),
        title=title,
        detail=detail,
        struck=True,
        why=why,
    )
