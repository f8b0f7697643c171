"""Acts at the chair that give no drug: preparing, observing, noting, looking at findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts, gate, safety
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.orders import given_in_room, order_from
from dayspring.therapy.plausible import judged
from dayspring.therapy.session import State

YES_NO_UNKNOWN = ("yes", "no", "unknown")


def check_in(asked: Asked, act: acts.CheckIn) -> Answer:
    if asked.session.booked is None:
        return refuse(f"Session {act.session} is not booked.")
    if asked.session.state is not State.PLANNED:
        return refuse(f"Already checked in; the session is {asked.session.stage}.")
    if act.order_id and act.order_id not in asked.course.orders:
        return refuse(f"No order {act.order_id} is in this chart.")
    if act.order_id and not given_in_room(order_from(asked.course.orders[act.order_id].order.order)):
        return refuse("The treatment room gives infusions from one bag; this order is for another route.")
    return (facts.CheckedIn(order_id=act.order_id),)


def before_dose(
    kind: type[facts.Fact], wrong: Callable[[Asked, Any], str] | None = None
) -> Callable[..., Answer]:
    """An act that becomes the fact of the same shape while the session is being prepared."""

    def decider(asked: Asked, act: Act) -> Answer:
        if asked.session.state is not State.PREPARING:
            return refuse(f"This belongs before the dose; the session is {asked.session.stage}.")
        if wrong and (reason := wrong(asked, act)):
            return refuse(reason)
        return (same_shape(kind, act),)

    return decider


def same_shape(kind: type[facts.Fact], act: Act) -> facts.Fact:
    """The fact whose fields carry the names of the act's."""
    return kind(**{field.name: getattr(act, field.name) for field in fields(kind)})


def _no_name(asked: Asked, act: acts.NameEscort) -> str:
    return "" if act.name.strip() and act.phone.strip() else "An escort needs a name and a telephone number."


def _ate_later(asked: Asked, act: acts.ConfirmFasting) -> str:
    for word, when in (("meal", act.last_solids_at), ("drink", act.last_liquids_at)):
        if when > asked.at:
            return f"The last {word} cannot be at {when:%H:%M}: it is {asked.at:%H:%M} now."
    return ""


def _unanswered(asked: Asked, act: acts.AskToday) -> str:
    for field in fields(facts.TodayAsked):
        said = getattr(act, field.name)
        if field.name != "details" and said not in YES_NO_UNKNOWN:
            return f"{field.name.replace('_', ' ')} is “{said}”; it is yes, no or unknown."
    return ""


def _bad_test(asked: Asked, act: acts.RecordPregnancyTest) -> str:
    if act.result not in ("negative", "positive", "unclear"):
        return f"A test is negative, positive or unclear, not “{act.result}”."
    if act.tested_on > asked.at.date():
        return f"A test of {act.tested_on} is not yet done: today is {asked.at.date()}."
    return ""


def _bad_drug(asked: Asked, act: acts.PrepareDrug) -> str:
    product = asked.knowledge.drugs[asked.protocol["drug"]]["products"].get(act.product)
    if product is None:
        return f"{act.product} is no product of {asked.protocol['drug']}."
    if act.stock != Quantity(Decimal(product["stock"]), "mg/mL"):
        return f"{act.product} holds {product['stock']} mg/mL, not {act.stock}."
    if not act.lot.strip():
        return "The lot number is missing."
    if act.drawn > act.total_volume:
        return f"{act.drawn} drawn does not fit into {act.total_volume} in all."
    if product.get("must_dilute") and act.drawn == act.total_volume:
        return f"{act.product} must be diluted before it can be given; drawn and total are both {act.drawn}."
    return ""


def override_gate(asked: Asked, act: acts.OverrideGate) -> Answer:
    preparing = asked.session.state is State.PREPARING
    row = next((row for row in gate.gate(asked.scene) if row.id == act.check), None) if preparing else None
    if row is None:
        return refuse(f"There is no check {act.check} to accept now.")
    if not act.reason.strip():
        return refuse("An override needs a reason.")
    if not row.holds:
        return refuse(f"{row.name} does not hold the dose.")
    if not gate.may_override(asked.scene, row):
        return refuse(f"{row.name}: {row.says} This cannot be overridden ({row.outcome}).")
    return (facts.GateOverridden(check=act.check, reason=act.reason.strip()),)


def take_vitals(asked: Asked, act: acts.TakeVitals) -> Answer:
    """Impossible numbers are refused, both named; implausible ones are kept and marked."""
    refused, marks = judged(act.values, asked.knowledge)
    if refused:
        return refuse_all(refused)
    return (facts.VitalsTaken(values=dict(act.values), source=act.source, marks=marks, at_rest=act.at_rest),)


def score_sedation(asked: Asked, act: acts.ScoreSedation) -> Answer:
    top = asked.limit("moaas_top").value
    if not 0 <= act.moaas <= top:
        return refuse(f"Sedation runs from 0 to {top}, not {act.moaas}.")
    return (facts.SedationScored(moaas=act.moaas),)


def score_dissociation(asked: Asked, act: acts.ScoreDissociation) -> Answer:
    top = asked.limit("dissociation_top").value
    if not 0 <= act.total <= top:
        return refuse(f"Dissociation runs from 0 to {top}, not {act.total}.")
    return (facts.DissociationScored(total=act.total, words=act.words),)


