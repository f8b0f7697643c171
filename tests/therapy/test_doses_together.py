"""Doses beside one another: intervals, weeks and four weeks, past and signed, by every route (H09)."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dayspring.knowledge import library
from dayspring.therapy.orders import AnyOrder, DoseAt, order_dict, order_from
from tests.therapy.ordering import PLANNED, Wish, amount, drafted, kinds, ordered, plain_order, said_of

pytestmark = pytest.mark.hazard("H09")
USUAL = Wish()


@pytest.fixture
def europe():
    return replace(library(), jurisdiction="EU")


def dose(hours: int, mg: object = 34, route: str = "iv", drug: str = "ketamine", **more: object) -> DoseAt:
    at = PLANNED + timedelta(hours=hours)
    return DoseAt(at=at, route=route, drug=drug, dose=amount(mg, "mg"), **more)


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


# Every route -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "other", "hours", "rule"),
    [
        ("infusion", dose(-47, 34, "im"), 47, "iv_interval"),
        ("injection", dose(-47, 34), 47, "im_interval"),
        ("infusion", dose(-71, 100, "sl"), 71, "sl_interval"),
        ("tablets", dose(71, 34), 71, "sl_interval"),
        ("tablets", dose(-72, 34), 72, None),
        ("spray", dose(-23, 56, "in", "esketamine"), 23, "esk_interval"),
        ("spray", dose(-24, 56, "in", "esketamine"), 24, None),
        ("spray", dose(-71, 34), 71, "switch_interval"),
        ("infusion", dose(71, 56, "in", "esketamine"), 71, "switch_interval"),
        ("infusion", dose(-72, 56, "in", "esketamine"), 72, None),
    ],
)
def test_between_two_routes_the_stricter_interval_holds(kind, other, hours, rule):
    known = {"last_doses": [other]} if other.at < PLANNED else {"committed": [other]}
    found = [f for f in said_of(plain_order(kind), **known) if f.rule.endswith("_interval")]
    assert [f.rule for f in found] == ([rule] if rule else [])
    assert all(f.kind == "BLOCK" and f"{hours} h" in f.says for f in found)


def test_a_protocol_with_a_longer_interval_of_its_own_keeps_it():
    """Anxiety is dosed 72 hours apart, depression under the skin 48."""
    before = [dose(-60, 34, "sc", protocol="sc_anxiety")]
    found = said_of(ordered("sc_depression", mg_per_kg="0.5"), last_doses=before)
    assert kinds(found)["sc_anxiety_interval"] == "BLOCK"


def test_under_european_law_two_sprays_on_following_days_are_stopped(europe):
    yesterday = [dose(-24, 56, "in", "esketamine")]
    found = said_of(plain_order("spray"), last_doses=yesterday, knowledge=europe)
    assert kinds(found)["esk_interval_eu"] == "BLOCK"


def test_a_third_dose_in_a_week_is_stopped_when_one_of_them_lies_under_the_tongue():
    """Two a week is the most under the tongue; three is the most into a vein."""
    found = said_of(plain_order("tablets"), last_doses=[dose(-80, 34)], committed=[dose(75, 34)])
    assert kinds(found)["sl_doses_in_week"] == "BLOCK"
    found = said_of(drafted(USUAL), last_doses=[dose(-80, 34)], committed=[dose(75, 34)])
    assert "doses_in_week" not in kinds(found)


def test_a_ninth_home_dose_in_four_weeks_is_stopped():
    past = [dose(-80 * n, 100, "sl", setting="home") for n in range(1, 9)]
    found = said_of(plain_order("tablets"), last_doses=past)
    assert kinds(found)["home_doses_in_month"] == "BLOCK"
    assert "home_doses_in_month" not in kinds(said_of(plain_order("tablets"), last_doses=past[:7]))


def test_the_twenty_seventh_dose_in_a_year_is_reviewed():
    past = [dose(-24 * 13 * n) for n in range(1, 27)]
    assert kinds(said_of(drafted(USUAL), last_doses=past))["doses_in_year"] == "REVIEW"
    assert "doses_in_year" not in kinds(said_of(drafted(USUAL), last_doses=past[:25]))


# Long infusions -----------------------------------------------------------------------------------------


def daily(hours: int, protocol: str = "iv_crps_ten_days") -> DoseAt:
    return dose(hours, 95, protocol=protocol)


def one_of_ten(**changed: str) -> AnyOrder:
    texts = {"speed_per_kg": "0.35", "lasting": "4", "bag_dose": "100", "bag_volume": "100"}
    return ordered("iv_crps_ten_days", **{**texts, **changed})


def test_ten_days_of_four_hours_are_let_through_and_an_eleventh_is_stopped():
    past = [daily(-24 * n) for n in range(1, 10)]
    assert not [f for f in said_of(one_of_ten(), last_doses=past) if f.kind == "BLOCK"]
    more = said_of(one_of_ten(), last_doses=[*past, daily(-240)])
    assert kinds(more)["crps_ten_days"] == "BLOCK"


def test_a_second_series_begins_twelve_weeks_after_the_first():
    series = [daily(-24 * n) for n in range(70, 80)]
    assert kinds(said_of(one_of_ten(), last_doses=series))["crps_ten_days"] == "BLOCK"
    series = [daily(-24 * n) for n in range(84, 94)]
    assert "crps_ten_days" not in kinds(said_of(one_of_ten(), last_doses=series))


def test_an_infusion_for_pain_beside_one_for_depression_keeps_the_limits_of_both():
    found = said_of(drafted(USUAL), last_doses=[daily(-72), daily(-96), daily(-120)])
    assert {"doses_in_week", "dose_per_kg_in_week"} <= set(kinds(found))


def test_the_interval_after_an_infusion_of_days_counts_from_its_end():
    runs = dose(-120, 2112, protocol="iv_pain", until=PLANNED - timedelta(hours=24))
    found = [f for f in said_of(drafted(USUAL), last_doses=[runs]) if f.rule == "pain_interval"]
    assert found
    assert "24 h" in found[0].says


SHARE = {"iv": Fraction(1), "sl": Fraction(3, 10), "im": Fraction(93, 100)}
APART = {"iv": 48, "sl": 72, "im": 48}
WEEKS = ((160, 3, 3, 2), (664, 12, 12, 8))


def within_limits(doses: list[DoseAt], at: datetime, weight: Fraction) -> bool:
    """By brute force: every stretch that starts on any hour and holds `at` keeps its count and its amount."""
    for hours, most, most_per_kg, most_with_tablets in WEEKS:
        for back in range(hours):
            first = at - timedelta(hours=back)
            inside = [d for d in doses if first <= d.at < first + timedelta(hours=hours)]
            drug = sum((Fraction(str(d.dose.value)) * SHARE[d.route] for d in inside), Fraction(0))
            few = most_with_tablets if any(d.route == "sl" for d in inside) else most
            if len(inside) > few or drug / weight > most_per_kg:
                return False
    ours = next(d for d in doses if d.at == at)
    return all(
        abs(d.at - at) >= timedelta(hours=max(APART[d.route], APART[ours.route]))
        for d in doses
        if d is not ours
    )


class OneLedger(RuleBasedStateMachine):
    """Signing, giving, voiding, doses elsewhere, restarts, by three routes: what was let through keeps the limits."""

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

    def _allowed(self, order: AnyOrder, at: datetime, but: int = -1) -> bool:
        coming = self._coming(but)
        found = said_of(order, last_doses=self.given, committed=coming, at=at)
        allowed = all(finding.kind != "BLOCK" for finding in found)
        if allowed:
            ours = DoseAt(at=at, route=order.route, drug="ketamine", dose=order.dose)
            assert within_limits([ours, *self.given, *coming], at, Fraction(self.weight))
            self.let_through += 1
        return allowed

    def _sign(self, order: AnyOrder, at: datetime) -> None:
        if self._allowed(order, at):
            self.number += 1
            self.signed[self.number] = order_dict(order)

    @rule(hours=st.integers(0, 400), mg_per_kg=st.sampled_from(["0.5", "0.75", "1", "1.25", "1.5"]))
    def sign(self, hours, mg_per_kg):
        at = self.now + timedelta(hours=hours)
        wish = Wish(weight=self.weight, mg_per_kg=mg_per_kg, minutes="60")
        self._sign(drafted(wish, planned_for=at, not_after=at.date() + timedelta(days=3)), at)

    @rule(hours=st.integers(0, 400), mg_per_kg=st.sampled_from(["0.5", "1", "1.5"]))
    def sign_an_injection(self, hours, mg_per_kg):
        at = self.now + timedelta(hours=hours)
        order = ordered("im_depression", weight=self.weight, mg_per_kg=mg_per_kg, planned_for=at)
        self._sign(order, at)

    @rule(hours=st.integers(0, 400), asked=st.sampled_from(["50", "200", "300"]))
    def sign_tablets(self, hours, asked):
        at = self.now + timedelta(hours=hours)
        self._sign(ordered("sl_clinic_depression", weight=self.weight, asked=asked, planned_for=at), at)

    @precondition(lambda self: self.signed)
    @rule(pick=st.integers(0, 9), late=st.integers(0, 80))
    def start(self, pick, late):
        key = sorted(self.signed)[pick % len(self.signed)]
        order = order_from(self.signed[key])
        at = max(self.now, order.planned_for + timedelta(hours=late))
        if self._allowed(order, at, but=key):
            self.now = at
            del self.signed[key]
            self.given.append(DoseAt(at=at, route=order.route, drug="ketamine", dose=order.dose))

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
    assert not within_limits([dose(0), *coming], PLANNED, Fraction(68))
