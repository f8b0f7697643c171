"""The sessions of an invented person: order, preparation, the drug, recovery, the way home."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from dayspring.clinic import clock
from dayspring.clinic.charts.record import record
from dayspring.clinic.demonstration_people import Invented
from dayspring.clinic.showing.folded import folded
from dayspring.knowledge import library
from dayspring.quantities import Quantity
from dayspring.therapy import acts, facts
from dayspring.therapy.acts import Act, Refusal
from dayspring.therapy.dosing import weight_bases
from dayspring.therapy.facts import By
from dayspring.therapy.injections import draft_injection
from dayspring.therapy.note import digest, note_from
from dayspring.therapy.order_kinds import AnyOrder
from dayspring.therapy.orders import ENTRIES, Order, draft_order, order_dict, order_from
from dayspring.therapy.sprays import draft_spray

PROTOCOL = "iv_depression"


def quantity(value: object, unit: str) -> Quantity:
    return Quantity(Decimal(str(value)), unit)


@dataclass
class Sessions:
    """One person's sessions, act by act; `at` is the time of the story."""

    chart: uuid.UUID
    staff: Mapping[str, By]
    rng: Random
    person: Invented
    at: datetime = field(default_factory=clock.now)
    number: int = 0

    def do(self, act: Act, who: str = "lena") -> None:
        self.number += 1
        outcome = record(
            self.chart, act, by=self.staff[who], at=self.at, key=f"demo-{self.number}", seen=None
        )
        if isinstance(outcome.answer, Refusal):
            reasons = " ".join(outcome.answer.reasons)
            raise RuntimeError(
                f"the story of {self.person.record} was refused at act {self.number}: {reasons}"
            )

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def phq9(self, total: int) -> tuple[int, ...]:
        """Nine items that sum to the total, the last one kept at nought while the others can carry it."""
        items = [0] * 9
        while sum(items) < total:
            place = self.rng.randrange(8 if sum(items[:8]) < 24 else 9)
            items[place] = min(3, items[place] + 1)
        return tuple(items)

    # A dose ----------------------------------------------------------------------------------------

    def order(self, planned: datetime, *, checked: bool = True) -> str:
        """Signed by the prescriber and, when `checked`, entered again by the second nurse."""
        course = folded(self.chart).course
        line = course.weight
        assert line is not None
        assert isinstance(line.fact, facts.WeightMeasured)
        order = draft_order(
            knowledge=library(), route="iv", drug="ketamine", form="racemic", protocol=PROTOCOL,
            session_no=len(course.doses) + 1, mg_per_kg=quantity(self.person.mg_per_kg, "mg/kg"), basis="actual",
            bases=weight_bases(line.fact.weight, line.fact.height, self.person.sex, library()),
            weight_measured_at=line.happened_at, product="ketamine-50", stock=quantity(50, "mg/mL"),
            total_volume=quantity(100, "mL"), minutes=quantity(40, "min"), planned_for=planned,
            not_after=(planned + timedelta(days=1)).date(),
        )  # fmt: skip
        key = str(uuid.uuid5(self.chart, f"order {planned.isoformat()}"))
        self.do(
            acts.SignOrder(order_id=key, order=order_dict(order), why="As planned; tolerated so far."),
            "amadi",
        )
        if checked:
            self.later(minutes=4)
            written = order_from(order_dict(order))
            entered = {entry.key: str(getattr(written, entry.key)).split(" ")[0] for entry in ENTRIES}
            self.do(acts.CheckOrder(order_id=key, entered=entered), "samir")
        return key

    def order_elsewhere(self, planned: datetime) -> None:
        """An order that the treatment room does not give yet: a spray, or an injection."""
        course = folded(self.chart).course
        line = course.weight
        assert line is not None
        assert isinstance(line.fact, facts.WeightMeasured)
        protocol = library().protocols[self.person.protocol]
        common: dict[str, Any] = {
            "knowledge": library(), "route": protocol["route"], "drug": protocol["drug"], "form": protocol["form"],
            "protocol": self.person.protocol, "session_no": 1, "weight_measured_at": line.happened_at,
            "planned_for": planned, "not_after": (planned + timedelta(days=1)).date(),
        }  # fmt: skip
        order: AnyOrder
        if protocol["kind"] == "spray":
            order = draft_spray(
                **common, asked=quantity(56, "mg"), product="spravato", weight=line.fact.weight
            )
        else:
            bases = weight_bases(line.fact.weight, line.fact.height, self.person.sex, library())
            order = draft_injection(**common, mg_per_kg=quantity("0.5", "mg/kg"), basis="actual", bases=bases,
                                    product="ketamine-50", stock=quantity(50, "mg/mL"))  # fmt: skip
        key = str(uuid.uuid5(self.chart, f"order {planned.isoformat()}"))
        self.do(acts.SignOrder(order_id=key, order=order_dict(order), why="First dose, as planned."), "amadi")

    def book(self, planned: datetime, chair: str) -> str:
        session = str(uuid.uuid5(self.chart, f"session {planned.isoformat()}"))
        self.do(
            acts.BookSession(session=session, planned_for=planned, chair=chair, protocol=PROTOCOL), "robin"
        )
        return session

    def weigh(self) -> None:
        weight = quantity(self.person.weight, "kg")
        self.do(acts.MeasureWeight(weight=weight, height=quantity(self.person.height, "cm")))
        self.later(minutes=1)
        self.do(acts.MeasureWeight(weight=weight, height=quantity(self.person.height, "cm"), again=True))

    def prepare(self, session: str, order: str, *, until: str = "all") -> None:
        """Check-in and the gate; `until="some"` leaves what the nurse still has to do."""
        self.do(acts.CheckIn(session=session, order_id=order), "robin")
        self.later(minutes=2)
        self.do(acts.ConfirmIdentity(session=session, name_agrees=True, birth_date_agrees=True))
        self.do(acts.NameEscort(session=session, name=self.person.escort, phone="555 0199", transport="car"))
        self.do(acts.ConfirmFasting(session=session, last_solids_at=self.at - timedelta(hours=11),
                                    last_liquids_at=self.at - timedelta(hours=3)))  # fmt: skip
        if until == "some":
            return
        asked: dict[str, Any] = dict.fromkeys(TODAY, "no")
        self.do(acts.AskToday(session=session, **asked))
        self.do(acts.PrepareDrug(session=session, product="ketamine-50", stock=quantity(50, "mg/mL"), lot="DEMO-24",
                                 expires=(self.at + timedelta(days=300)).date(), seal_intact=True,
                                 drawn=self.infusion(order).drawn,
                                 total_volume=quantity(100, "mL"), balance_agrees=True))  # fmt: skip
        self.later(minutes=6)
        self.do(acts.ScoreSedation(session=session, moaas=5))
        self.vitals(session, 0, rest=True, temperature=True)

    def infusion(self, order: str) -> Order:
        """An order of this person that the treatment room can give."""
        written = order_from(folded(self.chart).course.orders[order].order.order)
        assert isinstance(written, Order)
        return written

    def vitals(self, session: str, rise: int, *, rest: bool = False, temperature: bool = False) -> None:
        """Pressure, pulse, saturation and breathing, `rise` above the person's own rest."""
        systolic, diastolic = self.person.rest
        wobble = self.rng.randint(-2, 2)
        values = {
            "systolic": quantity(systolic + rise + wobble, "mm[Hg]"),
            "diastolic": quantity(diastolic + round(rise * 0.6) + wobble, "mm[Hg]"),
            "pulse": quantity(70 + round(rise * 0.5) + self.rng.randint(-3, 3), "/min"),
            "spo2": quantity(98 - self.rng.randint(0, 1), "%"),
            "respiration": quantity(14, "/min"),
        }
        if temperature:
            values["temperature"] = quantity("36.6", "Cel")
        self.do(acts.TakeVitals(session=session, values=values, source="manual", at_rest=rest))

    def start(self, session: str, order: str) -> None:
        self.later(minutes=2)
        rate = self.infusion(order).rate
        self.do(acts.StartInfusion(session=session, rate=rate))

    def dosing(self, session: str, minutes: int) -> None:
        """The drug runs: rounds every ten minutes until `minutes`, the rise that most people have."""
        begun = self.at
        for minute in range(10, minutes + 1, 10):
            self.at = begun + timedelta(minutes=minute)
            if minute == 40:
                self.do(acts.CompleteInfusion(session=session, volume=quantity(100, "mL")))
            self.vitals(
                session,
                {10: 8, 20: 14, 30: 16}.get(minute, 15) + (self.person.extra_rise if minute > 10 else 0),
            )
            self.do(acts.ScoreSedation(session=session, moaas=5 if minute != 30 else 4))
            if minute in (20, 40):
                self.do(
                    acts.ScoreDissociation(
                        session=session, total=9 if minute == 40 else 6, words="floating, calm"
                    )
                )
        self.at = begun + timedelta(minutes=minutes)

    def recovering(self, session: str, minutes: int) -> None:
        """After the drug: rounds every fifteen minutes."""
        ended = self.at
        for minute in range(15, minutes + 1, 15):
            self.at = ended + timedelta(minutes=minute)
            self.vitals(session, max(0, 12 - minute // 5))
            self.do(acts.ScoreSedation(session=session, moaas=5))
            if minute == 15 and minutes > 20:
                self.at = ended + timedelta(minutes=20)
                self.do(acts.ScoreDissociation(session=session, total=3, words="clearing"))
        self.at = ended + timedelta(minutes=minutes)

    def go_home(self, session: str) -> None:
        self.do(acts.ScoreDissociation(session=session, total=0))
        self.do(acts.SeeRecovery(session=session, oriented=True, walks_steadily=True, nausea_controlled=True,
                                 no_suicidal_intent=True))  # fmt: skip
        self.do(acts.MeetEscort(session=session, name=self.person.escort))
        self.do(acts.GiveInstructions(session=session, no_driving_until=self.at + timedelta(hours=24),
                                      acknowledged_by=self.person.name))  # fmt: skip
        self.do(acts.Discharge(session=session, left_with=self.person.escort))

    def past_session(self, day: datetime) -> None:
        """A whole session that went as planned, with its note signed and a PHQ-9 the day after."""
        self.at = day.replace(hour=14, minute=0, second=0, microsecond=0) - timedelta(hours=1)
        self.weigh()
        order = self.order(self.at + timedelta(minutes=30))
        session = self.book(self.at + timedelta(minutes=20), "2")
        self.prepare(session, order)
        self.start(session, order)
        self.dosing(session, 40)
        self.recovering(session, 90)
        self.go_home(session)
        self.sign(session)
        done = len(folded(self.chart).course.doses)
        if done < len(self.person.phq9):
            self.later(hours=20)
            self.do(acts.AnswerPhq9(items=self.phq9(self.person.phq9[done])))

    def sign(self, session: str) -> None:
        note = note_of(self.chart, session)
        self.later(minutes=10)
        self.do(acts.SignNote(session=session, digest=note[0], upto=note[1]), "lena")


TODAY = (
    "alcohol_or_drugs",
    "benzodiazepine",
    "opioid",
    "stimulant",
    "bladder_pain_or_urgency",
    "blood_in_urine",
    "suicidal_intent",
    "mania_concern",
    "pregnancy_possible",
)


def note_of(chart: uuid.UUID, session: str) -> tuple[str, int]:
    """The digest of a session's note as it stands, and the last line it was made from."""
    fold = folded(chart)
    note = note_from(fold.course, fold.session(session), library())
    return digest(note), note.upto
