"""People press what they like, in any order, for hours. The laws of a session hold after every press."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dayspring.knowledge import library
from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts, safety
from dayspring.therapy.acts import Act, Refusal
from dayspring.therapy.decide import decide
from dayspring.therapy.given import given
from dayspring.therapy.note import digest, note_from
from dayspring.therapy.session import IN_THE_DRUG, Session, State
from tests.people import ADA, BOATENG, SAM, SESSION, SYSTEM, Chart, monitoring, prepared, q, running
from tests.therapy.chairside import door_rows, gate_rows, look, stream, vitals

pytestmark = [
    pytest.mark.hazard("H12"),
    pytest.mark.hazard("H13"),
    pytest.mark.hazard("H29"),
    pytest.mark.hazard("H31"),
]

ORDER_OF_STAGES = ["planned", "preparing", "dosing", "monitoring", "closed"]
PERSONS = st.sampled_from([ADA, SAM, BOATENG])
RATES = st.sampled_from(["150", "150.1", "75", "75.1", "30", "0", "1500"]).map(lambda v: q(v, "mL/h"))
VOLUMES = st.none() | st.integers(0, 110).map(lambda v: q(v, "mL"))
SHORT = st.sampled_from([1, 2, 4, 20, 31, 65, 200, 301, 601, 1300])


class Room(RuleBasedStateMachine):
    """One patient's session under every act there is, by anybody, with time passing between."""

    @initialize(make=st.sampled_from([prepared, running, running, monitoring]))
    def arrive(self, make):
        self.chart: Chart = make()
        self.before: Session = self.chart.session
        self.asked: tuple[Act, facts.By] | None = None
        self.stage = 0
        self.low = self.high = Decimal(0)

    def press(self, act: Act, by: facts.By = ADA) -> None:
        self.before, lines = self.chart.session, list(self.chart.lines)
        self.asked = (act, by)
        answer = self.chart.ask(act, by)
        if isinstance(answer, Refusal):
            assert self.chart.lines == lines and answer.reasons

    # What people do ---------------------------------------------------------------------------------

    @rule(seconds=SHORT)
    def time_passes(self, seconds):
        self.chart.later(seconds=seconds)
        self.asked = None

    @rule(rate=RATES, by=PERSONS)
    def start(self, rate, by):
        held = [row for row in gate_rows(self.chart).values() if row.holds]
        self.press(acts.StartInfusion(session=SESSION, rate=rate), by)
        if self.before.state is State.PREPARING and self.chart.session.state is State.RUNNING:
            assert held == [] and rate == q(150, "mL/h")

    @rule(rate=RATES, by=PERSONS)
    def change_rate(self, rate, by):
        self.press(acts.ChangeRate(session=SESSION, rate=rate), by)

    @rule(by=PERSONS)
    def pause(self, by):
        self.press(acts.PauseInfusion(session=SESSION), by)

    @rule(rate=RATES, by=PERSONS)
    def resume(self, rate, by):
        self.press(acts.ResumeInfusion(session=SESSION, rate=rate), by)

    @rule(rate=RATES, by=PERSONS)
    @precondition(lambda self: self.chart.session.state is State.PAUSED)
    def look_and_resume(self, rate, by):
        self.chart.later(seconds=5)
        self.press(vitals(rest=False, systolic=124, diastolic=80, pulse=70, spo2=98))
        self.press(acts.ResumeInfusion(session=SESSION, rate=rate), by)

    @rule(by=PERSONS)
    def stop(self, by):
        self.press(acts.StopInfusion(session=SESSION), by)

    @rule(volume=VOLUMES, by=PERSONS)
    def confirm(self, volume, by):
        self.press(acts.ConfirmPump(session=SESSION, volume=volume), by)

    @rule(volume=VOLUMES)
    def complete(self, volume):
        self.press(acts.CompleteInfusion(session=SESSION, volume=volume))

    @rule(amount=st.integers(-2, 45), witness=PERSONS)
    def waste(self, amount, witness):
        self.press(acts.WasteDrug(session=SESSION, amount=q(amount, "mg"), witness=witness), SAM)

    @rule(systolic=st.integers(60, 240), diastolic=st.integers(30, 145), pulse=st.integers(30, 200),
          spo2=st.integers(65, 100), rest=st.booleans())  # fmt: skip
    def measure(self, systolic, diastolic, pulse, spo2, rest):
        self.press(vitals(rest=rest, systolic=systolic, diastolic=diastolic, pulse=pulse, spo2=spo2))

    @rule(moaas=st.integers(0, 5), total=st.integers(0, 24))
    def score(self, moaas, total):
        self.press(acts.ScoreSedation(session=SESSION, moaas=moaas))
        self.press(acts.ScoreDissociation(session=SESSION, total=total))

    @rule(fine=st.booleans(), intent=st.booleans())
    def see(self, fine, intent):
        self.press(acts.SeeRecovery(session=SESSION, oriented=True, walks_steadily=fine, nausea_controlled=True,
                                    no_suicidal_intent=intent))  # fmt: skip

    @rule(kind=st.sampled_from(["nausea", "vomiting", "panic", "headache", "seizure", "music"]))
    def tap(self, kind):
        self.press(acts.NoteEvent(session=SESSION, kind=kind))

    @rule(spo2=st.integers(80, 100), pulse=st.integers(40, 150), age=st.sampled_from([0, 10, 60]))
    def server_looks(self, spo2, pulse, age):
        seen = stream(self.chart.at, spo2=spo2, pulse=pulse, seconds=age)
        self.press(acts.Watch(session=SESSION, stream=seen, device="monitor"), SYSTEM)

    @rule(seconds=st.integers(-100000, 100000))
    def clock_moves(self, seconds):
        self.press(
            acts.TellClock(session=SESSION, seconds=Decimal(seconds), why="The clock was moved."), SYSTEM
        )

    @rule(data=st.data())
    @precondition(lambda self: self.chart.session.findings)
    def see_finding(self, data):
        condition = data.draw(st.sampled_from(sorted(self.chart.session.findings)))
        line = self.chart.session.findings[condition]
        self.press(acts.SeeFinding(session=SESSION, condition=condition, episode=line.number))

    @rule(data=st.data())
    def correct(self, data):
        line = data.draw(st.sampled_from(self.chart.lines))
        self.press(acts.Correct(session=SESSION, number=line.number, reason="by mistake"))

    @rule(name=st.sampled_from(["Jo Test", "Kim Other", ""]))
    def escort_comes(self, name):
        self.press(acts.MeetEscort(session=SESSION, name=name))
        self.press(acts.GiveInstructions(session=SESSION, no_driving_until=self.chart.at + timedelta(hours=24),
                                         acknowledged_by="Rosa Test"))  # fmt: skip

    @rule(check=st.sampled_from(["D-TIME", "D-BP", "D-SED", "D-SI", "D-ESCORT"]), second=PERSONS)
    def override(self, check, second):
        self.press(acts.OverrideDischarge(session=SESSION, check=check, reason="both agree", second=second))

    @rule()
    @precondition(lambda self: self.chart.session.state is State.MONITORING)
    def wait_and_see_all(self):
        """What a patient needs to leave, so that long runs reach the end of a visit."""
        for wait in (80, 11):
            self.chart.later(minutes=wait)
            self.press(vitals(rest=False, systolic=124, diastolic=80, pulse=70, spo2=98))
        self.score(5, 0)
        self.see(fine=True, intent=True)
        self.escort_comes("Jo Test")

    @rule()
    def leave(self):
        held = [row for row in door_rows(self.chart).values() if row.holds]
        self.press(acts.Discharge(session=SESSION, left_with="Jo Test"))
        if self.before.state is not State.CLOSED and self.chart.session.state is State.CLOSED:
            assert held == []
            ended = self.before.last_drug_at
            assert ended is not None
            assert (
                self.chart.at - ended >= timedelta(minutes=90) or "D-TIME" in self.before.discharge_overrides
            )

    @rule(again=st.booleans())
    def sign(self, again):
        note = note_from(self.chart.course, self.chart.session, library())
        self.press(
            acts.SignNote(session=SESSION, digest=digest(note) if again else "", upto=note.upto), BOATENG
        )
        self.press(acts.AddToNote(session=SESSION, text="well"))

    # What always holds -----------------------------------------------------------------------------

    @invariant()
    def folding_never_raises_and_nothing_is_out_of_order(self):
        session = self.chart.session
        assert session.out_of_order == ()
        safety.findings(look(self.chart))
        assert session.id == SESSION

    @invariant()
    def a_stop_is_never_refused(self):
        for by in (ADA, SYSTEM):
            stop = acts.StopInfusion(session=SESSION)
            assert not isinstance(decide(self.chart.lines, stop, library(), by=by, at=self.chart.at), Refusal)

    @invariant()
    def what_was_given_lies_between_nothing_and_what_was_drawn(self):
        session = self.chart.session
        now = given(session, self.chart.at)
        assert 0 <= now.low.value <= now.high.value <= Decimal(40)
        read = self.asked is not None and getattr(self.asked[0], "volume", None) is not None
        if not read:
            assert now.high.value >= self.high or session.state not in IN_THE_DRUG
            assert now.low.value >= self.low
        self.low, self.high = now.low.value, now.high.value

    @invariant()
    def stages_only_go_forward(self):
        stage = ORDER_OF_STAGES.index(self.chart.session.stage)
        assert stage >= self.stage
        self.stage = stage

    @invariant()
    def drug_begins_to_flow_only_by_a_start_or_a_resume_of_a_person(self):
        session = self.chart.session
        if session.state is State.RUNNING:
            assert session.started is not None
        if self.asked is None:
            return
        begins = session.state is State.RUNNING and self.before.state is not State.RUNNING
        if begins:
            act, by = self.asked
            assert isinstance(act, acts.StartInfusion | acts.ResumeInfusion) and by.role != "system"
            assert self.before.state is (
                State.PREPARING if isinstance(act, acts.StartInfusion) else State.PAUSED
            )

    @invariant()
    def the_rate_is_never_above_the_order(self):
        for flow in self.chart.session.flows:
            assert Decimal(0) < flow.rate.value <= 150

    @invariant()
    def the_note_is_the_same_for_the_same_facts(self):
        first, second = (
            digest(note_from(self.chart.course, self.chart.session, library())) for _ in range(2)
        )
        assert first == second

    @invariant()
    def poured_and_given_are_never_more_than_drawn(self):
        session = self.chart.session
        poured = sum((w.fact.amount.value for w in session.wasted), Decimal(0))
        tolerance = library().limit("waste_tolerance").value
        if session.wasted:
            assert poured + given(session, self.chart.at).low.value <= 40 + tolerance
        assert isinstance(given(session, self.chart.at).low, Quantity)


TestRoom = Room.TestCase
TestRoom.settings = settings(stateful_step_count=30, parent=settings())
