"""The demonstration clinic: a dozen invented people at different points of their course.

Everything is told through the same acts that staff use, at times in the past, and written by the same
writer; nothing here writes a fact of its own. Doing it again changes nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from dayspring.clinic import clock
from dayspring.clinic.demonstration_people import CAST, HISTORY_NO
from dayspring.clinic.demonstration_sessions import Sessions, quantity
from dayspring.clinic.people.demo import make_chairs, make_staff
from dayspring.clinic.people.models import Person, Staff
from dayspring.clinic.prescreen.models import Sent
from dayspring.clinic.sessions.gateway import token
from dayspring.knowledge import library
from dayspring.therapy import acts
from dayspring.therapy.consents import text_of
from dayspring.therapy.facts import By
from dayspring.therapy.prescreen import asked
from dayspring.therapy.regimen import lay_out, phases_of

SERIES = 6
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "dayspring-demonstration")


def seed(seed_number: int = 1) -> int:
    """Adds the invented people who are not there yet; gives how many. Raises when an act of theirs is refused."""
    staff = staff_by_name()
    make_chairs()
    token()
    made = 0
    for place, person in enumerate(CAST):
        key = uuid.uuid5(SPACE, person.record)
        if Person.objects.filter(pk=key).exists():
            continue
        Person.objects.create(
            id=key,
            name=person.name,
            birth_date=date.fromisoformat(person.born),
            record_number=person.record,
            phone=f"555 01{place:02d}",
        )
        Telling(chart=key, staff=staff, rng=Random(f"{seed_number}-{place}"), person=person).tell()
        made += 1
    send_online()
    return made


def send_online() -> None:
    """One set of first answers that nobody at the desk has looked at yet."""
    answers = dict.fromkeys(asked(library()), "no")
    answers |= {"adult": "yes", "escort": "yes", "tried": "yes", "heart": "unknown"}
    Sent.objects.get_or_create(
        id=uuid.uuid5(SPACE, "sent online"),
        defaults={
            "sent_at": clock.now() - timedelta(hours=3),
            "name": "Pia Inventada",
            "birth_date": date(1991, 4, 2),
            "phone": "555 0171",
            "words": "Evenings are best",
            "answers": answers,
        },
    )


def staff_by_name() -> dict[str, By]:
    """The demonstration's staff as the chart names them, by username."""
    return {name: _by(person) for name, person in make_staff().items()}


def _by(person: Staff) -> By:
    return By(id=str(person.pk), name=person.called, role=person.role)


@dataclass
class Telling(Sessions):
    """One person's story, act by act; `at` is the time of the story."""

    def tell(self) -> None:
        """As far as this person has come."""
        now = clock.now()
        self.at = now - timedelta(days=self.person.days_ago)
        steps = (self.referral, self.intake, self.decision, self.plan)
        for step in steps[: self.person.steps]:
            step()
            self.later(hours=20)
        for back in self.person.past:
            self.past_session(now - timedelta(days=back))
        if self.person.today:
            self.today(now)

    # Before the course ----------------------------------------------------------------------------

    def referral(self) -> None:
        self.do(
            acts.ReceiveReferral(
                referrer=self.person.referrer, reason=self.person.reason, goals=self.person.goals
            ),
            "robin",
        )

    def intake(self) -> None:
        answers = dict(HISTORY_NO) if self.person.answered else {}
        answers |= {
            "birth_date": self.person.born,
            "sex": self.person.sex,
            "weight": self.person.weight,
            "height": self.person.height,
            "allergies": self.person.allergies,
        }
        self.do(acts.AnswerIntake(answers={**answers, **self.person.answers}))
        weight, height = quantity(self.person.weight, "kg"), quantity(self.person.height, "cm")
        self.later(minutes=5)
        self.do(acts.MeasureWeight(weight=weight, height=height))
        self.later(minutes=2)
        self.do(acts.MeasureWeight(weight=weight, height=height, again=True))
        self.later(minutes=6)
        self.do(acts.AnswerPhq9(items=self.phq9(self.person.phq9[0])))
        if self.person.answered:
            self.later(minutes=9)
            self.do(acts.CheckPdmp(state="Oregon", outcome="as_told"))
        if self.person.asked_of:
            self.later(hours=2)
            self.do(
                acts.AskClearance(
                    clearance_id=str(uuid.uuid5(self.chart, "clearance")),
                    of=self.person.asked_of,
                    question="May the pressure rise by 40 mmHg for an hour, six times in three weeks?",
                    rules=("EX-CV-STABLE",),
                    to="Dr Fictional, cardiology",
                    due_on=(self.at + timedelta(days=10)).date(),
                ),
                "amadi",
            )

    def decision(self) -> None:
        self.do(
            acts.DecideScreening(
                decision=self.person.decision, why=self.person.why, protocol=self.person.protocol
            ),
            "amadi",
        )

    def had_and_to_come(self) -> tuple[date, ...]:
        """The days of the doses that this person has had, today's among them, and what is left of six."""
        if not self.person.past:
            return ()
        now = clock.now()
        days = [(now - timedelta(days=back)).date() for back in sorted(self.person.past, reverse=True)]
        days += [now.date()] if self.person.today else []
        while len(days) < SERIES:
            days.append(days[-1] + timedelta(days=3 if len(days) % 2 else 4))
        return tuple(days)

    def plan(self) -> None:
        text = text_of(library().protocols[self.person.protocol]["consent"], library())
        self.do(acts.SignConsent(consent=text.key, version=text.version, digest=text.digest,
                                 signed_name=self.person.name))  # fmt: skip
        phase = phases_of(self.person.protocol, library())[0].name
        first = (self.at + timedelta(days=1)).date()
        dates = (
            self.had_and_to_come() or lay_out(self.person.protocol, library(), first=first, phase=phase).dates
        )
        self.do(
            acts.PlanRegimen(
                protocol=self.person.protocol,
                indication=text.indication,
                dates=dates,
                goals=self.person.goals,
                phase=phase,
            ),
            "amadi",
        )

    # Today -----------------------------------------------------------------------------------------

    def today(self, now: datetime) -> None:
        """Where the person is now: waiting, preparing, in the drug, or after it."""
        assert self.person.today is not None
        what, chair, minutes = self.person.today
        # Enough time before the moment that everything of the morning fits in.
        self.at = now - timedelta(minutes=minutes + 25)
        self.weigh()
        if what == "ordered":
            self.order_elsewhere(now + timedelta(days=1))
            return
        order = self.order(now - timedelta(minutes=minutes), checked=what != "unchecked")
        if what == "unchecked":
            return
        session = self.book(max(self.at, now - timedelta(minutes=minutes)), chair)
        if what == "booked":
            return
        self.prepare(session, order, until="some" if what == "preparing" else "all")
        if what == "preparing":
            return
        self.at = now - timedelta(minutes=minutes + 2)
        self.start(session, order)
        if what == "dosing":
            self.dosing(session, minutes)
        else:
            self.dosing(session, 40)
            self.recovering(session, minutes - 40)
