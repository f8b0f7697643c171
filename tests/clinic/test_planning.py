"""The plan's pages: each kind of order has its fields, its arithmetic and its second check; looking writes nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from dayspring.clinic import clock
from dayspring.clinic.charts import record
from dayspring.clinic.charts.models import ChartEntry
from dayspring.clinic.demonstration_people import HISTORY_NO
from dayspring.clinic.people.models import Person, Staff
from dayspring.clinic.showing.folded import folded
from dayspring.knowledge import library
from dayspring.quantities import Quantity, typed
from dayspring.therapy import acts
from dayspring.therapy.facts import By
from dayspring.therapy.held import kind_of
from dayspring.therapy.orders import entries_for, order_from
from dayspring.therapy.regimen import phases_of
from tests.clinic.test_room_page import Forms

pytestmark = pytest.mark.django_db

IV = "iv_depression"
KNOWN = library()
LOCAL = "%Y-%m-%dT%H:%M"
DOCTOR = By(id="9001", name="Dr Amina Test", role="prescriber")
NURSE = By(id="9002", name="Noor Test", role="nurse")

# What is typed for each kind of order, by protocol, and what must then stand on the page: rulebook 4.4 and by hand.
ORDERS = {
    "iv_depression": (
        {"mg_per_kg": "0.5", "basis": "actual", "product": "ketamine-50", "total_volume": "100", "minutes": "40"},
        ("40 mg", "0.8 mL", "100 mL", "150 mL/h", "0.5 mg/kg × 80 kg", "0.75 mg/kg/h", "12.5 mcg/kg/min"),
    ),
    "im_depression": (
        {"mg_per_kg": "0.5", "basis": "actual", "product": "ketamine-50", "site": "deltoid"},
        ("40 mg", "0.8 mL", "40 mg ÷ 50 mg/mL", "into a muscle, deltoid"),
    ),
    "in_esketamine_trd": (
        {"asked": "84", "product": "spravato"},
        ("84 mg", "3 devices", "3 × 28 mg", "5 min", "after each device"),
    ),
    "sl_clinic_depression": (
        {"asked": "250", "basis": "actual", "product": "ketamine-tablet-50"},
        ("250 mg", "2 × 100 mg = 200 mg", "1 × 50 mg = 50 mg", "3.12 mg/kg"),
    ),
    "iv_crps_four_days": (
        {"speed": "22", "basis": "actual", "lasting": "96", "product": "ketamine-50", "bag_dose": "500",
         "bag_volume": "500"},
        ("22 mg/h", "2112 mg", "22 mg/h × 96 h", "5 bags", "500 mg / 500 mL = 1 mg/mL", "22 mL/h", "10 mL"),
    ),
}  # fmt: skip


def do(rosa: Person, act: acts.Act, by: By = NURSE, *, at: datetime | None = None) -> None:
    when = at or clock.now()
    outcome = record.record(rosa.pk, act, by=by, at=when, key=str(uuid4()), seen=None)
    assert not isinstance(outcome.answer, acts.Refusal), outcome.answer.reasons


def kg(value: str, unit: str = "kg") -> Quantity:
    return typed(value, unit)


def weigh(rosa: Person) -> None:
    for again in (False, True):
        do(rosa, acts.MeasureWeight(weight=kg("80"), height=kg("178", "cm"), again=again))


def healthy() -> dict[str, object]:
    """Answers of somebody against whom nothing speaks, as the demonstration's people give them."""
    return {**HISTORY_NO, "birth_date": "1984-05-02", "sex": "male", "weight": "80", "height": "178",
            "allergies": "none"}  # fmt: skip


def decide(rosa: Person, protocol: str) -> None:
    do(rosa, acts.AnswerIntake(answers=healthy()))
    weigh(rosa)
    do(rosa, acts.DecideScreening(decision="start", why="two trials", protocol=protocol), DOCTOR)


