"""What stands about one patient outside a session: intake, weight, consent, plan, orders, doses had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dayspring.quantities import plain
from dayspring.therapy import facts
from dayspring.therapy.facts import Stamped
from dayspring.therapy.scoring import phq9


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStanding:
    """One order and all that happened to it."""

    signed: Stamped
    checked: Stamped | None = None
    failed: Stamped | None = None
    voided: Stamped | None = None
    used_in: str = ""

    @property
    def order(self) -> facts.OrderSigned:
        assert isinstance(self.signed.fact, facts.OrderSigned)
        return self.signed.fact

    @property
    def is_checked(self) -> bool:
        """Whether a second person's entry agreed with exactly this content, and nothing undid it since."""
        return (
            self.voided is None
            and self.checked is not None
            and isinstance(self.checked.fact, facts.OrderChecked)
            and self.checked.fact.bound == self.order.bound
            and (self.failed is None or self.failed.number < self.checked.number)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseHad:
    """A dose begun in a session; what came of it is in that session's own fold."""

    session: str
    started: Stamped

    @property
    def ordered(self) -> facts.InfusionStarted:
        assert isinstance(self.started.fact, facts.InfusionStarted)
        return self.started.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """A question put outside, and the newest answer."""

    asked: Stamped
    answered: Stamped | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The fold of everything outside the sessions, with the list of sessions and their doses."""

    referral: Stamped | None = None
    answers: Mapping[str, object] = field(default_factory=dict)
    answered: Mapping[str, Stamped] = field(default_factory=dict)
    weights: tuple[Stamped, ...] = ()
    vitals: tuple[Stamped, ...] = ()
    phq9: tuple[Stamped, ...] = ()
    pre_screen: Stamped | None = None
    screening: tuple[Stamped, ...] = ()
    reviews: tuple[Stamped, ...] = ()
    clearances: Mapping[str, Clearance] = field(default_factory=dict)
    pdmp: tuple[Stamped, ...] = ()
    consents: tuple[Stamped, ...] = ()
    withdrawn: tuple[Stamped, ...] = ()
    plan: Stamped | None = None
    judgements: tuple[Stamped, ...] = ()
    orders: Mapping[str, OrderStanding] = field(default_factory=dict)
    bookings: Mapping[str, Stamped] = field(default_factory=dict)
    doses: tuple[DoseHad, ...] = ()
    refusals: tuple[Stamped, ...] = ()

    @property
    def weight(self) -> Stamped | None:
        return self.weights[-1] if self.weights else None

    @property
    def told(self) -> Mapping[str, object]:
        """What screening is told: the answers of the intake, and what was measured instead of said."""
        measured: dict[str, object] = {}
        if self.weight is not None and isinstance(self.weight.fact, facts.WeightMeasured):
            measured["weight"] = plain(self.weight.fact.weight.value)
            if self.weight.fact.height is not None:
                measured["height"] = plain(self.weight.fact.height.value)
        if self.phq9 and isinstance(self.phq9[-1].fact, facts.Phq9Answered):
            total = phq9(self.phq9[-1].fact.items)
            if total is not None:
                measured["phq9_total"] = total
        if self.pdmp:
            measured["pdmp_checked"] = "yes"
        return {**self.answers, **measured}

    @property
    def decision(self) -> facts.ScreeningDecided | None:
        """The newest screening decision; None when nobody has decided."""
        if not self.screening:
            return None
        fact = self.screening[-1].fact
        return fact if isinstance(fact, facts.ScreeningDecided) else None

    @property
    def review(self) -> facts.ScreeningReviewed | None:
        """The newest second opinion on the newest decision; None when nobody has looked at that one."""
        if not self.screening:
            return None
        newest = self.screening[-1].number
        for line in reversed(self.reviews):
            if isinstance(line.fact, facts.ScreeningReviewed) and line.fact.decided == newest:
                return line.fact
        return None

    @property
    def reevaluated(self) -> facts.Reevaluated | None:
        """The newest judgement whether to go on that came after the newest plan; None when there is none."""
        if not self.judgements or (self.plan and self.judgements[-1].number < self.plan.number):
            return None
        fact = self.judgements[-1].fact
        return fact if isinstance(fact, facts.Reevaluated) else None

    @property
    def reevaluate_on(self) -> date | None:
        """The day after which no drug is ordered until somebody judges whether to go on; None when none is set."""
        if self.reevaluated is not None:
            return self.reevaluated.next_on
        planned = self.plan.fact if self.plan else None
        return planned.reevaluate_on if isinstance(planned, facts.RegimenPlanned) else None


def fold(lines: Iterable[Stamped]) -> Course:
    """The course as its standing lines tell it. Never raises; a line about an unknown order is passed over."""
    answers: dict[str, object] = {}
    answered: dict[str, Stamped] = {}
    shelves: dict[str, list[Stamped]] = {}
    orders: dict[str, OrderStanding] = {}
    clearances: dict[str, Clearance] = {}
    bookings: dict[str, Stamped] = {}
    doses: list[DoseHad] = []
    single: dict[str, Stamped] = {}
    for line in lines:
        match line.fact:
            case facts.ReferralReceived():
                single["referral"] = line
            case facts.IntakeAnswered(answers=said):
                answers.update(said)
                answered.update(dict.fromkeys(said, line))
            case facts.PreScreenReceived():
                single["pre_screen"] = line
            case facts.RegimenPlanned():
                single["plan"] = line
            case facts.ClearanceAsked(clearance_id=key):
                clearances[key] = Clearance(asked=line)
            case facts.ClearanceAnswered(clearance_id=key) if key in clearances:
                clearances[key] = replace(clearances[key], answered=line)
            case facts.SessionBooked():
                bookings[line.session] = line
            case facts.InfusionStarted(order_id=order_id):
                doses.append(DoseHad(session=line.session, started=line))
                if order_id in orders:
                    orders[order_id] = replace(orders[order_id], used_in=line.session)
            case facts.OrderSigned(order_id=order_id):
                orders[order_id] = OrderStanding(signed=line)
            case facts.OrderChecked() | facts.OrderCheckFailed() | facts.OrderVoided():
                _order_line(orders, line)
            case facts.VitalsTaken() if line.session:
                pass
            case _ if shelf := SHELVES.get(type(line.fact)):
                shelves.setdefault(shelf, []).append(line)
    return Course(
        answers=answers,
        answered=answered,
        orders=orders,
        bookings=bookings,
        doses=tuple(doses),
        clearances=clearances,
        pre_screen=single.get("pre_screen"),
        referral=single.get("referral"),
        plan=single.get("plan"),
        **{shelf: tuple(kept) for shelf, kept in shelves.items()},
    )


SHELVES: dict[type[facts.Fact], str] = {
    facts.WeightMeasured: "weights",
    facts.VitalsTaken: "vitals",
    facts.Phq9Answered: "phq9",
    facts.ScreeningDecided: "screening",
    facts.ScreeningReviewed: "reviews",
    facts.PdmpChecked: "pdmp",
    facts.ConsentSigned: "consents",
    facts.ConsentWithdrawn: "withdrawn",
    facts.Reevaluated: "judgements",
    facts.ActRefused: "refusals",
}


def _order_line(orders: dict[str, OrderStanding], line: Stamped) -> None:
    match line.fact:
        case facts.OrderChecked(order_id=order_id) if order_id in orders:
            orders[order_id] = replace(orders[order_id], checked=line)
        case facts.OrderCheckFailed(order_id=order_id) if order_id in orders:
            orders[order_id] = replace(orders[order_id], failed=line)
        case facts.OrderVoided(order_id=order_id) if order_id in orders:
            orders[order_id] = replace(orders[order_id], voided=line)
