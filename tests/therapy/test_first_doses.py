"""The first dose and each step after it, by every route."""

from datetime import timedelta

import pytest

from dayspring.therapy.orders import DoseAt
from tests.therapy.ordering import PLANNED, amount, kinds, ordered, said_of


def after(mg: str, route: str, drug: str = "ketamine") -> list[DoseAt]:
    at = PLANNED - timedelta(days=7)
    return [DoseAt(at=at, route=route, drug=drug, dose=amount(mg, "mg"))]


@pytest.mark.parametrize(
    ("protocol", "route", "before", "texts", "rule"),
    [
        ("im_depression", "im", "40", {"mg_per_kg": "0.75"}, None),
        ("im_depression", "im", "40", {"mg_per_kg": "0.8"}, "im_dose_per_kg_step"),
        ("sc_depression", "sc", "40", {"mg_per_kg": "0.6"}, None),
        ("sc_depression", "sc", "40", {"mg_per_kg": "0.75"}, "sc_dose_per_kg_step"),
        ("sc_depression", "sc", "60", {"mg_per_kg": "0.5"}, "sc_dose_per_kg_step"),
        ("sl_clinic_depression", "sl", "100", {"asked": "200"}, None),
        ("sl_clinic_depression", "sl", "100", {"asked": "250"}, "sl_dose_step"),
        ("oral_clinic_depression", "oral", "75", {"mg_per_kg": "1.9"}, None),
        ("oral_clinic_depression", "oral", "75", {"mg_per_kg": "2.5"}, "oral_dose_per_kg_step"),
    ],
)
def test_a_later_dose_moves_by_one_step(protocol, route, before, texts, rule):
    found = kinds(said_of(ordered(protocol, weight="80", **texts), last_doses=after(before, route)))
    steps = {key: kind for key, kind in found.items() if key.endswith("_step")}
    assert steps == ({rule: "REVIEW"} if rule else {})


@pytest.mark.parametrize(
    ("before", "per_kg", "asks"),
    [("20", "0.5", False), ("40", "1", False), ("20", "1", True), ("40", "0.25", False), ("30", "1", True)],
    ids=["first to second", "second to third", "one left out", "one back", "from beside a step"],
)
def test_a_step_that_the_protocol_itself_names_asks_for_no_reason(before, per_kg, asks):
    """Anxiety goes 0.25, 0.5, 1 mg/kg: wider than the step under the skin for depression."""
    order = ordered("sc_anxiety", weight="80", mg_per_kg=per_kg)
    assert ("sc_dose_per_kg_step" in kinds(said_of(order, last_doses=after(before, "sc")))) is asks


def test_the_first_dose_for_anxiety_is_the_first_of_its_ascending_ones():
    assert kinds(said_of(ordered("sc_anxiety", mg_per_kg="0.5"))) == {"sc_anxiety_first": "REVIEW"}


def test_a_dose_by_another_route_is_no_first_dose_of_this_one():
    found = kinds(said_of(ordered("im_depression", mg_per_kg="0.75"), last_doses=after("50", "iv")))
    assert found["im_dose_per_kg_first"] == "REVIEW"


@pytest.mark.parametrize(("speed", "asks"), [("22", False), ("23", True)])
def test_the_first_speed_is_the_one_that_the_protocol_names(speed, asks):
    order = ordered("iv_crps_four_days", speed=speed, lasting="90", bag_dose="500", bag_volume="500")
    assert ("crps_speed" in kinds(said_of(order))) is asks
