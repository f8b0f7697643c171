"""A series keeps its distance, lies on open days and ends in a day of judging; past answers are read as they stand."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.quantities import Quantity, span
from dayspring.therapy import acts, course, facts
from dayspring.therapy.facts import Stamped
from dayspring.therapy.next_step import next_step
from dayspring.therapy.regimen import (
    WORKING,
    faults,
    judged_after,
    judged_on,
    lay_out,
    least_days,
    phase_named,
    phases_of,
)
from dayspring.therapy.response import response
from tests.people import BOATENG, NINE, Chart, decided, ordered, q

THURSDAY = date(2026, 11, 26)
KNOWN = library()
DEPRESSION = "iv_depression"


def days(*numbers: int, first: date = THURSDAY) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in numbers)


# Laying out -------------------------------------------------------------------------------------------


def test_an_induction_into_a_vein_is_laid_out_twice_a_week_from_its_first_day():
    series = lay_out(DEPRESSION, KNOWN, first=date(2026, 11, 30), phase="induction")
    assert series.dates == days(0, 3, 7, 10, 14, 17, first=date(2026, 11, 30))
    # The mid-point is judged before session 4, after session 3; the end within a week of the last session.
    assert series.decide_on == (date(2026, 12, 10), date(2026, 12, 24))
    assert series.reevaluate_on == date(2026, 12, 24)


def test_a_whole_course_goes_from_twice_a_week_to_every_three_weeks_and_counts_on():
    series = lay_out(DEPRESSION, KNOWN, first=THURSDAY)
    named = [slot.phase for slot in series.slots]
    assert list(dict.fromkeys(named)) == ["induction", "weekly", "fortnightly", "spaced"]
    assert [named.count(phase) for phase in ("induction", "weekly", "fortnightly")] == [6, 4, 2]
    assert [slot.number for slot in series.slots] == list(range(1, len(named) + 1))
    gaps = [(two - one).days for one, two in pairwise(series.dates)]
    assert min(gaps[:5]) == 3 and gaps[6:9] == [7, 7, 7] and gaps[-1] == 21


def test_esketamine_is_judged_after_two_weeks_and_after_four():
    series = lay_out("in_esketamine_trd", KNOWN, first=date(2026, 11, 30), phase="induction")
    assert len(series.dates) == 8
    assert series.decide_on[:2] == (date(2026, 12, 14), date(2026, 12, 28))


def test_the_belief_study_has_three_infusions_and_the_third_lies_a_week_after_the_first():
    series = lay_out("iv_belief", KNOWN, first=date(2026, 11, 30))
    assert series.dates == days(0, 2, 7, first=date(2026, 11, 30))


def test_a_closed_day_moves_its_session_and_the_rhythm_goes_on():
    monday = date(2026, 11, 30)
    series = lay_out("sl_clinic_depression", KNOWN, first=monday, closed=frozenset((date(2026, 12, 7),)))
    assert series.dates[:4] == days(0, 8, 14, 21, first=monday)


def test_a_clinic_that_opens_one_day_a_week_gets_one_session_a_week():
    series = lay_out(
        DEPRESSION, KNOWN, first=THURSDAY, weekdays=frozenset((calendar.TUESDAY,)), phase="induction"
    )
    assert {day.weekday() for day in series.dates} == {calendar.TUESDAY}
    assert {(two - one).days for one, two in pairwise(series.dates)} == {7}


def test_no_open_day_and_no_such_phase_are_named_and_not_guessed():
    with pytest.raises(ValueError, match="iv_depression needs a day of the week"):
        lay_out(DEPRESSION, KNOWN, first=THURSDAY, weekdays=frozenset())
    with pytest.raises(KeyError, match=r"iv_depression has no phase taper; it has induction"):
        phase_named(DEPRESSION, "taper", KNOWN)
    with pytest.raises(KeyError, match="no protocol is called nothing"):
        lay_out("nothing", KNOWN, first=THURSDAY)


@given(
    protocol=st.sampled_from(sorted(KNOWN.protocols)),
    first=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    closed=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 6, 1)), max_size=12),
)
def test_every_series_lies_on_open_days_and_has_no_fault_of_its_own(protocol, first, weekdays, closed):
    for part in phases_of(protocol, KNOWN):
        series = lay_out(protocol, KNOWN, first=first, weekdays=weekdays, closed=closed, phase=part.name)
        assert series.dates[0] >= first
        assert all(day.weekday() in weekdays and day not in closed for day in series.dates)
        close = [said for said in faults(series.dates, protocol, KNOWN, phase=part.name) if "closer" in said]
        assert not close
        assert series.reevaluate_on is not None and series.reevaluate_on == series.decide_on[-1]


@pytest.mark.parametrize("protocol", sorted(KNOWN.protocols))
def test_what_is_proposed_for_a_working_week_can_be_signed(protocol):
    for part in phases_of(protocol, KNOWN):
        series = lay_out(protocol, KNOWN, first=THURSDAY, phase=part.name)
        assert faults(series.dates, protocol, KNOWN, phase=part.name) == ()


# Faults ------------------------------------------------------------------------------------------------


def test_every_pair_that_is_too_close_is_named_not_only_the_first():
    said = faults(days(0, 1, 7, 8), DEPRESSION, KNOWN)
    assert [text.split(" are ")[0] for text in said] == [
        "26 November and 27 November", "3 December and 4 December",
    ]  # fmt: skip
    assert all("48 h" in text for text in said)


def test_dates_out_of_order_twice_or_missing_are_one_fault():
    for dates in ((), days(0, 0), days(3, 0)):
        assert faults(dates, DEPRESSION, KNOWN) == ("The dates must be different days, in order.",)


def test_a_phase_holds_its_own_number_of_sessions():
    assert "7 dates are more than the 6" in faults(days(*range(0, 21, 3)), DEPRESSION, KNOWN)[0]
    assert (
        "5 dates are more than the 4" in faults(days(0, 7, 14, 21, 28), DEPRESSION, KNOWN, phase="weekly")[0]
    )
    assert faults(days(0, 7, 14, 21), DEPRESSION, KNOWN, phase="weekly") == ()


def test_the_first_date_keeps_its_distance_from_the_last_dose():
    assert "to the last dose, on 25 November" in faults(days(0, 3), DEPRESSION, KNOWN, after=days(-1)[0])[0]
    assert faults(days(0, 3), DEPRESSION, KNOWN, after=days(-2)[0]) == ()


def test_a_week_at_home_holds_no_more_than_two_and_a_week_into_a_vein_no_more_than_three():
    at_home = faults(days(0, 3, 6), "sl_home_depression", KNOWN)
    assert len(at_home) == 1 and "3 sessions lie within" in at_home[0] and "at most 2" in at_home[0]
    assert faults(days(0, 2, 4), DEPRESSION, KNOWN) == ()
    assert any("at most 3" in said for said in faults(days(0, 2, 4, 6), DEPRESSION, KNOWN))


def test_the_interval_of_hours_becomes_whole_days_rounded_up():
    for protocol, row in KNOWN.protocols.items():
        least = span(KNOWN.limit(row["minimum_interval"]).quantity)
        assert least <= least_days(protocol, KNOWN) < least + timedelta(days=1)


def test_supply_at_home_is_judged_after_six_sessions_whatever_the_phase():
    assert judged_after("sl_home_depression", "spaced", KNOWN) == 6
    assert judged_after("oral_home_depression", "", KNOWN) == 6
    assert judged_after(DEPRESSION, "weekly", KNOWN) == 4


def test_no_dates_have_no_day_of_judging():
    assert judged_on((), DEPRESSION, KNOWN) == ((), None)


# Answers -----------------------------------------------------------------------------------------------


class Told(Chart):
    """A chart in which doses and totals are written down as they come, without the day around them."""

    def score(self, total: int | None) -> Told:
        items = [3] * (total // 3) + [total % 3] if total else []
        filled = [*items, *[0] * 9][:9]
        if total is None:
            filled[0] = None  # type: ignore[call-overload]
        self.do(acts.AnswerPhq9(items=tuple(filled)))
        return self

    def dose(self, mg_per_kg: str = "0.5", weight: int = 80) -> Told:
        """An order that was signed and given; a chart with a weight makes it from that."""
        key = f"order-{self.number}"
        order = {**ordered(mg_per_kg=mg_per_kg).course.orders["order-1"].order.order}
        dose = Quantity(Decimal(mg_per_kg) * weight, "mg")
        self.put(facts.OrderSigned(order_id=key, order=order, bound=key))
        self.put(
            facts.InfusionStarted(order_id=key, bound=key, rate=q(150, "mL/h"), concentration=q("0.4", "mg/mL"),
                                  drawn=dose, dose=dose)
        )  # fmt: skip
        return self

    def put(self, fact: facts.Fact) -> None:
        self.number += 1
        self.lines.append(
            Stamped(fact=fact, number=self.number, happened_at=self.at, recorded_at=self.at, by=BOATENG,
                    session=f"s{self.number}" if isinstance(fact, facts.InfusionStarted) else "")
        )  # fmt: skip

    def after(self, **by: float) -> Told:
        self.later(**by)
        return self


def told(*totals: int | None, mg_per_kg: tuple[str, ...] = ()) -> Told:
    """A baseline, then a dose and a total a day after it, every three days."""
    chart = Told()
    decided(chart)
    chart.score(totals[0]).after(hours=2)
    for place, total in enumerate(totals[1:]):
        chart.dose(mg_per_kg[place] if mg_per_kg else "0.5").after(days=1)
        chart.score(total).after(days=2)
    return chart


def test_each_dose_stands_beside_the_total_before_it_and_the_last_one_before_the_next():
    seen = response(told(20, 18, 12).course, KNOWN)
    first, second = seen.doses
    assert (first.before.total, first.after.total) == (20, 18)  # type: ignore[union-attr]
    assert (second.before.total, second.after.total) == (18, 12)  # type: ignore[union-attr]
    assert second.fall == q(40, "%")


@pytest.mark.parametrize(
    "total, label",
    [(20, "none"), (16, "none"), (15, "partial"), (11, "partial"), (10, "response"), (5, "response"),
     (4, "remission"), (0, "remission"), (24, "none"), (None, "unknown")],
)  # fmt: skip
def test_a_fall_is_called_what_the_rulebook_calls_it(total, label):
    # From 20: 25 % is 15, 50 % is 10, and below 5 is remission.
    seen = response(told(20, total).course, KNOWN)
    assert seen.doses[0].label == label
    assert seen.label == label


def test_a_dose_that_nobody_asked_after_has_no_answer():
    chart = told(20)
    chart.dose().after(days=3).dose()
    seen = response(chart.course, KNOWN)
    assert [dose.after for dose in seen.doses] == [None, None]
    assert {dose.label for dose in seen.doses} == {"unknown"}


def test_the_baseline_is_the_last_whole_total_before_the_first_dose():
    chart = Told()
    decided(chart)
    chart.score(25).after(days=5).score(20).after(days=1).score(None).after(hours=1).dose().after(
        days=1
    ).score(10)
    seen = response(chart.course, KNOWN)
    assert seen.baseline is not None and seen.baseline.total == 20
    assert seen.fall == q(50, "%")


def test_without_a_baseline_nothing_is_called_an_answer_but_remission_is_seen():
    chart = Told()
    decided(chart)
    chart.dose().after(days=1).score(12)
    assert response(chart.course, KNOWN).label == "unknown"
    chart.after(days=1).score(3)
    assert response(chart.course, KNOWN).label == "remission"


@pytest.mark.parametrize("totals, relapse", [((20, 8, 13), True), ((20, 8, 12), False), ((20, 4, 9), False),
                                             ((20, 15, 20), False), ((20, 4, 10), True)])  # fmt: skip
def test_a_relapse_has_risen_by_five_to_ten_after_an_answer(totals, relapse):
    assert response(told(*totals).course, KNOWN).relapse is relapse


# What is proposed --------------------------------------------------------------------------------------


def proposed(chart: Told, at: datetime | None = None) -> list[tuple[str, str]]:
    return [(one.kind, one.rule) for one in next_step(chart.course, DEPRESSION, KNOWN, at=at)]


def test_a_course_begins_at_the_start_of_its_protocol():
    (begin,) = next_step(told(20).course, "in_esketamine_mdsi", KNOWN)
    assert (begin.kind, begin.dose) == ("begin", q(84, "mg"))


def test_before_the_mid_point_the_dose_stays_and_from_it_on_a_small_fall_asks_for_the_next_step():
    assert proposed(told(20, 20)) == [("stay", "CRS-CHECK")]
    (step,) = next_step(told(20, 20, 17).course, DEPRESSION, KNOWN)
    assert (step.kind, step.rule, step.dose, step.limit.key) == (
        "step",
        "CRS-CHECK",
        q("0.75", "mg/kg"),
        "iv_second_dose",
    )
    assert "less than 20 %" in step.reason and step.limit.source in KNOWN.sources
    assert proposed(told(20, 20, 16)) == [("stay", "CRS-CHECK")]


def test_two_changes_of_the_dose_lie_two_sessions_apart():
    once = told(20, 20, 19, 19, mg_per_kg=("0.5", "0.5", "0.75"))
    assert proposed(once) == [("stay", "CRS-DOSE")]
    twice = told(20, 20, 19, 19, 19, mg_per_kg=("0.5", "0.5", "0.75", "0.75"))
    (step,) = next_step(twice.course, DEPRESSION, KNOWN)
    assert step.dose == q(1, "mg/kg")


def test_at_the_highest_step_no_higher_one_is_made_up():
    chart = told(20, 20, 19, 19, mg_per_kg=("1", "1", "1"))
    (stay,) = next_step(chart.course, DEPRESSION, KNOWN)
    assert stay.kind == "stay" and "no higher step" in stay.says


@pytest.mark.parametrize(
    "last, kinds",
    [(10, ["maintain"]), (3, ["maintain"]), (14, ["extend"]), (15, ["extend"]), (16, ["stop", "extend"])],
)
def test_at_the_end_of_induction_the_fall_says_what_is_proposed(last, kinds):
    assert [kind for kind, _ in proposed(told(20, 18, 18, 18, 18, 18, last))] == kinds


def test_stopping_for_want_of_an_answer_says_by_which_rule_and_how_far_it_fell():
    stop, extend = next_step(told(20, 18, 18, 18, 18, 18, 16).course, DEPRESSION, KNOWN)
    assert stop.rule == extend.rule == "CRS-STOP-NR"
    assert stop.reason == "PHQ-9 has fallen by 20 %, from 20 to 16, less than 25 %, after 6 doses."
    assert "2 sessions at 0.75 mg/kg" in extend.says


def test_a_missing_total_or_an_old_one_is_asked_for_before_anything_is_proposed():
    chart = told(20, None)
    assert proposed(chart) == [("ask", "CRS-CHECK")]
    chart = told(20, 12, 12)
    assert proposed(chart, at=chart.at) == [("stay", "CRS-CHECK")]
    later = chart.at + timedelta(days=8)
    assert proposed(chart, at=later) == [("ask", "CRS-CHECK")]


def test_a_relapse_comes_before_every_other_proposal():
    assert proposed(told(20, 8, 15)) == [("retreat", "CRS-RELAPSE")]


def test_who_is_still_dosed_twice_a_week_after_two_months_is_told_so():
    chart = told(20, 10)
    chart.after(days=70).dose().after(days=3).dose().after(days=1).score(9)
    assert proposed(chart)[0] == ("stop", "CRS-STOP-SPACE")
    spaced = told(20, 10)
    spaced.after(days=70).dose().after(days=7).dose().after(days=1).score(9)
    assert "CRS-STOP-SPACE" not in {rule for _, rule in proposed(spaced)}


def test_the_answer_of_pain_is_not_read_from_a_phq9():
    chart = told(20, 4)
    (ask,) = next_step(chart.course, "iv_pain", KNOWN)
    assert (ask.kind, ask.rule) == ("ask", "CRS-PAIN")
    assert "PHQ-9" in ask.reason


def test_a_course_without_anything_is_read_without_a_mistake():
    seen = response(course.Course(), KNOWN)
    assert (seen.baseline, seen.label, seen.doses, seen.relapse) == (None, "unknown", (), False)
    assert NINE.date().weekday() in WORKING
