"""Doses beside one another: intervals, weeks and four weeks, past and signed, by every route (H09)."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dayspring.therapy.orders import DoseAt, Order, order_dict, order_from
from tests.therapy.ordering import PLANNED, Wish, amount, drafted, kinds, said_of

pytestmark = pytest.mark.hazard("H09")
USUAL = Wish()


def dose(hours: int, mg: object = 34, route: str = "iv", drug: str = "ketamine") -> DoseAt:
    return DoseAt(at=PLANNED + timedelta(hours=hours), route=route, drug=drug, dose=amount(mg, "mg"))


@pytest.mark.parametrize(("hours", "kind"), [(-47, "BLOCK"), (-48, None), (47, "BLOCK"), (48, None)])
def test_the_interval_holds_before_and_after(hours, kind):
    past, coming = ([dose(hours)], []) if hours < 0 else ([], [dose(hours)])
    found = said_of(drafted(USUAL), last_doses=past, committed=coming)
    assert kinds(found).get("iv_interval") == kind


def test_a_fourth_dose_in_a_week_is_stopped_even_when_the_others_are_still_to_come():
    coming = [dose(49), dose(98), dose(147)]
    assert kinds(said_of(drafted(USUAL), committed=coming))["doses_in_week"] == "BLOCK"
    assert "doses_in_week" not in kinds(said_of(drafted(USUAL), committed=coming[:2]))


def test_doses_on_both_sides_are_counted_together():
    found = said_of(drafted(USUAL), last_doses=[dose(-72), dose(-50)], committed=[dose(50)])
    assert kinds(found)["doses_in_week"] == "BLOCK"


def test_a_dose_by_another_route_counts_in_the_week():
    home = [dose(-72, 450, "sl"), dose(-120, 300, "sl")]
    alone = said_of(drafted(USUAL), last_doses=home)
    assert kinds(alone)["dose_per_kg_in_week"] == "BLOCK"
    assert "dose_per_kg_in_week" not in kinds(said_of(drafted(USUAL), last_doses=home[:1]))


def test_a_dose_by_an_unknown_route_counts_whole():
    found = said_of(drafted(USUAL), last_doses=[dose(-72, 171, "unknown", "unknown")])
    assert kinds(found)["dose_per_kg_in_week"] == "BLOCK"


def test_a_thirteenth_dose_in_four_weeks_is_stopped():
    past = [dose(-54 * n) for n in range(1, 13)]
    assert kinds(said_of(drafted(USUAL), last_doses=past)) == {"doses_in_month": "BLOCK"}
    assert said_of(drafted(USUAL), last_doses=past[:11]) == ()


@pytest.mark.parametrize(
    ("before", "mg_per_kg", "rule"),
    [
        (None, "0.5", None),
        (None, "0.6", "iv_dose_per_kg_first"),
        ("34", "0.75", None),
        ("34", "0.8", "iv_dose_per_kg_step"),
        ("68", "0.5", "iv_dose_per_kg_step"),
    ],
)
def test_a_first_dose_starts_low_and_a_later_one_moves_by_one_step(before, mg_per_kg, rule):
    past = [dose(-72, before)] if before else []
    found = kinds(said_of(drafted(replace(USUAL, mg_per_kg=mg_per_kg)), last_doses=past))
    assert {key for key in found if key.startswith(("iv_dose_per_kg_first", "iv_dose_per_kg_step"))} == (
        {rule} if rule else set()
    )


SHARE = {"iv": Fraction(1), "sl": Fraction(3, 10), "im": Fraction(93, 100)}
WEEKS = ((160, 3, 3), (664, 12, 12))


def within_limits(doses: list[DoseAt], at: datetime, weight: Fraction) -> bool:
    """By brute force: every stretch that starts on any hour and holds `at` keeps its count and its amount."""
    for hours, most, most_per_kg in WEEKS:
        for back in range(hours):
            first = at - timedelta(hours=back)
            inside = [d for d in doses if first <= d.at < first + timedelta(hours=hours)]
            drug = sum((Fraction(str(d.dose.value)) * SHARE[d.route] for d in inside), Fraction(0))
            if len(inside) > most or drug / weight > most_per_kg:
                return False
    near = [d for d in doses if abs(d.at - at) < timedelta(hours=48)]
    return len(near) <= 1


class OneLedger(RuleBasedStateMachine):
    """Signing, giving, voiding, doses elsewhere, restarts: what was let through keeps the limits."""

    @initialize(weight=st.sampled_from(["52", "68", "91.5"]))
    def begin(self, weight):
        self.weight, self.now = weight, PLANNED
        self.given: list[DoseAt] = []
        self.signed: dict[int, dict[str, object]] = {}
        self.let_through = 0
        self.number = 0

    def _coming(self, but: int = -1) -> list[DoseAt]:
        orders = [order_from(written) for key, written in self.signed.items() if key != but]
        return [
            DoseAt(at=max(o.planned_for, self.now), route=o.route, drug=o.drug, dose=o.dose) for o in orders
        ]

    def _allowed(self, order: Order, at: datetime, but: int = -1) -> bool:
        coming = self._coming(but)
        found = said_of(order, last_doses=self.given, committed=coming, at=at)
        allowed = all(finding.kind != "BLOCK" for finding in found)
        if allowed:
            ours = DoseAt(at=at, route="iv", drug="ketamine", dose=order.dose)
            assert within_limits([*self.given, *coming, ours], at, Fraction(self.weight))
            self.let_through += 1
        return allowed

    @rule(hours=st.integers(0, 400), mg_per_kg=st.sampled_from(["0.5", "0.75", "1", "1.25", "1.5"]))
    def sign(self, hours, mg_per_kg):
        at = self.now + timedelta(hours=hours)
        wish = Wish(weight=self.weight, mg_per_kg=mg_per_kg, minutes="60")
        order = drafted(wish, planned_for=at, not_after=at.date() + timedelta(days=3))
        if self._allowed(order, at):
            self.number += 1
            self.signed[self.number] = order_dict(order)

    @precondition(lambda self: self.signed)
    @rule(pick=st.integers(0, 9), late=st.integers(0, 80))
    def start(self, pick, late):
        key = sorted(self.signed)[pick % len(self.signed)]
        order = order_from(self.signed[key])
        at = max(self.now, order.planned_for + timedelta(hours=late))
        if self._allowed(order, at, but=key):
            self.now = at
            del self.signed[key]
            self.given.append(DoseAt(at=at, route="iv", drug="ketamine", dose=order.dose))

    @rule(route=st.sampled_from(["sl", "im"]), mg=st.integers(10, 300))
    def dose_elsewhere(self, route, mg):
        self.given.append(DoseAt(at=self.now, route=route, drug="ketamine", dose=amount(mg, "mg")))

    @precondition(lambda self: self.signed)
    @rule(pick=st.integers(0, 9))
    def void(self, pick):
        del self.signed[sorted(self.signed)[pick % len(self.signed)]]

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        self.signed = {k: w for k, w in self.signed.items() if order_from(w).not_after >= self.now.date()}

    @rule()
    def restart(self):
        self.signed = {key: order_dict(order_from(written)) for key, written in self.signed.items()}
        self.given = list(reversed(self.given))

    @invariant()
    def the_ledger_is_never_lost(self):
        assert all(d.at <= self.now for d in getattr(self, "given", []))


OneLedger.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestOneLedger = OneLedger.TestCase


def test_the_ledger_that_looks_only_backward_is_caught_by_the_brute_force():
    """Without the coming doses the fourth dose is let through, and the brute force sees it."""
    coming = [dose(49), dose(98), dose(147)]
    blind = said_of(drafted(USUAL), committed=())
    assert all(finding.kind != "BLOCK" for finding in blind)
    assert not within_limits([*coming, dose(0)], PLANNED, Fraction(68))
