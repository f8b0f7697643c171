"""Acts on the course: referral, what was sent online, intake, weight, PHQ-9."""

from __future__ import annotations

from collections.abc import Callable

from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act
from dayspring.therapy.asked import Answer, Asked, refuse, refuse_all
from dayspring.therapy.intake import read_answers
from dayspring.therapy.plausible import judged
from dayspring.therapy.scoring import PHQ9_ITEMS, PHQ9_TOP


def receive_referral(asked: Asked, act: acts.ReceiveReferral) -> Answer:
    if not act.referrer.strip() or not act.reason.strip():
        return refuse("A referral needs who refers and why.")
    return (facts.ReferralReceived(referrer=act.referrer, reason=act.reason, goals=act.goals),)


def take_pre_screen(asked: Asked, act: acts.TakePreScreen) -> Answer:
    """What was sent is kept as it was sent; no rule reads it."""
    if act.sent_at > asked.recorded_at:
        return refuse("It cannot have been sent later than now.")
    return (facts.PreScreenReceived(answers=dict(act.answers), sent_at=act.sent_at),)


def answer_intake(asked: Asked, act: acts.AnswerIntake) -> Answer:
    """All of it is read, or nothing: every fault is named by its place."""
    faults = read_answers(act.answers, asked.knowledge).faults
    return refuse_all(faults) if faults else (facts.IntakeAnswered(answers=dict(act.answers)),)


def measure_weight(asked: Asked, act: acts.MeasureWeight) -> Answer:
    values: dict[str, Quantity] = {"weight": act.weight}
    if act.height is not None:
        values["height"] = act.height
    refused, _marks = judged(values, asked.knowledge)
    if refused:
        return refuse_all(refused)
    last = asked.course.weight
    limit = asked.limit("weight_change_second_reading")
    if last is not None and isinstance(last.fact, facts.WeightMeasured) and not act.again:
        before = last.fact.weight
        change = Quantity(abs(act.weight.value - before.value) / before.value * 100, "%")
        if not limit.allows(change):
            return refuse(
                f"The weight was {before} and is now {act.weight}, a change of more than {limit}. "
                f"Weigh again, and say that it was measured twice."
            )
    return (facts.WeightMeasured(weight=act.weight, height=act.height),)


def answer_phq9(asked: Asked, act: acts.AnswerPhq9) -> Answer:
    if len(act.items) != PHQ9_ITEMS:
        return refuse(f"PHQ-9 has {PHQ9_ITEMS} items; {len(act.items)} were answered.")
    for place, item in enumerate(act.items, 1):
        if item is not None and not 0 <= item <= PHQ9_TOP:
            return refuse(f"Item {place} is {item}; it runs from 0 to {PHQ9_TOP}.")
    return (facts.Phq9Answered(items=act.items),)


DECIDERS: dict[type[Act], Callable[..., Answer]] = {
    acts.ReceiveReferral: receive_referral,
    acts.TakePreScreen: take_pre_screen,
    acts.AnswerIntake: answer_intake,
    acts.MeasureWeight: measure_weight,
    acts.AnswerPhq9: answer_phq9,
}