def where(rosa: Person, name: str = "plan", **query: str) -> str:
    return reverse(f"planning:{name}", kwargs={"chart": rosa.pk}) + (
        "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
    )


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def drafted(client: Client, rosa: Person, protocol: str, **typed_in: str):
    planned = clock.now().strftime(LOCAL)
    return client.post(where(rosa, "draft"), {"protocol": protocol, "planned_for": planned, **typed_in})


# The plan ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", sorted(KNOWN.protocols))
def test_every_protocol_has_a_plan_with_its_steps_and_its_phases(come, rosa, protocol):
    weigh(rosa)
    page = text(come("prescriber"), where(rosa, protocol=protocol))
    assert KNOWN.protocols[protocol]["name"] in page
    for key in KNOWN.protocols[protocol]["dose_steps"]:
        assert str(KNOWN.limit(key).quantity) in page
    for phase in phases_of(protocol, KNOWN):
        assert f'<option value="{phase.name}"' in page


def test_looking_writes_nothing(come, rosa):
    weigh(rosa)
    before = ChartEntry.objects.count()
    client = come("prescriber")
    text(client, where(rosa))
    text(client, where(rosa, protocol="iv_pain", first="2026-12-01", phase="series"))
    drafted(client, rosa, IV, **ORDERS[IV][0])
    assert ChartEntry.objects.count() == before


def test_the_page_is_about_the_protocol_that_was_decided_unless_another_is_asked_for(come, rosa):
    decide(rosa, "in_esketamine_trd")
    client = come("prescriber")
    assert "esKETAMINE into the nose" in text(client, where(rosa))
    other = text(client, where(rosa, protocol=IV))
    assert "ketAMINE into a vein" in other
    assert f"The decision to start was for “{KNOWN.protocols['in_esketamine_trd']['name']}”" in other


def test_what_cannot_be_read_in_an_address_gives_way_to_the_proposal(come, rosa):
    weigh(rosa)
    client = come("prescriber")
    page = text(client, where(rosa, protocol="nothing", first="yesterday", phase="never", weekday="9"))
    assert KNOWN.protocols[IV]["name"] in page
    tomorrow = clock.now().date()
    assert any((tomorrow + timedelta(days=n)).isoformat() in page for n in range(4))


def test_dates_are_laid_out_on_the_days_asked_for(come, rosa):
    page = text(come("prescriber"), where(rosa, first="2027-01-05", weekday="1", phase="weekly"))
    dates = Forms(page).forms
    (plan,) = [form for form in dates if form.act == "PlanRegimen"]
    assert "2027-01-05\n2027-01-12\n2027-01-19\n2027-01-26" in page
    assert plan.fields["phase"] == ["weekly"]


def test_a_signed_plan_is_drawn_with_the_day_after_which_no_drug_is_ordered(come, rosa):
    decide(rosa, IV)
    first = clock.now().date() + timedelta(days=1)
    dates = tuple(first + timedelta(days=n) for n in (0, 3, 7))
    do(rosa, acts.PlanRegimen(protocol=IV, indication="depression", dates=dates), DOCTOR)
    page = text(come("prescriber"), where(rosa))
    last = dates[-1] + timedelta(days=7)
    assert f"No drug after {last:%-d %B} without a judgement" in page
    assert page.count('class="lastday"') == 2


@pytest.mark.parametrize("protocol", sorted(ORDERS))
def test_every_field_of_the_order_is_one_that_the_draft_reads(come, rosa, protocol):
    weigh(rosa)
    page = text(come("prescriber"), where(rosa, protocol=protocol))
    (form,) = [f for f in Forms(page).forms if f.action == where(rosa, "draft")]
    asked = set(form.fields) - {"csrfmiddlewaretoken", "protocol", "planned_for"}
    assert set(ORDERS[protocol][0]) <= asked
    assert asked - set(ORDERS[protocol][0]) <= {"mg_per_kg", "target", "speed_per_kg", "bolus", "site"}


# The draft -----------------------------------------------------------------------------------------------