def see_recovery(asked: Asked, act: acts.SeeRecovery) -> Answer:
    seen = same_shape(facts.RecoverySeen, act)
    if all(getattr(seen, field.name) is None for field in fields(facts.RecoverySeen)):
        return refuse("Nothing was looked at.")
    return (seen,)


def note_event(asked: Asked, act: acts.NoteEvent) -> Answer:
    if not act.kind.strip() or (act.kind == "note" and not act.words.strip()):
        return refuse("An empty note says nothing.")
    return (facts.EventNoted(kind=act.kind, words=act.words),)


def watch(asked: Asked, act: acts.Watch) -> Answer:
    """Findings that arise or end. A high one that nobody has seen stays, whatever the numbers do since."""
    session = asked.session
    if session.booked is None:
        return ()
    now = {found.condition: found for found in safety.findings(asked.look(act.stream))}
    rows: list[facts.Fact] = []
    if cuff := _cuff(asked, act):
        rows.append(cuff)
    elif any(
        _is_new(session.findings.get(c), f) and not f.evidence and f.condition in STREAMED
        for c, f in now.items()
    ):
        rows.append(_charted(act))
    for condition, found in now.items():
        if _is_new(session.findings.get(condition), found):
            rows.append(_raised(found))
    for condition, line in session.findings.items():
        if condition not in now and not _latched(line, session.seen):
            rows.append(facts.FindingCleared(condition=condition))
    return tuple(rows)


def _cuff(asked: Asked, act: acts.Watch) -> facts.VitalsTaken | None:
    """A pressure that the monitor's cuff took since the last charted one, as a line of the chart.

    A cuff measures when a round is due; each of its pairs is an observation, not a stream.
    """
    pair = act.stream.get("systolic", ()), act.stream.get("diastolic", ())
    if not all(pair):
        return None
    (systolic, at), (diastolic, other) = pair[0][-1], pair[1][-1]
    # A marked pair is charted too, once: it must not come again at every look.
    charted = [v.happened_at for v in asked.session.vitals if "systolic" in v.fact.values]  # type: ignore[attr-defined]
    if (
        (at != other and abs(at - other) > ONE_CUFF)
        or (charted and at <= charted[-1])
        or systolic <= diastolic
    ):
        return None
    newest = {kind: rows[-1][0] for kind, rows in act.stream.items() if rows}
    values = {**newest, "systolic": systolic, "diastolic": diastolic}
    refused, marks = judged(values, asked.knowledge)
    return None if refused else facts.VitalsTaken(values=values, source=act.device or "monitor", marks=marks)


# Two numbers of one cuff arrive together.
ONE_CUFF = timedelta(seconds=2)

STREAMED = frozenset({"saturation-low", "saturation-very-low", "pulse-fast", "pulse-slow"})


def _is_new(line: facts.Stamped | None, found: safety.Finding) -> bool:
    """New, or the same condition on a newer measurement or against another limit."""
    if line is None:
        return True
    raised = line.fact
    assert isinstance(raised, facts.FindingRaised)
    if found.evidence and raised.evidence != found.evidence:
        return True
    return raised.priority != found.priority or raised.cites != (str(found.limit) if found.limit else "")


def _raised(found: safety.Finding) -> facts.FindingRaised:
    return facts.FindingRaised(
        condition=found.condition,
        priority=found.priority,
        says=found.says,
        do=found.do,
        evidence=found.evidence,
        limit=found.limit.key if found.limit else "",
        cites=str(found.limit) if found.limit else "",
    )


def _charted(act: acts.Watch) -> facts.VitalsTaken:
    """The streamed readings that a finding rests on become a line of the chart."""
    newest: Mapping[str, Quantity] = {kind: rows[-1][0] for kind, rows in act.stream.items() if rows}
    return facts.VitalsTaken(values=dict(newest), source=act.device or "device")


def _latched(line: facts.Stamped, seen: frozenset[int]) -> bool:
    return getattr(line.fact, "priority", "") == "high" and line.number not in seen


def see_finding(asked: Asked, act: acts.SeeFinding) -> Answer:
    line = asked.session.findings.get(act.condition)
    if line is None or line.number != act.episode:
        return refuse("That finding has ended or changed; look at the one that stands now.")
    return (facts.FindingSeen(condition=act.condition, episode=act.episode),)


def tell_clock(asked: Asked, act: acts.TellClock) -> Answer:
    return (facts.ClockStepped(seconds=act.seconds, why=act.why),)


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.CheckIn: check_in,
    acts.ConfirmIdentity: before_dose(facts.IdentityConfirmed),
    acts.NameEscort: before_dose(facts.EscortNamed, _no_name),
    acts.ConfirmFasting: before_dose(facts.FastingConfirmed, _ate_later),
    acts.AskToday: before_dose(facts.TodayAsked, _unanswered),
    acts.RecordPregnancyTest: before_dose(facts.PregnancyTested, _bad_test),
    acts.PrepareDrug: before_dose(facts.DrugPrepared, _bad_drug),
    acts.OverrideGate: override_gate,
    acts.TakeVitals: take_vitals,
    acts.ScoreSedation: score_sedation,
    acts.ScoreDissociation: score_dissociation,
    acts.SeeRecovery: see_recovery,
    acts.NoteEvent: note_event,
    acts.Watch: watch,
    acts.TellClock: tell_clock,
    acts.SeeFinding: see_finding,
}
