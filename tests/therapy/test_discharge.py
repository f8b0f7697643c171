"""Nobody leaves on evidence that is absent, old, out of range, borrowed or written before the drug ended."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dayspring.therapy import acts, facts
from dayspring.therapy.discharge import NEVER, no_driving_until
from dayspring.therapy.facts import Stamped
from tests.people import (
    ADA,
    BOATENG,
    NINE,
    SAM,
    SESSION,
    Chart,
    monitoring,
    prepared,
    pressure,
    q,
    ready,
    running,
)
from tests.therapy.chairside import cases, door_rows, holding, vitals, without

pytestmark = pytest.mark.hazard("H32")

LEAVE = acts.Discharge(session=SESSION, left_with="Jo Test")
SEEN = {"D-ORIENT", "D-GAIT", "D-NAUSEA", "D-SI"}
EVIDENCE: dict[type[facts.Fact], set[str]] = {
    facts.VitalsTaken: {"D-BP", "D-SPO2"},
    facts.SedationScored: {"D-SED"},
    facts.DissociationScored: {"D-DISS"},
    facts.RecoverySeen: SEEN,
    facts.EscortMet: {"D-ESCORT"},
    facts.InstructionsGiven: {"D-CARE"},
}
# Who is at the door and what was handed over do not age while the patient sits there.
AGELESS = {facts.EscortMet, facts.InstructionsGiven}


def ended(chart: Chart) -> datetime:
    at = chart.session.last_drug_at
    assert at is not None
    return at


def after_drug(chart: Chart, line: Stamped) -> bool:
    return type(line.fact) in EVIDENCE and line.happened_at > ended(chart)


def fine(line: Stamped) -> Stamped | None:
    return line


def missing(line: Stamped) -> Stamped | None:
    return None


def old(line: Stamped) -> Stamped | None:
    return moved(line, minutes=21)


def before_the_last_drug(line: Stamped) -> Stamped | None:
    return moved(line, minutes=91)


def elsewhere(line: Stamped) -> Stamped | None:
    return replace(line, session="another session of the same patient")


def written_before_it_happened(line: Stamped) -> Stamped | None:
    return replace(line, recorded_at=line.happened_at - timedelta(seconds=1))


def not_yet(line: Stamped) -> Stamped | None:
    return moved(line, minutes=-1)


def moved(line: Stamped, **span: float) -> Stamped:
    earlier = line.happened_at - timedelta(**span)
    return replace(line, happened_at=earlier, recorded_at=earlier)


SPOILED = (missing, old, before_the_last_drug, elsewhere, written_before_it_happened)


def test_a_patient_of_whom_everything_was_seen_leaves():
    chart = ready()
    assert holding(door_rows(chart)) == set()
    assert chart.do(LEAVE) == (facts.Discharged(left_with="Jo Test"),)


def test_every_criterion_has_its_evidence_spoiled_below():
    assert set(door_rows(ready())) == set().union(*EVIDENCE.values()) | {"D-TIME"}


@pytest.mark.hazard("H33")
def test_every_combination_of_spoiled_evidence_holds_exactly_its_criteria(capsys, request):
    ways = (fine, *(SPOILED if request.config.getoption("--long") else SPOILED[:3]))
    whole = ready()
    lines = list(whole.lines)
    tried = 0
    for way in itertools.product(ways, repeat=len(EVIDENCE)):
        chosen = dict(zip(EVIDENCE, way, strict=True))
        if any(chosen[kind] is old for kind in AGELESS):
            continue
        kept = [chosen[type(x.fact)](x) if after_drug(whole, x) else x for x in lines]
        chart = Chart(at=whole.at, lines=[x for x in kept if x is not None], number=whole.number)
        expected = set().union(*(EVIDENCE[kind] for kind, how in chosen.items() if how is not fine), set())
        assert holding(door_rows(chart)) == expected, {k.__name__: h.__name__ for k, h in chosen.items()}
        tried += 1
        if tried % 23:
            continue
        assert isinstance(chart.ask(LEAVE), tuple) == (not expected)
    with capsys.disabled():
        print(f"\n{tried} combinations of spoiled evidence were held at the door")
    assert tried == len(ways) ** 4 * (len(ways) - 1) ** 2


@pytest.mark.hazard("H33")
@pytest.mark.parametrize("spoil", [*SPOILED, not_yet], ids=lambda f: f.__name__)
@pytest.mark.parametrize("kind", EVIDENCE, ids=lambda kind: kind.__name__)
def test_each_kind_of_evidence_spoiled_each_way_holds(kind, spoil):
    chart = ready()
    spoiled = [spoil(x) if after_drug(chart, x) and type(x.fact) is kind else x for x in chart.lines]
    chart.lines = [x for x in spoiled if x is not None]
    if kind in AGELESS and spoil is old:
        assert isinstance(chart.do(LEAVE)[0], facts.Discharged)
        return
    # The newest pressure lies in the future, so the one before it is 12 minutes old and alone.
    before = list(chart.lines)
    said = chart.refused(LEAVE)
    assert chart.lines == before and len(said) == len(EVIDENCE[kind]) - (
        kind is facts.VitalsTaken and spoil is not_yet
    )


@pytest.mark.parametrize("name", ["oriented", "walks_steadily", "nausea_controlled", "no_suicidal_intent"])
def test_what_was_not_looked_at_is_not_fine(name):
    chart = ready()
    chart.lines = [
        replace(x, fact=replace(x.fact, **{name: None})) if isinstance(x.fact, facts.RecoverySeen) else x
        for x in chart.lines
    ]
    assert [row.outcome for row in door_rows(chart).values() if row.holds] == ["missing"]


# Worked cases -----------------------------------------------------------------------------------------


def met(case: dict[str, Any]) -> Chart:
    chart = ready()
    if "baseline" in case:
        first = next(i for i, x in enumerate(chart.lines) if isinstance(x.fact, facts.VitalsTaken))
        measured = {**chart.lines[first].fact.values, **vitals(**case["baseline"]).values}
        chart.lines[first] = replace(
            chart.lines[first], fact=replace(chart.lines[first].fact, values=measured)
        )
    if "vitals" in case:
        chart.do(vitals(rest=False, **case["vitals"]))
    if "moaas" in case:
        chart.do(acts.ScoreSedation(session=SESSION, moaas=case["moaas"]))
    if "dissociation" in case:
        chart.do(acts.ScoreDissociation(session=SESSION, total=case["dissociation"]))
    if "seen" in case:
        chart.do(acts.SeeRecovery(session=SESSION, **case["seen"]))
    return chart.later(minutes=case.get("age", 0))


@pytest.mark.parametrize("case", cases("discharge.toml"), ids=lambda case: case["name"])
def test_the_door_comes_out_as_a_clinician_signed_it(case):
    row = door_rows(met(case))[case["check"]]
    assert row.outcome == case["outcome"], row.says


# Time -------------------------------------------------------------------------------------------------


def test_a_second_too_early_is_held_and_says_how_long():
    chart = ready()
    chart.at = ended(chart) + timedelta(minutes=90) - timedelta(seconds=1)
    row = door_rows(chart)["D-TIME"]
    assert row.holds and row.says == "1 s to go."
    assert "Not discharged. Time: 1 s to go." in chart.refused(LEAVE)
    chart.later(seconds=1)
    assert not door_rows(chart)["D-TIME"].holds


@pytest.mark.hazard("H47")
def test_a_discharge_cannot_be_dated_forward_over_its_last_second():
    chart = ready()
    chart.at = ended(chart) + timedelta(minutes=90) - timedelta(seconds=1)
    dated = replace(LEAVE, happened_at=chart.at + timedelta(seconds=1))
    chart.refused(dated)


def test_a_discharge_cannot_be_dated_back_to_when_the_evidence_was_fresh():
    chart = ready()
    fresh = chart.at
    chart.later(hours=2)
    chart.refused(LEAVE)
    chart.refused(replace(LEAVE, happened_at=fresh))


def test_the_clock_starts_when_the_pump_was_seen_and_not_when_the_stop_was_asked():
    chart = running().later(minutes=20)
    chart.do(acts.StopInfusion(session=SESSION))
    chart.later(minutes=15).do(acts.ConfirmPump(session=SESSION))
    chart.later(minutes=89)
    assert door_rows(chart)["D-TIME"].holds
    chart.later(minutes=1)
    assert not door_rows(chart)["D-TIME"].holds


@pytest.mark.hazard("H33")
def test_the_moment_of_the_look_cannot_be_dated_back():
    chart = running().later(minutes=20)
    chart.do(acts.StopInfusion(session=SESSION))
    chart.later(minutes=5)
    chart.refused(acts.ConfirmPump(session=SESSION, happened_at=chart.at - timedelta(minutes=5)))


@pytest.mark.parametrize("by_now", ["running", "pausing", "paused", "stopping"])
def test_nobody_leaves_while_drug_may_flow_however_long_ago_it_was(by_now):
    chart = running().later(minutes=5)
    if by_now in ("pausing", "paused"):
        chart.do(acts.PauseInfusion(session=SESSION))
    if by_now == "paused":
        chart.do(acts.ConfirmPump(session=SESSION))
    if by_now == "stopping":
        chart.do(acts.StopInfusion(session=SESSION))
    chart.later(hours=9)
    assert chart.session.state.value == by_now
    chart.refused(LEAVE)
    assert door_rows(chart)["D-TIME"].outcome == "missing"


def test_nobody_leaves_who_was_given_nothing():
    chart = prepared().later(hours=9)
    assert chart.refused(LEAVE) == ("Not discharged. The session is preparing.",)


# Pressure and saturation ------------------------------------------------------------------------------


def with_pressures(*readings: tuple[int, int, int]) -> Chart:
    """Ready, with these pressures alone after the drug: (minutes before now, systolic, diastolic)."""
    chart = ready()
    end, now = ended(chart), chart.at
    chart.lines = [
        x for x in chart.lines if not (isinstance(x.fact, facts.VitalsTaken) and x.happened_at > end)
    ]
    for ago, systolic, diastolic in readings:
        chart.at = now - timedelta(minutes=ago)
        chart.do(pressure(systolic, diastolic, rest=False, spo2=98))
    chart.at = now
    return chart


@pytest.mark.parametrize(
    "readings, outcome",
    [
        ([(10, 124, 80), (0, 122, 78)], "passed"),
        ([(9, 124, 80), (0, 122, 78)], "missing"),
        ([(0, 122, 78)], "missing"),
        ([(10, 150, 80), (0, 122, 78)], "blocked"),
        ([(10, 124, 80), (0, 150, 78)], "blocked"),
        ([(12, 124, 80), (5, 170, 100), (0, 122, 78)], "blocked"),
        ([(60, 170, 100), (11, 124, 80), (0, 122, 78)], "passed"),
        ([(40, 124, 80), (21, 122, 78)], "missing"),
        ([(60, 124, 80), (20, 122, 78)], "passed"),
    ],
    ids=str,
)
def test_two_pressures_ten_minutes_apart_and_none_between_out_of_range(readings, outcome):
    assert door_rows(with_pressures(*readings))["D-BP"].outcome == outcome


def test_a_struck_pressure_is_no_second_pressure():
    chart = ready()
    chart.do(acts.Correct(session=SESSION, number=chart.session.vitals[-1].number, reason="not this patient"))
    assert "D-BP" in holding(door_rows(chart))


def test_an_implausible_pair_is_no_pair():
    assert door_rows(with_pressures((10, 122, 78), (0, 122, 30)))["D-BP"].outcome == "missing"


def test_a_saturation_is_compared_only_with_one_from_before_the_drug():
    chart = ready()
    start = next(x for x in chart.lines if isinstance(x.fact, facts.VitalsTaken))
    chart.do(acts.Correct(session=SESSION, number=start.number, reason="the clip of another patient"))
    for _ in range(2):
        chart.do(vitals(rest=False, spo2=85))
    assert door_rows(chart)["D-SPO2"].outcome == "blocked"


# Overrides --------------------------------------------------------------------------------------------


def accepted(check: str, second: facts.By = BOATENG, reason: str = "seen by both") -> acts.OverrideDischarge:
    return acts.OverrideDischarge(session=SESSION, check=check, reason=reason, second=second)


def spoiled(check: str) -> Chart:
    """Ready, but for one criterion."""
    chart = ready()
    kind = next((k for k, held in EVIDENCE.items() if check in held), None)
    if kind is None:
        chart.at = ended(chart) + timedelta(minutes=80)
        chart.lines = [moved(x, minutes=10) if after_drug(chart, x) else x for x in chart.lines]
    elif check in SEEN:
        names = {"D-ORIENT": "oriented", "D-GAIT": "walks_steadily", "D-NAUSEA": "nausea_controlled",
                 "D-SI": "no_suicidal_intent"}  # fmt: skip
        chart.later(seconds=1).do(acts.SeeRecovery(session=SESSION, **{names[check]: False}))
    elif check == "D-BP":
        chart.later(seconds=1).do(pressure(150, 95, rest=False, spo2=98))
    elif check == "D-SPO2":
        chart.later(seconds=1).do(vitals(rest=False, spo2=90))
    else:
        end = ended(chart)
        chart.lines = [x for x in chart.lines if not (type(x.fact) is kind and x.happened_at > end)]
    assert holding(door_rows(chart)) == {check}
    return chart.later(seconds=1)


CRITERIA = sorted(set().union(*EVIDENCE.values()) | {"D-TIME"})


@pytest.mark.hazard("H54")
@pytest.mark.parametrize("check", [c for c in CRITERIA if c not in NEVER])
def test_two_people_one_of_them_a_prescriber_may_accept_an_unmet_criterion(check):
    chart = spoiled(check)
    chart.refused(LEAVE)
    chart.refused(accepted(check, second=SAM))
    chart.refused(accepted(check, second=BOATENG), BOATENG)
    chart.refused(accepted(check, second=replace(BOATENG, verified=False)))
    chart.refused(accepted(check), replace(ADA, verified=False))
    chart.refused(accepted(check, reason=" "))
    chart.refused(LEAVE)
    chart.do(accepted(check))
    row = door_rows(chart)[check]
    assert not row.holds and row.overridden_by == "Ada Nwosu and Dr Kofi Boateng"
    assert isinstance(chart.do(LEAVE)[0], facts.Discharged)


def test_suicidal_intent_is_never_overridden_whether_voiced_or_not_asked():
    voiced = spoiled("D-SI")
    unasked = without(ready(), facts.RecoverySeen)
    for chart in (voiced, unasked):
        assert "cannot be overridden" in chart.refused(accepted("D-SI"))[0]
        chart.refused(accepted("D-SI", second=ADA), BOATENG)
        forged = facts.DischargeOverridden(check="D-SI", reason="forged", second=BOATENG)
        chart.number += 1
        chart.lines.append(Stamped(fact=forged, number=chart.number, happened_at=chart.at, recorded_at=chart.at,
                                   by=ADA, session=SESSION))  # fmt: skip
        assert "D-SI" in holding(door_rows(chart))
        chart.refused(LEAVE)


def test_an_override_answers_what_was_seen_until_then_and_nothing_newer():
    chart = spoiled("D-BP")
    chart.do(accepted("D-BP"))
    chart.later(minutes=1).do(pressure(182, 112, rest=False, spo2=98))
    assert "D-BP" in holding(door_rows(chart))


def test_what_holds_nothing_cannot_be_overridden_and_neither_can_drug_that_flows():
    ready().refused(accepted("D-BP"))
    ready().refused(accepted("D-NOTHING"))
    chart = running().later(hours=5)
    for check in CRITERIA:
        chart.refused(accepted(check))
    Chart().refused(accepted("D-TIME"))


def test_an_override_of_another_session_opens_nothing():
    chart = spoiled("D-BP")
    chart.do(accepted("D-BP"))
    chart.lines[-1] = replace(chart.lines[-1], session="another")
    assert "D-BP" in holding(door_rows(chart))


# The rest ---------------------------------------------------------------------------------------------


def test_nobody_leaves_without_a_name_of_whom_they_left_with_and_nobody_leaves_twice():
    chart = ready()
    chart.refused(acts.Discharge(session=SESSION, left_with="  "))
    chart.do(LEAVE)
    assert chart.session.stage == "closed"
    assert chart.refused(LEAVE) == ("Not discharged. The session is closed.",)


def test_the_escort_at_the_door_counts_only_after_the_drug():
    chart = running().later(minutes=5)
    chart.refused(acts.MeetEscort(session=SESSION, name="Jo Test"))
    assert isinstance(
        monitoring().later(seconds=1).do(acts.MeetEscort(session=SESSION, name="Jo Test"))[0], facts.EscortMet
    )


@pytest.mark.parametrize(
    "hour, until",
    [(0, (21, 8)), (7, (21, 8)), (8, (21, 8)), (11, (21, 11)), (23, (21, 23))],
)
def test_driving_waits_a_day_and_a_night(hour, until):
    day, at = until
    told = no_driving_until(NINE.replace(hour=hour), 8, timedelta(hours=24))
    assert told == NINE.replace(day=day, hour=at)


def test_a_pressure_that_fell_too_low_stays():
    chart = with_pressures((10, 122, 78), (0, 88, 60))
    assert door_rows(chart)["D-BP"].outcome == "blocked"
    assert q(88, "mm[Hg]") in chart.session.vitals[-1].fact.values.values()
