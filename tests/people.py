"""The cast of every test, and a chart in memory that acts are tried on. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from dayspring.knowledge import library
from dayspring.quantities import Quantity
from dayspring.therapy import acts, course, facts, session
from dayspring.therapy.acts import Act, Refusal
from dayspring.therapy.asked import Answer
from dayspring.therapy.decide import decide
from dayspring.therapy.dosing import weight_bases
from dayspring.therapy.facts import By, Stamped
from dayspring.therapy.orders import ENTRIES, draft_order, order_dict, order_from

ADA = By(id="ada", name="Ada Nwosu", role="nurse")
SAM = By(id="sam", name="Sam Ortiz", role="nurse")
BOATENG = By(id="boateng", name="Dr Kofi Boateng", role="prescriber")
VALE = By(id="vale", name="Robin Vale", role="front_desk")
SYSTEM = By(id="dayspring", name="Dayspring", role="system")

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SESSION = "5e551000-0000-4000-8000-000000000001"
ORDER = "order-1"


def q(value: str | int, unit: str) -> Quantity:
    return Quantity(Decimal(str(value)), unit)


def pressure(
    systolic: int, diastolic: int, *, pulse: int = 72, rest: bool = True, **more: int
) -> acts.TakeVitals:
    values = {
        "systolic": q(systolic, "mm[Hg]"),
        "diastolic": q(diastolic, "mm[Hg]"),
        "pulse": q(pulse, "/min"),
    }
    units = {"spo2": "%", "respiration": "/min", "temperature": "Cel"}
    values |= {kind: q(value, units[kind]) for kind, value in more.items()}
    return acts.TakeVitals(session=SESSION, values=values, at_rest=rest)


@dataclass
class Chart:
    """Standing lines in memory, and a clock that the test moves."""

    at: datetime = NINE
    lines: list[Stamped] = field(default_factory=list)
    number: int = 0

    def later(self, **span: float) -> Chart:
        self.at += timedelta(**span)
        return self

    def ask(self, act: Act, by: By = ADA) -> Answer:
        """What `decide` answers; facts are appended as the writer would, corrections replace their line."""
        answer = decide(self.lines, act, library(), by=by, at=self.at)
        if not isinstance(answer, Refusal):
            for fact in answer:
                self.number += 1
                if isinstance(fact, facts.Correction):
                    self._correct(fact, act, by)
                    continue
                self.lines.append(self._stamped(fact, act, by))
        return answer

    def do(self, act: Act, by: By = ADA) -> tuple[facts.Fact | facts.Correction, ...]:
        answer = self.ask(act, by)
        assert not isinstance(answer, Refusal), answer.reasons
        return answer

    def refused(self, act: Act, by: By = ADA) -> tuple[str, ...]:
        answer = self.ask(act, by)
        assert isinstance(answer, Refusal), answer
        return answer.reasons

    def _stamped(self, fact: facts.Fact, act: Act, by: By) -> Stamped:
        return Stamped(
            fact=fact,
            number=self.number,
            happened_at=act.happened_at or self.at,
            recorded_at=self.at,
            by=by,
            session=act.session,
        )

    def _correct(self, fact: facts.Correction, act: Act, by: By) -> None:
        place = next(i for i, line in enumerate(self.lines) if line.number == fact.corrects)
        old = self.lines[place]
        self.lines.remove(old)
        if fact.instead is not None:
            stamped = self._stamped(fact.instead, act, by)
            self.lines.insert(
                place, Stamped(**{**_plain(stamped), "happened_at": old.happened_at, "session": old.session})
            )

    @property
    def session(self) -> session.Session:
        return session.fold(self.lines, SESSION)

    @property
    def course(self) -> course.Course:
        return course.fold(self.lines)


def _plain(line: Stamped) -> dict[str, object]:
    return {
        name: getattr(line, name)
        for name in ("fact", "number", "happened_at", "recorded_at", "by", "session")
    }


HEALTHY = {
    "benzodiazepine": "no",
    "opioid": "no",
    "stimulant": "no",
    "alcohol_or_drugs": "no",
    "bladder_pain_or_urgency": "no",
    "blood_in_urine": "no",
    "suicidal_intent": "no",
    "mania_concern": "no",
    "pregnancy_possible": "no",
}


def decided(chart: Chart) -> Chart:
    """A course that a prescriber has decided to start: the decision itself is written, not asked for."""
    chart.number += 1
    chart.lines.append(
        Stamped(
            fact=facts.ScreeningDecided(decision="start", why="test", status="eligible", findings=()),
            number=chart.number,
            happened_at=chart.at,
            recorded_at=chart.at,
            by=BOATENG,
        )
    )
    return chart


def ordered(chart: Chart | None = None, *, weight: str = "80", mg_per_kg: str = "0.5") -> Chart:
    """V1 of the rulebook: 80 kg, 0.5 mg/kg over 40 minutes, 40 mg to 100 mL, signed and checked."""
    chart = decided(chart or Chart())
    chart.do(acts.MeasureWeight(weight=q(weight, "kg"), height=q(178, "cm")))
    chart.later(minutes=1).do(acts.MeasureWeight(weight=q(weight, "kg"), height=q(178, "cm"), again=True))
    chart.later(minutes=1).do(
        acts.SignOrder(order_id=ORDER, order=an_order(chart, mg_per_kg), why="first dose"), BOATENG
    )
    chart.later(minutes=1).do(acts.CheckOrder(order_id=ORDER, entered=entries(chart)), SAM)
    return chart


def an_order(chart: Chart, mg_per_kg: str = "0.5") -> dict[str, object]:
    line = chart.course.weight
    assert line is not None and isinstance(line.fact, facts.WeightMeasured)
    order = draft_order(
        knowledge=library(),
        route="iv",
        drug="ketamine",
        form="racemic",
        protocol="iv_depression",
        session_no=1,
        mg_per_kg=q(mg_per_kg, "mg/kg"),
        basis="actual",
        bases=weight_bases(line.fact.weight, line.fact.height, "male", library()),
        weight_measured_at=line.happened_at,
        product="ketamine-50",
        stock=q(50, "mg/mL"),
        total_volume=q(100, "mL"),
        minutes=q(40, "min"),
        planned_for=chart.at,
        not_after=date(2026, 11, 27),
    )
    return order_dict(order)


def entries(chart: Chart, order_id: str = ORDER) -> dict[str, str]:
    """What a second person reads from the true label."""
    order = order_from(chart.course.orders[order_id].order.order)
    return {entry.key: str(getattr(order, entry.key)).split(" ")[0] for entry in ENTRIES}


def prepared(chart: Chart | None = None) -> Chart:
    """Everything of the gate done, with fresh evidence, a minute apart."""
    chart = ordered(chart)
    text = library().consents["iv_depression"]
    chart.do(acts.SignConsent(consent="iv_depression", version=text["version"], route="iv", indication="depression",
                              signed_name="Rosa Test"))  # fmt: skip
    chart.do(
        acts.BookSession(session=SESSION, planned_for=chart.at, chair="2", protocol="iv_depression"), VALE
    )
    chart.do(acts.CheckIn(session=SESSION, order_id=ORDER), VALE)
    chart.do(acts.ConfirmIdentity(session=SESSION, name_agrees=True, birth_date_agrees=True))
    chart.do(acts.NameEscort(session=SESSION, name="Jo Test", phone="555 0100", transport="car"))
    chart.do(acts.ConfirmFasting(session=SESSION, last_solids_at=chart.at - timedelta(hours=12),
                                 last_liquids_at=chart.at - timedelta(hours=4)))  # fmt: skip
    chart.do(acts.AskToday(session=SESSION, **HEALTHY))
    chart.do(acts.PrepareDrug(session=SESSION, product="ketamine-50", stock=q(50, "mg/mL"), lot="T-100",
                              expires=date(2027, 6, 30), seal_intact=True, drawn=q("0.8", "mL"),
                              total_volume=q(100, "mL"), balance_agrees=True))  # fmt: skip
    chart.later(minutes=1).do(acts.ScoreSedation(session=SESSION, moaas=5))
    chart.do(pressure(122, 78, spo2=98, respiration=14, temperature=36))
    return chart


def running(chart: Chart | None = None) -> Chart:
    """The drug has just been started at 150 mL/h."""
    chart = prepared(chart).later(minutes=1)
    chart.do(acts.StartInfusion(session=SESSION, rate=q(150, "mL/h")))
    return chart


def monitoring(chart: Chart | None = None) -> Chart:
    """The bag ran to its end after 40 minutes and somebody saw it."""
    chart = running(chart).later(minutes=40)
    chart.do(acts.CompleteInfusion(session=SESSION, volume=q(100, "mL")))
    return chart


def ready(chart: Chart | None = None) -> Chart:
    """Ninety minutes after the drug, with everything seen and the escort at the door."""
    chart = monitoring(chart).later(minutes=78)
    chart.do(pressure(126, 80, rest=False, spo2=98))
    chart.later(minutes=12).do(pressure(124, 78, rest=False, spo2=98))
    chart.do(acts.ScoreSedation(session=SESSION, moaas=5))
    chart.do(acts.ScoreDissociation(session=SESSION, total=1))
    chart.do(acts.SeeRecovery(session=SESSION, oriented=True, walks_steadily=True, nausea_controlled=True,
                              no_suicidal_intent=True))  # fmt: skip
    chart.do(acts.MeetEscort(session=SESSION, name="Jo Test"))
    chart.do(acts.GiveInstructions(session=SESSION, no_driving_until=chart.at + timedelta(hours=24),
                                   acknowledged_by="Rosa Test"))  # fmt: skip
    return chart
