"""The room's screen from the fold: everything a template prints, nothing it has to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dayspring.chart.timeline import with_struck
from dayspring.clinic.charts import record
from dayspring.clinic.charts.readings import READINGS
from dayspring.clinic.people.models import Person
from dayspring.clinic.showing import screen
from dayspring.clinic.showing.folded import Folded
from dayspring.clinic.showing.telling import happenings, local, vitals
from dayspring.clinic.showing.tiles import tiles
from dayspring.figures.pressure_chart import Pressures, Seen, pressure_chart
from dayspring.figures.stage_track import Track, stage_track
from dayspring.knowledge import Library
from dayspring.quantities import TENTH, Quantity, spoken
from dayspring.therapy import facts, monitoring
from dayspring.therapy.asked import protocol_of
from dayspring.therapy.given import expected_end, given
from dayspring.therapy.note import amount
from dayspring.therapy.orders import order_from
from dayspring.therapy.safety import ORDER, Look, findings
from dayspring.therapy.session import IN_THE_DRUG, Session, State

STARS = {"high": "***", "medium": "**", "low": "*"}
SCALES = {"sedation": 5, "dissociation": 24}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """One look at one session: the fold, the knowledge, the moment and the clinic's zone."""

    folded: Folded
    session: Session
    protocol: Mapping[str, Any]
    knowledge: Library
    at: datetime
    zone: ZoneInfo

    def clock(self, when: datetime | None, form: str = "%H:%M") -> str:
        return local(when, self.zone, form) if when else ""

    @property
    def order(self) -> Any:
        """The order the patient was checked in with, or None."""
        checked_in = self.session.last(facts.CheckedIn)
        standing = self.folded.course.orders.get(
            getattr(checked_in.fact, "order_id", "") if checked_in else ""
        )
        return order_from(standing.order.order) if standing else None


def looking(folded: Folded, key: str, knowledge: Library, at: datetime, zone: ZoneInfo) -> Looking:
    session = folded.session(key)
    return Looking(
        folded=folded,
        session=session,
        protocol=protocol_of(session, knowledge),
        knowledge=knowledge,
        at=at,
        zone=zone,
    )


TAPS = (
    ("nausea", "Nausea"),
    ("vomiting", "Vomiting"),
    ("fear", "Fear"),
    ("headache", "Headache"),
    ("reassured", "Reassured"),
    ("repositioned", "Repositioned"),
    ("toilet", "Toilet"),
    ("escort_called", "Escort called"),
)


def taps() -> tuple[screen.Tap, ...]:
    """The eight one-tap entries with their keys."""
    labels = {
        "nausea": _("Nausea"),
        "vomiting": _("Vomiting"),
        "fear": _("Fear"),
        "headache": _("Headache"),
        "reassured": _("Reassured"),
        "repositioned": _("Repositioned"),
        "toilet": _("Toilet"),
        "escort_called": _("Escort called"),
    }
    return tuple(
        screen.Tap(kind=kind, label=labels[kind], key=str(n), form_key=str(uuid4()))
        for n, (kind, _word) in enumerate(TAPS, 1)
    )


def room(look: Looking, person: Person, allergy: str, stop_token: str) -> screen.Room:
    """The whole screen of one chair at one moment."""
    session, at = look.session, look.at
    drawing, sentence, table = picture(look)
    order = look.order
    rate = session.flows[-1].rate if session.flows else None
    ends = expected_end(session, at)
    return screen.Room(
        chart=str(look.folded.chart),
        session=session.id,
        version=look.folded.version,
        name=person.name,
        born=person.birth_date.strftime("%-d %B %Y"),
        record=person.record_number,
        allergy=allergy,
        session_words=session_words(look),
        order_words=_order_words(look),
        stage=session.stage,
        state=session.state.value,
        minute=minute_of_stage(look),
        minute_of=planned_minutes(look),
        clock=look.clock(at),
        track=track(look)[0],
        tiles=tiles(session, READINGS.latest(session.id), look.knowledge, at),
        lesser=_lesser(look),
        picture=drawing,
        sentence=sentence,
        table=tuple(table),
        findings=cards(look),
        due=_due(look),
        happenings=happenings(_stories(look), look.zone),
        given=given_words(look),
        rate=str(rate) if rate and session.state is State.RUNNING else "",
        ordered_rate=_number(order.rate) if order else "",
        half_rate=_number(_half(rate)) if rate else "",
        ends=look.clock(at + ends) if ends is not None else "",
        halting=_halting(look),
        taps=taps(),
        stop_token=stop_token,
        server_ms=round(at.timestamp() * 1000),
        can=_can(session),
    )