@pytest.mark.hazard("H08")
@pytest.mark.parametrize("protocol", sorted(ORDERS))
def test_the_draft_shows_every_number_with_the_sum_that_gives_it(come, rosa, protocol):
    weigh(rosa)
    typed_in, numbers = ORDERS[protocol]
    answer = drafted(come("prescriber"), rosa, protocol, **typed_in)
    assert answer.status_code == 200
    page = unescape(answer.content.decode())
    for number in numbers:
        assert number in page, number


@pytest.mark.parametrize("protocol", sorted(ORDERS))
def test_what_is_signed_from_the_draft_is_what_the_draft_showed(come, rosa, protocol):
    decide(rosa, protocol)
    answer = drafted(come("prescriber"), rosa, protocol, **ORDERS[protocol][0])
    page = answer.content.decode()
    (signing,) = [form for form in Forms(page).forms if form.act == "SignOrder"]
    order = order_from(json.loads(signing.fields["order"][0] or ""))
    assert order.kind == kind_of(protocol, KNOWN)
    assert f"Sign the order for {order.dose}" in unescape(page)


def test_the_three_weights_stand_side_by_side_with_what_each_would_give(come, rosa):
    weigh(rosa)
    do(rosa, acts.AnswerIntake(answers={"sex": "male"}))
    page = unescape(drafted(come("prescriber"), rosa, IV, **ORDERS[IV][0]).content.decode())
    # 178 cm is 70.08 in: 50 + 2.3 × 10.08 = 73.2 kg; adjusted 73.2 + 0.4 × 6.8 = 75.9 kg.
    for number in ("73.2 kg", "36.6 mg", "75.9 kg", "37.95 mg"):
        assert number in page, number


def test_a_finding_carries_its_limit_and_its_source(come, rosa):
    weigh(rosa)
    typed_in = ORDERS[IV][0] | {"mg_per_kg": "1.4"}
    page = unescape(drafted(come("prescriber"), rosa, IV, **typed_in).content.decode())
    limit = KNOWN.limit("iv_dose_per_kg_review")
    assert "Needs a reason" in page
    assert str(limit) in page and limit.means in page


@pytest.mark.parametrize(
    "protocol, wrong, said",
    [
        (IV, {"mg_per_kg": "0,5"}, "“0,5” is not a plain number in mg/kg"),
        (IV, {"product": "spravato"}, "“spravato” is not on the shelf."),
        (IV, {"planned_for": "soon"}, "“soon” is no date and time."),
        ("in_esketamine_trd", {"asked": "5"}, "nearer to no device"),
        ("sl_clinic_depression", {"mg_per_kg": "1"}, "one of a dose and a dose per kilogram is needed"),
        ("iv_crps_four_days", {"speed_per_kg": "0.3"}, "one of a speed and a speed per kilogram is needed"),
        ("iv_crps_four_days", {"bag_volume": "0"}, "cannot be divided"),
    ],
)
def test_what_cannot_be_read_or_divided_is_said_and_nothing_is_guessed(come, rosa, protocol, wrong, said):
    weigh(rosa)
    answer = drafted(come("prescriber"), rosa, protocol, **(ORDERS[protocol][0] | wrong))
    assert answer.status_code == 422
    assert said in unescape(answer.content.decode())


def test_a_draft_without_a_weight_is_refused(come, rosa):
    answer = drafted(come("prescriber"), rosa, IV, **ORDERS[IV][0])
    assert answer.status_code == 422
    assert "No weight is in this chart." in answer.content.decode()


def test_when_the_route_changes_the_page_says_what_the_last_dose_comes_to_and_that_it_is_advice(come, rosa):
    signed(rosa, "im_depression")
    page = unescape(drafted(come("prescriber"), rosa, IV, **ORDERS[IV][0]).content.decode())
    assert "40 mg of ketamine (im) × 0.93 ÷ 1 is about 37 mg" in page and "advice and never an order" in page
    same = drafted(come("nurse"), rosa, "im_depression", **ORDERS["im_depression"][0])
    assert same.status_code == 403


