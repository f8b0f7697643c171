"""How much was given: the integral of the recorded rates, a range while nobody has seen the pump, and no more."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given as example
from hypothesis import strategies as st

from dayspring.therapy import acts, facts
from dayspring.therapy.given import expected_end, given, unaccounted
from dayspring.therapy.session import fold
from tests.people import ADA, NINE, SAM, SESSION, Chart, monitoring, prepared, pressure, q, running

BAG = Decimal(100)


def had(chart: Chart) -> tuple[Decimal, Decimal]:
    now = given(chart.session, chart.at)
    return now.low.value, now.high.value


def test_nothing_is_given_before_the_start():
    assert had(prepared()) == (0, 0) and given(prepared().session, NINE).known


def test_ten_minutes_at_150_ml_an_hour_are_25_ml_and_10_mg():
    now = given(running().session, running().at + timedelta(minutes=10))
    assert (now.volume_low, now.low) == (q(25, "mL"), q(10, "mg")) and now.known


def test_the_whole_bag_is_the_whole_dose_and_not_a_drop_more():
    chart = running().later(minutes=40)
    assert had(chart) == (40, 40)
    assert had(chart.later(hours=9)) == (40, 40)


@pytest.mark.hazard("H13")
def test_an_unseen_stop_is_a_range_that_grows_until_somebody_looks():
    chart = running().later(minutes=10)
    chart.do(acts.StopInfusion(session=SESSION))
    assert had(chart.later(minutes=2)) == (10, 12)
    assert had(chart.later(minutes=2)) == (10, 14)
    chart.do(acts.ConfirmPump(session=SESSION))
    assert had(chart.later(minutes=30)) == (10, 14)


@pytest.mark.hazard("H13")
def test_what_a_person_reads_from_the_display_ends_the_range():
    chart = running().later(minutes=10)
    chart.do(acts.StopInfusion(session=SESSION))
    chart.later(minutes=4).do(acts.ConfirmPump(session=SESSION, volume=q("27.5", "mL")))
    now = given(chart.session, chart.at)
    assert now.known and now.low == q("11", "mg")
    assert had(chart.later(hours=1)) == (11, 11)


def test_the_range_never_exceeds_what_was_drawn():
    chart = running().later(minutes=39)
    chart.do(acts.StopInfusion(session=SESSION))
    assert had(chart.later(hours=5)) == (39, 40)


def test_a_pause_gives_nothing_once_it_is_seen_and_a_resume_goes_on():
    chart = running().later(minutes=10)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.do(acts.ConfirmPump(session=SESSION))
    assert had(chart.later(minutes=8)) == (10, 10)
    chart.do(pressure(124, 80, rest=False))
    chart.do(acts.ResumeInfusion(session=SESSION, rate=q(75, "mL/h")))
    assert had(chart.later(minutes=10)) == (15, 15)


def test_a_stop_of_a_pause_that_was_seen_adds_nothing():
    chart = running().later(minutes=10)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.do(acts.ConfirmPump(session=SESSION))
    chart.later(minutes=20).do(acts.StopInfusion(session=SESSION))
    chart.later(minutes=5).do(acts.ConfirmPump(session=SESSION))
    assert had(chart) == (10, 10)
    assert chart.session.last_drug_at == running().at + timedelta(minutes=10)


def test_a_stop_of_a_pause_that_nobody_saw_counts_from_the_pause_to_the_look():
    chart = running().later(minutes=10)
    chart.do(acts.PauseInfusion(session=SESSION))
    chart.later(minutes=3).do(acts.StopInfusion(session=SESSION))
    chart.later(minutes=1).do(acts.ConfirmPump(session=SESSION))
    assert had(chart) == (10, 14)
    assert chart.session.last_drug_at == chart.at


def test_a_changed_rate_counts_from_its_moment():
    chart = running().later(minutes=10)
    chart.do(acts.ChangeRate(session=SESSION, rate=q(75, "mL/h")))
    assert had(chart.later(minutes=10)) == (15, 15)


def test_the_expected_end_follows_the_rate_and_is_unknown_unless_running():
    chart = running().later(minutes=10)
    assert expected_end(chart.session, chart.at) == timedelta(minutes=30)
    chart.do(acts.ChangeRate(session=SESSION, rate=q(75, "mL/h")))
    assert expected_end(chart.session, chart.at) == timedelta(minutes=60)
    chart.do(acts.PauseInfusion(session=SESSION))
    assert expected_end(chart.session, chart.at) is None
    assert expected_end(prepared().session, NINE) is None


def test_what_is_neither_given_nor_poured_away_is_unaccounted_for():
    chart = running().later(minutes=10)
    assert unaccounted(prepared().session, NINE) is None
    chart.do(acts.StopInfusion(session=SESSION))
    chart.do(acts.ConfirmPump(session=SESSION))
    assert unaccounted(chart.session, chart.at) == q(30, "mg")
    chart.do(acts.WasteDrug(session=SESSION, amount=q("29.5", "mg"), witness=SAM))
    assert unaccounted(chart.session, chart.at) == q("0.5", "mg")


def test_the_display_of_the_last_flow_is_not_lost_to_a_bag_that_ran_out():
    assert had(monitoring()) == (40, 40)


# Any course of an infusion ----------------------------------------------------------------------------

SECONDS = st.integers(0, 3000)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["rate", "pause", "resume", "stop", "confirm", "confirm volume", "complete"]),
        SECONDS,
        st.integers(1, 1500),
    ),
    max_size=12,
)


def told(steps: list[tuple[str, int, int]]) -> list[facts.Stamped]:
    """An infusion of 40 mg in 100 mL and whatever came after, legal or not, as chart lines."""
    at = NINE
    lines: list[facts.Stamped] = []

    def add(fact: facts.Fact) -> None:
        lines.append(facts.Stamped(fact=fact, number=len(lines) + 1, happened_at=at, recorded_at=at, by=ADA,
                                   session=SESSION))  # fmt: skip

    add(facts.CheckedIn(order_id="o"))
    add(facts.InfusionStarted(order_id="o", bound="", rate=q(150, "mL/h"), concentration=q("0.4", "mg/mL"),
                              drawn=q(40, "mg"), dose=q(40, "mg")))  # fmt: skip
    read = Decimal(0)
    for word, seconds, number in steps:
        at += timedelta(seconds=seconds)
        rate = q(str(Decimal(number) / 10), "mL/h")
        read = max(read, min(BAG, Decimal(number) / 15))
        match word:
            case "rate":
                add(facts.RateChanged(rate=rate))
            case "pause":
                add(facts.InfusionPaused(reason=""))
            case "resume":
                add(facts.InfusionResumed(rate=rate))
            case "stop":
                add(facts.InfusionStopped(reason=""))
            case "confirm":
                add(facts.PumpConfirmed())
            case "confirm volume":
                add(facts.PumpConfirmed(volume=q(str(read), "mL")))
            case "complete":
                add(facts.InfusionCompleted())
    return lines


@example(STEPS, SECONDS)
def test_whatever_happens_the_low_end_is_at_most_the_high_end_and_that_is_at_most_what_was_drawn(steps, more):
    lines = told(steps)
    session = fold(lines, SESSION)
    for after in (0, more, 90000):
        now = given(session, lines[-1].happened_at + timedelta(seconds=after))
        assert 0 <= now.low.value <= now.high.value <= 40
        assert 0 <= now.volume_low.value <= now.volume_high.value <= 100


@example(STEPS, SECONDS, SECONDS)
def test_what_was_given_is_never_taken_back_by_time_alone(steps, more, still_more):
    steps = [step for step in steps if step[0] != "confirm volume"]
    lines = told(steps)
    session = fold(lines, SESSION)
    first = lines[1].happened_at
    earlier = given(session, first + timedelta(seconds=more))
    later = given(session, first + timedelta(seconds=more + still_more))
    assert earlier.low.value <= later.low.value and earlier.high.value <= later.high.value


@example(st.integers(1, 2399), st.integers(1, 2399))
def test_two_parts_of_an_infusion_are_as_much_as_the_whole(one, other):
    """Changing the rate to the same rate at any two moments changes nothing."""
    begun = NINE
    parts = sorted({one, other})
    steps = [("rate", s - p, 1500) for s, p in zip(parts, [0, *parts], strict=False)]
    whole, cut = fold(told([]), SESSION), fold(told(steps), SESSION)
    end = begun + timedelta(seconds=2400)
    microlitre = Decimal("0.001")
    assert given(whole, end).volume_low.rounded(microlitre) == given(cut, end).volume_low.rounded(microlitre)
    assert given(cut, end).low.rounded(microlitre) == q(40, "mg")


@example(st.integers(1, 2399))
def test_two_half_infusions_with_a_seen_pause_between_equal_one_whole(seconds):
    steps = [("pause", seconds, 1), ("confirm", 0, 1), ("resume", 600, 1500)]
    session = fold(told(steps), SESSION)
    end = NINE + timedelta(seconds=2400 + 600)
    low, high = (
        amount.rounded(Decimal("0.001")) for amount in (given(session, end).low, given(session, end).high)
    )
    assert low == high == q(40, "mg")


@example(STEPS)
def test_once_the_last_flow_was_seen_to_end_the_amount_stands_for_ever(steps):
    lines = told([*steps, ("stop", 5, 1), ("confirm", 9, 1), ("complete", 1, 1)])
    session = fold(lines, SESSION)
    end = lines[-1].happened_at
    assert session.last_drug_at is not None
    assert given(session, end) == given(session, end + timedelta(days=1))