def _number(amount: Quantity) -> str:
    return str(amount).split(" ")[0]


def _half(rate: Quantity) -> Quantity:
    return rate.times(Decimal(1) / 2).rounded(TENTH)


def _can(session: Session) -> frozenset[str]:
    """Which acts on the drug make sense now; the others have no button because nothing would answer to it."""
    return frozenset(
        {
            State.RUNNING: ("ChangeRate", "PauseInfusion", "CompleteInfusion"),
            State.PAUSING: ("ConfirmPump",),
            State.PAUSED: ("ResumeInfusion",),
            State.STOPPING: ("ConfirmPump",),
        }.get(session.state, ())
    )


def _stories(look: Looking) -> list[Any]:
    entries = [e for e in record.lines(look.folded.chart) if e.session == look.session.id]
    return list(with_struck(entries))


def session_words(look: Looking) -> str:
    course = look.folded.course
    booked = look.session.booked
    assert booked is not None
    before = look.session.started.happened_at if look.session.started else look.at
    number = 1 + sum(1 for dose in course.doses if dose.started.happened_at < before)
    plan = course.plan.fact if course.plan else None
    if isinstance(plan, facts.RegimenPlanned):
        return _("Session %(number)d of %(count)d") % {"number": number, "count": len(plan.dates)}
    return _("Session %(number)d") % {"number": number}


def _order_words(look: Looking) -> str:
    order = look.order
    if order is None:
        return _("No order is tied to this session.")
    checked_in = look.session.last(facts.CheckedIn)
    standing = look.folded.course.orders[getattr(checked_in.fact, "order_id", "")] if checked_in else None
    by = standing.signed.by.name if standing else ""
    said = {"dose": order.dose, "minutes": order.minutes, "by": by}
    return _("Ketamine %(dose)s into a vein, %(minutes)s, order of %(by)s") % said