def signed(rosa: Person, protocol: str) -> None:
    """An order of that protocol, signed by the prescriber through the act that the page posts."""
    decide(rosa, protocol)
    client = Client()
    client.force_login(
        Staff.objects.create_user("signer", "s@example.org", "x", called="Dr Signer", role="prescriber")
    )
    page = drafted(client, rosa, protocol, **ORDERS[protocol][0]).content.decode()
    (form,) = [f for f in Forms(page).forms if f.act == "SignOrder"]
    held = {name: values[0] or "" for name, values in form.fields.items()}
    answer = client.post(form.action, held | {"why": "first dose"})
    assert answer.status_code == 302, answer.content.decode()


# The second check ------------------------------------------------------------------------------------------


@pytest.mark.hazard("H08")
@pytest.mark.parametrize("protocol", ["im_depression", "in_esketamine_trd", "sl_clinic_depression", IV])
def test_the_second_person_enters_the_numbers_of_that_kind_of_order_without_seeing_them(come, rosa, protocol):
    signed(rosa, protocol)
    nurse = come("nurse")
    page = text(nurse, where(rosa, "check"))
    (form,) = [f for f in Forms(page).forms if f.act == "CheckOrder"]
    (standing,) = folded(rosa.pk).course.orders.values()
    order = order_from(standing.order.order)
    wanted = {f"entered_{entry.key}" for entry in entries_for(order)}
    assert {name for name in form.fields if name.startswith("entered_")} == wanted
    assert all(not values[0] for name, values in form.fields.items() if name in wanted)
    entered = {f"entered_{e.key}": str(getattr(order, e.key)).split(" ")[0] for e in entries_for(order)}
    held = {name: values[0] or "" for name, values in form.fields.items()}
    assert nurse.post(form.action, held | entered).status_code == 302
    (standing,) = folded(rosa.pk).course.orders.values()
    assert standing.is_checked


@pytest.mark.hazard("H08")
def test_a_tenfold_slip_of_an_injection_checks_nothing(come, rosa):
    signed(rosa, "im_depression")
    nurse = come("nurse")
    (form,) = [f for f in Forms(text(nurse, where(rosa, "check"))).forms if f.act == "CheckOrder"]
    held = {name: values[0] or "" for name, values in form.fields.items()}
    entered = {"entered_weight": "80", "entered_dose": "400", "entered_drawn": "0.8"}
    answer = nurse.post(form.action, held | entered)
    assert answer.status_code == 422 and "40 mg and 400 mg" in answer.content.decode()
    (standing,) = folded(rosa.pk).course.orders.values()
    assert not standing.is_checked


# The queue -------------------------------------------------------------------------------------------------


def test_the_queue_names_what_is_to_be_judged_since_when_and_what_blocks(come, rosa):
    decided_at = clock.now() - timedelta(days=40)
    do(rosa, acts.AnswerIntake(answers=healthy()), at=decided_at)
    do(rosa, acts.DecideScreening(decision="start", why="two trials", protocol=IV), DOCTOR, at=decided_at)
    first = decided_at.date()
    dates = tuple(first + timedelta(days=n) for n in (0, 3, 7, 10, 14, 17))
    do(rosa, acts.PlanRegimen(protocol=IV, indication="depression", dates=dates), DOCTOR, at=decided_at)
    client = come("prescriber")
    queue = text(client, reverse("planning:queue"))
    assert "Judge whether to go on; no drug until then" in queue
    page = text(client, where(rosa))
    assert "Until somebody does, no order is signed." in page
    do(rosa, acts.Reevaluate(outcome="stop", why="no answer"), DOCTOR)
    assert "Judge" not in text(client, reverse("planning:queue"))


def test_the_front_desk_does_not_see_a_plan(come, rosa):
    assert come("front_desk").get(where(rosa)).status_code == 403
