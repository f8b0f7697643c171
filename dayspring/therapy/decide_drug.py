"""Acts on the drug. Dayspring drives no pump: each records what a person did, or asks a person to do it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dayspring.quantities import TENTH, Quantity
from dayspring.therapy import acts, facts, gate, safety
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.given import given
from dayspring.therapy.monitoring import minutes
from dayspring.therapy.order_context import findings_on
from dayspring.therapy.order_kinds import SAID
from dayspring.therapy.orders import Order, order_from
from dayspring.therapy.session import IN_THE_DRUG, State, has_pressure


def start(asked: Asked, act: acts.StartInfusion) -> Answer:
    """The whole gate, the order's limits once more, and the rate as read from the pump."""
    if asked.session.state is not State.PREPARING:
        return refuse(f"Not started. The session is {asked.session.stage}.")
    if wrong := _unreadable(asked):
        return refuse(f"Not started. {wrong}")
    held = [row for row in gate.gate(asked.scene) if row.holds]
    if held:
        return refuse_all(f"Not started. {row.name}: {row.says}" + _limit(row.limit) for row in held)
    ordered = gate.ordered_for(asked.scene)
    assert ordered is not None, "the gate passes no session without an order"
    order = order_from(ordered.order)
    if not isinstance(order, Order):
        return refuse(f"Not started. The room gives infusions of one bag; this order is {SAID[order.kind]}.")
    said = findings_on(
        order,
        asked.course,
        asked.lines,
        asked.knowledge,
        asked.at,
        order_id=ordered.order_id,
        starting=True,
    )
    hard = [f"Not started. {f.says}" for f in said if f.kind == "BLOCK"]
    if hard:
        return refuse_all(hard)
    if act.rate != order.rate:
        return refuse(f"Not started. The pump shows {act.rate}; the order says {order.rate}.")
    return (
        facts.InfusionStarted(
            order_id=ordered.order_id,
            bound=ordered.bound,
            rate=act.rate,
            concentration=order.concentration,
            drawn=order.dose,
            dose=order.dose,
        ),
    )


def _unreadable(asked: Asked) -> str:
    """A line of this session that this version cannot read might be the one that matters."""
    known = set(facts.KINDS.values())
    odd = [line.number for line in asked.session.lines if type(line.fact) not in known]
    return f"Line {odd[0]} of this chart cannot be read by this version of Dayspring." if odd else ""


def _limit(limit: object | None) -> str:
    return f" The limit is {limit}." if limit else ""


def _order(asked: Asked) -> Order:
    ordered = gate.ordered_for(asked.scene)
    assert ordered is not None, "a running session has an order"
    order = order_from(ordered.order)
    assert isinstance(order, Order), "only an infusion is started in the room"
    return order


def change_rate(asked: Asked, act: acts.ChangeRate) -> Answer:
    """Slower is the nurse's to decide; never faster than the order."""
    if asked.session.state is not State.RUNNING:
        return refuse(
            f"The rate was not changed. The drug is not running; it is {asked.session.state.value}."
        )
    if wrong := _bad_rate(asked, act.rate):
        return refuse(wrong)
    return (facts.RateChanged(rate=act.rate, reason=act.reason),)


def _bad_rate(asked: Asked, rate: Quantity) -> str:
    ordered = _order(asked).rate
    if rate.value <= 0:
        return f"A rate of {rate} is a stop; press stop."
    if rate > ordered:
        return f"{rate} is faster than the order's {ordered}. A new order is needed."
    return ""


def pause(asked: Asked, act: acts.PauseInfusion) -> Answer:
    if asked.session.state is State.RUNNING:
        return (facts.InfusionPaused(reason=act.reason),)
    return refuse(
        f"There is nothing to pause: the drug is {asked.session.state.value}. Stop works at any time."
    )


def stop(asked: Asked, act: acts.StopInfusion) -> Answer:
    """Never refused. With nothing running it is still written down."""
    if asked.session.state in (State.RUNNING, State.PAUSING, State.PAUSED):
        return (facts.InfusionStopped(reason=act.reason),)
    return (facts.StopPressed(reason=act.reason),)


def confirm_pump(asked: Asked, act: acts.ConfirmPump) -> Answer:
    if asked.session.state not in (State.PAUSING, State.STOPPING):
        return refuse(f"There is no stop or pause to confirm: the drug is {asked.session.state.value}.")
    if wrong := _bad_volume(asked, act.volume):
        return refuse(wrong)
    return (facts.PumpConfirmed(volume=act.volume),)


def _bad_volume(asked: Asked, volume: Quantity | None) -> str:
    """A volume read from the pump can be neither more than was drawn nor less than an earlier reading."""
    if volume is None:
        return ""
    whole = _order(asked).total_volume
    if volume > whole:
        return f"The pump cannot have given {volume}: the bag held {whole}."
    earlier = max((f.volume.value for f in asked.session.flows if f.volume), default=Decimal(0))
    if volume.value < earlier:
        return f"The pump cannot have gone back to {volume} from {earlier} mL."
    return ""