def minute_of_stage(look: Looking) -> int | None:
    started, ended = look.session.started, look.session.last_drug_at
    if started is None:
        return None
    since = ended if look.session.state is State.MONITORING and ended else started.happened_at
    return max(0, int((look.at - since).total_seconds() // 60))


def planned_minutes(look: Looking) -> int | None:
    if look.session.state in IN_THE_DRUG and look.order is not None:
        return int(look.order.minutes.value)
    if look.session.state is State.MONITORING:
        return int(
            monitoring.minutes(look.knowledge, look.protocol["monitoring"]["stay"]).total_seconds() // 60
        )
    return None


def track(look: Looking, *, words: bool = True) -> tuple[str, str]:
    """The session's track as SVG and sentence; empty before the drug."""
    session, started = look.session, look.session.started
    ends = monitoring.drug_ends(session, look.protocol, look.knowledge)
    ready = monitoring.ready_from(session, look.protocol, look.knowledge)
    if started is None or ends is None or ready is None:
        return "", ""
    begun = started.happened_at

    def minute(when: datetime) -> float:
        return (when - begun).total_seconds() / 60

    rows = monitoring.rounds(session, look.protocol, look.knowledge, look.at)
    upcoming = monitoring.next_due(rows)
    dots = [
        (
            float(row.minute),
            "done"
            if not row.missing
            else "missed"
            if row.late == "missed"
            else "next"
            if row is upcoming
            else "later",
        )
        for row in rows
    ]
    done = session.last_drug_at or look.at
    return stage_track(
        Track(
            drug_done=min(minute(done), minute(max(ends, done))),
            drug_planned=minute(ends),
            stay_until=minute(ready),
            now=minute(look.at),
            dots=dots,
            on=_("on %(clock)s") % {"clock": look.clock(begun)},
            off=_("off %(clock)s") % {"clock": look.clock(ends)},
            ready=_("discharge from %(clock)s") % {"clock": look.clock(ready)},
        ),
        words=words,
    )


def _lesser(look: Looking) -> tuple[screen.Lesser, ...]:
    session = look.session
    breaths = [
        v for v in session.vitals if isinstance(v.fact, facts.VitalsTaken) and "respiration" in v.fact.values
    ]
    rows = (
        (
            _("Breathing"),
            breaths[-1] if breaths else None,
            _("per min"),
            lambda f: _number(f.values["respiration"]),
        ),
        (
            _("Sedation"),
            session.sedation[-1] if session.sedation else None,
            _("of %d") % SCALES["sedation"],
            lambda f: str(f.moaas),
        ),
        (
            _("Dissociation"),
            session.dissociation[-1] if session.dissociation else None,
            _("of %d") % SCALES["dissociation"],
            lambda f: str(f.total),
        ),
    )
    return tuple(
        screen.Lesser(
            name=name,
            text=show(line.fact) if line else "–",
            of=of,
            age=_("%(age)s ago") % {"age": spoken(look.at - line.happened_at)} if line else _("not taken"),
            who=line.by.name if line else "",
        )
        for name, line, of, show in rows
    )


def cards(look: Looking) -> tuple[screen.FindingCard, ...]:
    """Findings that stand, worst first; only the first of them is loud, and only until someone has seen it."""
    table = look.knowledge.conditions
    labels = {
        "PauseInfusion": _("Pause the drug"),
        "StopInfusion": "",
        "ChangeRate": _("Half the rate"),
        "ConfirmPump": _("It has stopped"),
        "CompleteInfusion": _("The drug has ended"),
    }
    standing = sorted(
        look.session.findings.values(),
        key=lambda line: (ORDER[line.fact.priority], line.number),  # type: ignore[attr-defined]
    )
    true_now = {
        found.condition
        for found in findings(
            Look(
                session=look.session,
                protocol=look.protocol,
                knowledge=look.knowledge,
                at=look.at,
                stream=READINGS.stream(look.session.id),
            )
        )
    }
    rows: list[screen.FindingCard] = []
    for line in standing:
        fact = line.fact
        assert isinstance(fact, facts.FindingRaised)
        proposes = table[fact.condition]["proposes"]
        seen = [
            x
            for x in look.session.lines
            if isinstance(x.fact, facts.FindingSeen) and x.fact.episode == line.number
        ]
        rows.append(
            screen.FindingCard(
                condition=fact.condition,
                episode=line.number,
                priority=fact.priority,
                stars=STARS[fact.priority],
                name=table[fact.condition]["name"],
                says=fact.says,
                do=fact.do,
                cites=fact.cites,
                running_s=max(0, round((look.at - line.happened_at).total_seconds())),
                proposes=proposes if proposes in _can(look.session) else "",
                proposes_label=labels.get(proposes, ""),
                seen_by=seen[-1].by.name if seen else "",
                over=fact.condition not in true_now,
                loudest=not seen and fact.condition in true_now and not any(card.loudest for card in rows),
                form_key=str(uuid4()),
            )
        )
    return tuple(rows)


def _due(look: Looking) -> tuple[screen.Due, ...]:
    """What is next, what is late, what was missed of late; then the end of the drug."""
    rows = monitoring.rounds(look.session, look.protocol, look.knowledge, look.at)
    upcoming = monitoring.next_due(rows)
    wanted = [
        row
        for row in rows
        if row.missing and (row.late != "missed" or look.at - row.at < timedelta(minutes=15))
    ]
    said = []
    for row in wanted[:4]:
        if row.late == "missed":
            detail = _("missed, not taken")
        elif row.late:
            detail = _("%(late)s late") % {"late": spoken(look.at - row.at)}
        else:
            detail = _("in %(time)s") % {"time": spoken(row.at - look.at)}
        said.append(
            screen.Due(
                clock=look.clock(row.at),
                words=row.words,
                detail=detail,
                late=row.late,
                current=row is upcoming,
            )
        )
    return tuple(said)


def given_words(look: Looking) -> str:
    if look.session.started is None:
        return ""
    had = given(look.session, look.at)
    return amount(had)


def _halting(look: Looking) -> screen.Halting | None:
    session = look.session
    if session.state not in (State.PAUSING, State.STOPPING):
        return None
    asked = session.last(facts.InfusionStopped if session.state is State.STOPPING else facts.InfusionPaused)
    if asked is None:
        return None
    return screen.Halting(
        word=_("Stop") if session.state is State.STOPPING else _("Pause"),
        asked_clock=look.clock(asked.happened_at, "%H:%M:%S"),
        asked_ms=max(0, round((look.at - asked.happened_at).total_seconds() * 1000)),
        by=asked.by.name,
        amount=given_words(look),
    )


def picture(look: Looking) -> tuple[str, str, list[tuple[str, ...]]]:
    """The chart of vitals; before the drug, minutes count back from now."""
    session = look.session
    zero = session.started.happened_at if session.started else look.at

    def minute(when: datetime) -> float:
        return (when - zero).total_seconds() / 60

    seen = [
        _seen(v.fact, minute(v.happened_at)) for v in session.vitals if isinstance(v.fact, facts.VitalsTaken)
    ]
    now = minute(look.at)
    ready = monitoring.ready_from(session, look.protocol, look.knowledge)
    rows = monitoring.rounds(session, look.protocol, look.knowledge, look.at) if session.started else ()
    ends = monitoring.drug_ends(session, look.protocol, look.knowledge)
    until = min(max(now + 20, 60.0), minute(ready) if ready else 60.0)
    return pressure_chart(
        Pressures(
            seen=[s for s in seen if s.minute > -60],
            now=now,
            until=max(until, now + 5),
            begins=min([-6.0, *(s.minute - 2 for s in seen if s.minute > -60)]),
            drug=[
                (minute(f.since), minute(min(f.seen or f.until or look.at, look.at))) for f in session.flows
            ],
            planned=minute(ends) if ends else 0.0,
            missed=[float(r.minute) for r in rows if r.late == "missed" and "pressure" in r.missing],
            limits=_limits(look, "systolic"),
            diastolic_limits=_limits(look, "diastolic"),
        )
    )


def _limits(look: Looking, kind: str) -> tuple[tuple[float, str, str], ...]:
    """From which value on the drug is paused, and from which a pressure is measured again."""
    words = ((_("pauses %d"), "pause", "high"), (_("warns %d"), "recheck", "medium"))
    rows = []
    for says, key, priority in words:
        first = int(look.knowledge.limit(f"{kind}_during_{key}").value) + 1
        rows.append((float(first), says % first, priority))
    return tuple(rows)


def _seen(fact: facts.VitalsTaken, minute: float) -> Seen:
    def value(kind: str) -> float | None:
        return float(fact.values[kind].value) if kind in fact.values and kind not in fact.marks else None

    return Seen(
        minute=minute,
        systolic=value("systolic"),
        diastolic=value("diastolic"),
        pulse=value("pulse"),
        spo2=value("spo2"),
    )


__all__ = ["Looking", "cards", "looking", "room", "taps", "track", "vitals"]
