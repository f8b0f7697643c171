"""Orders of every kind as they are written, bound, read again and met at the pump."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta

import pytest

from dayspring.quantities import Quantity, UnitMismatch
from dayspring.therapy.order_kinds import KINDS
from dayspring.therapy.orders import (
    bound,
    check_entered,
    entries_for,
    given_in_room,
    order_dict,
    order_from,
    rate_to_set,
)
from tests.therapy.ordering import PLAIN, PLANNED, amount, kinds, plain_order, said_of

OTHERS = [kind for kind in KINDS if kind != "infusion"]
CHANGED = {str: "other", int: 7, datetime: PLANNED + timedelta(days=1), date: date(2030, 1, 1)}


def test_there_is_a_plain_order_of_every_kind():
    assert set(PLAIN) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_of_each_kind_survives_being_written_and_read(kind):
    order = plain_order(kind)
    assert order_from(order_dict(order)) == order
    assert list(order_dict(order)) == sorted(order_dict(order))


def test_an_infusion_is_written_as_it_always_was_so_that_old_charts_still_read():
    """The hash is that of the first version of this software for the same order."""
    written = order_dict(plain_order("infusion", planned_for=PLANNED))
    assert "kind" not in written
    assert "setting" not in written
    same_day = written | {"not_after": "2026-03-09"}
    assert bound(same_day) == "d44d7028cd33c5b9a71f58bb753c6f3d82a9510061a276b482d2bada3965819b"


@pytest.mark.parametrize("kind", OTHERS)
def test_every_other_kind_says_which_it_is(kind):
    assert order_dict(plain_order(kind))["kind"] == kind


@pytest.mark.hazard("H08")
@pytest.mark.parametrize(
    ("kind", "name"), [(kind, field.name) for kind in OTHERS for field in fields(KINDS[kind])]
)
def test_a_change_of_any_word_of_an_order_is_another_order(kind, name):
    order = plain_order(kind)
    value = getattr(order, name)
    if isinstance(value, Quantity):
        other = Quantity(value.value + 1, value.unit)
    elif value is None:
        other = amount(1, "mg/kg" if name == "mg_per_kg" else "mg/h" if name == "speed" else "mg")
    else:
        other = CHANGED[type(value)]
    assert bound(order_dict(replace(order, **{name: other}))) != bound(order_dict(order))


@pytest.mark.parametrize("kind", [*OTHERS, "infusion", "poultice", "", None, 3])
def test_an_order_under_another_kinds_name_is_not_read(kind):
    written = order_dict(plain_order("spray"))
    if kind != "spray":
        with pytest.raises(ValueError):
            order_from(written | {"kind": kind})


@pytest.mark.parametrize("kind", OTHERS)
def test_an_order_that_lacks_a_word_or_has_a_foreign_one_is_not_read(kind):
    written = order_dict(plain_order(kind))
    with pytest.raises(ValueError, match="extra"):
        order_from(written | {"extra": "1 mg"})
    del written["dose"]
    with pytest.raises(ValueError, match="dose"):
        order_from(written)


def test_a_count_that_is_no_whole_number_is_not_read():
    written = order_dict(plain_order("spray"))
    for wrong in ("2", True, 2.0, None):
        with pytest.raises(ValueError, match="devices"):
            order_from(written | {"devices": wrong})


@pytest.mark.parametrize("kind", KINDS)
def test_an_amount_in_another_unit_is_refused(kind):
    with pytest.raises(UnitMismatch, match="dose is 40 mcg"):
        replace(plain_order(kind), dose=amount(40, "ug"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_plain_first_order_of_each_kind_meets_no_limit(kind):
    assert said_of(plain_order(kind)) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_under_the_protocol_of_another_kind_is_stopped(kind):
    other = "in_esketamine_mdsi" if kind != "spray" else "im_depression"
    assert kinds(said_of(replace(plain_order(kind), protocol=other)))["protocol"] == "BLOCK"


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_second_check_agrees_with_nothing(kind):
    order = plain_order(kind)
    assert len(check_entered(order, {})) == len(entries_for(order)) > 2


@pytest.mark.hazard("H06")
@pytest.mark.parametrize("kind", OTHERS)
def test_no_rate_for_the_room_comes_out_of_an_order_that_is_no_infusion(kind):
    order = plain_order(kind)
    assert not given_in_room(order)
    said = rate_to_set(
        order,
        product="ketamine-50",
        stock=amount(50, "mg/mL"),
        drawn=amount("0.8", "mL"),
        total_volume=amount(100, "mL"),
    )
    assert isinstance(said, tuple)
    assert "The room gives infusions" in said[0]