def resume(asked: Asked, act: acts.ResumeInfusion) -> Answer:
    """Only after a fresh look, only by a person, at half rate where the table says so."""
    session = asked.session
    if session.state is not State.PAUSED:
        return refuse(
            f"Not resumed. The drug is {session.state.value}, and only a paused one can be resumed."
        )
    if safety.is_locked(session, asked.knowledge) and asked.by.role != "prescriber":
        often, within = asked.limit("pauses_before_lock").value, asked.limit("pause_lock_window").quantity
        return refuse(f"Not resumed. Paused {often} times within {within}: only a prescriber can resume.")
    if wrong := _unreadable(asked) or _bad_rate(asked, act.rate):
        return refuse(f"Not resumed. {wrong}")
    paused_at = session.pauses[-1]
    looked = [v for v in session.vitals if has_pressure(v) and v.happened_at >= paused_at]
    if not looked or asked.at - looked[-1].happened_at > minutes(asked.knowledge, "resume_pressure_max_age"):
        return refuse("Not resumed. No fresh pressure since the pause.")
    reasons = _pressure_holds(asked, looked[-1])
    before = session.flows[-1].rate
    most = before.times(asked.limit("resume_rate_share").value)
    if _needs_half(asked) and act.rate > most:
        reasons.append(f"Not resumed. After this finding the rate is at most {most}; {act.rate} was asked.")
    reasons += _stops_standing(asked)
    if session.sedation:
        score = Quantity(Decimal(session.sedation[-1].fact.moaas), "{score}")  # type: ignore[attr-defined]
        if not (limit := asked.limit("moaas_resume")).allows(score):
            reasons.append(f"Not resumed. Sedation is {score}; the limit is {limit}.")
    if reasons:
        return refuse_all(reasons)
    return (facts.InfusionResumed(rate=act.rate, reason=act.reason),)


def _pressure_holds(asked: Asked, line: facts.Stamped) -> list[str]:
    assert isinstance(line.fact, facts.VitalsTaken)
    return [
        f"Not resumed. Pressure is {safety.pressure_text(line)}; the limit is {limit}."
        for kind in ("systolic", "diastolic")
        if not (limit := asked.limit(f"{kind}_resume")).allows(line.fact.values[kind])
    ][:1]


def _stops_standing(asked: Asked) -> list[str]:
    """Findings whose row says stop and that stand: while one does, no drug is resumed."""
    table = asked.knowledge.conditions
    standing = (x.fact for x in asked.session.findings.values() if isinstance(x.fact, facts.FindingRaised))
    return [
        f"Not resumed. {f.says} stands." for f in standing if table[f.condition]["proposes"] == "StopInfusion"
    ]


HALVED = ("pressure-very-high", "sedation-moderate")


def _needs_half(asked: Asked) -> bool:
    """Whether the present pause answers a finding after which the table allows half the rate.

    What was measured counts as much as what was raised: nobody resumes in the second before the next look.
    """
    began = asked.session.flows[-1].since
    measured = (v.fact for v in asked.session.vitals if has_pressure(v) and v.happened_at >= began)
    scored = (s.fact for s in asked.session.sedation if s.happened_at >= began)
    return any(not _keeps(asked, fact) for fact in (*measured, *scored)) or any(
        isinstance(line.fact, facts.FindingRaised)
        and line.fact.condition in HALVED
        and line.happened_at >= began
        for line in asked.session.lines
    )


def _keeps(asked: Asked, fact: facts.Fact) -> bool:
    """Whether what was observed keeps the limits that ask for a pause."""
    match fact:
        case facts.VitalsTaken(values=values):
            return all(asked.limit(f"{k}_during_pause").allows(values[k]) for k in ("systolic", "diastolic"))
        case facts.SedationScored(moaas=moaas):
            return asked.limit("moaas_during_pause").allows(Quantity(Decimal(moaas), "{score}"))
    return True


def complete(asked: Asked, act: acts.CompleteInfusion) -> Answer:
    """The pump has run to its end. Long before the planned end that is a stop, and is asked for as one."""
    if asked.session.state is not State.RUNNING:
        return refuse(f"There is nothing to complete: the drug is {asked.session.state.value}.")
    if wrong := _bad_volume(asked, act.volume):
        return refuse(wrong)
    whole = _order(asked).total_volume
    reached = act.volume or given(asked.session, asked.at).volume_high
    enough = whole.times(asked.limit("complete_share").value)
    if reached < enough:
        return refuse(f"Only {reached.rounded(TENTH)} of {whole} is given. Press stop to end it now.")
    return (facts.InfusionCompleted(volume=act.volume),)


def waste(asked: Asked, act: acts.WasteDrug) -> Answer:
    """What was drawn and not given, poured away before a second person's eyes."""
    if asked.session.started is None or asked.session.state in IN_THE_DRUG:
        return refuse("Waste is recorded when the drug has ended.")
    if act.amount.unit != "mg" or act.amount.value <= 0:
        return refuse(f"{act.amount} cannot be wasted: waste is more than nothing, in mg.")
    if act.witness.id == asked.by.id:
        return refuse("This waste needs a second person. It is not recorded.")
    start = asked.session.started.fact
    assert isinstance(start, facts.InfusionStarted)
    had = given(asked.session, asked.at)
    poured = sum((w.fact.amount.value for w in asked.session.wasted), Decimal(0))  # type: ignore[attr-defined]
    left = start.drawn.value - had.low.value - poured
    tolerance = asked.limit("waste_tolerance").value
    if act.amount.value > left + tolerance:
        return refuse(
            f"{act.amount} cannot be wasted: at most {Quantity(left, 'mg').rounded(TENTH)} is left."
        )
    return (facts.DrugWasted(amount=act.amount, witness=act.witness),)


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.StartInfusion: start,
    acts.ChangeRate: change_rate,
    acts.PauseInfusion: pause,
    acts.ResumeInfusion: resume,
    acts.StopInfusion: stop,
    acts.ConfirmPump: confirm_pump,
    acts.CompleteInfusion: complete,
    acts.WasteDrug: waste,
}
