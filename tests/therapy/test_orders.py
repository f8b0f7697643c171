"""The order: computed, bound, held to every limit, entered twice, met at the pump."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayspring.knowledge import library
from dayspring.quantities import NotANumber, Quantity, UnitMismatch
from dayspring.therapy import dosing
from dayspring.therapy.orders import (
    Order,
    bound,
    check_entered,
    order_dict,
    order_from,
    rate_to_set,
)
from tests.therapy.ordering import PLANNED, Wish, amount, drafted, entered, kinds, said_of

USUAL = Wish()


def reckoned(order: Order, **changed: object) -> Order:
    """The order with a changed number and everything that follows from it put right again."""
    new = replace(order, **changed)
    drawn = dosing.drawn_volume(new.dose, new.source, library())
    return replace(
        new,
        drawn=drawn,
        concentration=dosing.bag_concentration(new.dose, new.total_volume),
        rate=dosing.pump_rate(new.total_volume, new.minutes, library()),
    )


# Writing and binding ------------------------------------------------------------------------------


def test_an_order_survives_being_written_and_read():
    order = drafted(replace(USUAL, basis="ideal", weight="110", height="165"))
    assert order_from(order_dict(order)) == order
    assert bound(order_dict(order_from(order_dict(order)))) == bound(order_dict(order))


def test_amounts_are_written_as_text_with_their_unit():
    written = order_dict(drafted(USUAL))
    assert (written["dose"], written["rate"], written["mg_per_kg"]) == ("34 mg", "150 mL/h", "0.5 mg/kg")
    assert list(written) == sorted(written)


OTHER = {str: "other", int: 7, Quantity: None, datetime: PLANNED + timedelta(days=1), date: date(2030, 1, 1)}


@pytest.mark.hazard("H08")
@pytest.mark.parametrize("name", [field.name for field in fields(Order)])
def test_a_change_of_any_word_of_an_order_is_another_order(name):
    order = drafted(USUAL)
    value = getattr(order, name)
    other = Quantity(value.value + 1, value.unit) if isinstance(value, Quantity) else OTHER[type(value)]
    assert bound(order_dict(replace(order, **{name: other}))) != bound(order_dict(order))


def test_the_same_moment_in_another_zone_is_the_same_order():
    elsewhere = drafted(USUAL, planned_for=datetime.fromisoformat("2026-03-09T12:00+02:00"))
    assert bound(order_dict(elsewhere)) == bound(order_dict(drafted(USUAL)))


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("dose", "34.0 mg", ValueError),
        ("dose", "34 ug", UnitMismatch),
        ("dose", 34, ValueError),
        ("dose", None, ValueError),
        ("dose", "much mg", ValueError),
        ("weight", "150 [lb_av]", UnitMismatch),
        ("session_no", "1", ValueError),
        ("planned_for", "2026-03-09T10:00:00", ValueError),
    ],
)
def test_an_order_written_otherwise_is_not_read(name, value, error):
    with pytest.raises(error):
        order_from(order_dict(drafted(USUAL)) | {name: value})


def test_an_order_with_a_foreign_or_a_missing_word_is_not_read():
    written = order_dict(drafted(USUAL))
    with pytest.raises(ValueError, match="extra"):
        order_from(written | {"extra": "1 mg"})
    del written["dose"]
    with pytest.raises(ValueError, match="dose"):
        order_from(written)


@pytest.mark.parametrize("name", ["minutes", "total_volume"])
def test_a_draft_over_nothing_is_refused_in_words(name):
    with pytest.raises(NotANumber, match="cannot be divided"):
        drafted(replace(USUAL, **{name: "0"}))


# The limits ---------------------------------------------------------------------------------------


def test_the_usual_order_meets_no_limit_at_all():
    assert said_of(drafted(USUAL)) == ()


LIMITED = [
    ("mg_per_kg", "0.75", "iv_dose_per_kg_warn", None),
    ("mg_per_kg", "0.77", "iv_dose_per_kg_warn", "WARN"),
    ("mg_per_kg", "1", "iv_dose_per_kg_review", None),
    ("mg_per_kg", "1.01", "iv_dose_per_kg_review", "REVIEW"),
    ("mg_per_kg", "1.5", "iv_dose_per_kg_block", None),
    ("mg_per_kg", "1.51", "iv_dose_per_kg_block", "BLOCK"),
    ("mg_per_kg", "0.24", "iv_dose_per_kg_low", "REVIEW"),
    ("mg_per_kg", "0.09", "iv_dose_per_kg_least", "BLOCK"),
    ("minutes", "40", "iv_minutes_short", None),
    ("minutes", "39", "iv_minutes_short", "REVIEW"),
    ("minutes", "9", "iv_minutes_least", "BLOCK"),
    ("minutes", "100", "iv_minutes_block", None),
    ("minutes", "101", "iv_minutes_block", "BLOCK"),
    ("minutes", "13", "iv_speed_block", "BLOCK"),
    ("minutes", "20", "iv_speed_review", None),
    ("minutes", "19", "iv_speed_review", "REVIEW"),
    ("total_volume", "401", "iv_rate_block", "BLOCK"),
    ("total_volume", "400", "iv_rate_block", None),
    ("total_volume", "3", "iv_rate_least", "BLOCK"),
    ("total_volume", "17", "iv_concentration_block", None),
    ("total_volume", "16.9", "iv_concentration_block", "BLOCK"),
    ("total_volume", "681", "iv_concentration_least", "BLOCK"),
    ("total_volume", "680", "iv_concentration_least", None),
    ("weight", "301", "weight_most", "BLOCK"),
    ("weight", "29", "weight_least", "BLOCK"),
    ("weight", "181", "weight_high", "REVIEW"),
    ("weight", "39", "weight_low", "REVIEW"),
    ("stock", "100", "source_strength", "BLOCK"),
    ("weight", "241", "iv_dose_review", "REVIEW"),
    ("weight", "240", "iv_dose_review", None),
    ("height", "", "weight_basis", "WARN"),
    ("weight", "110", "weight_basis", "WARN"),
]


@pytest.mark.parametrize(("name", "text", "key", "kind"), LIMITED)
def test_each_limit_speaks_just_past_its_bound_and_not_on_it(name, text, key, kind):
    found = said_of(drafted(replace(USUAL, **{name: text})))
    assert kinds(found).get(key) == kind


def test_a_finding_names_the_number_the_limit_and_its_source():
    found = said_of(drafted(replace(USUAL, mg_per_kg="1.6")))
    assert found[0].kind == "BLOCK"
    says = next(f.says for f in found if f.rule == "iv_dose_per_kg_block")
    limit = library().limit("iv_dose_per_kg_block")
    assert "dose per kg" in says
    assert says.endswith(f"is above {limit}.")


def test_the_whole_dose_is_limited_whatever_the_weight():
    found = said_of(drafted(replace(USUAL, weight="160", mg_per_kg="1")))
    assert kinds(found)["iv_dose_block"] == "BLOCK"


def test_a_strong_vial_diluted_first_may_be_drawn_from():
    order = drafted(replace(USUAL, stock="100", diluted_first=True))
    assert order.source == amount(50, "mg/mL")
    assert said_of(order) == ()


def test_a_route_without_limits_cannot_be_ordered():
    found = said_of(replace(drafted(USUAL), route="im"))
    assert kinds(found)["route"] == "BLOCK"


def test_a_dose_too_small_to_be_drawn_up_exactly_is_refused():
    found = said_of(drafted(replace(USUAL, weight="52", mg_per_kg="0.1")))
    assert kinds(found)["rounding_deviation"] == "BLOCK"


@pytest.mark.parametrize(
    "changed",
    [
        {"product": "ketamine-10"},
        {"product": "ketamine-20"},
        {"drug": "esketamine"},
        {"form": "s-enantiomer"},
    ],
    ids=str,
)
def test_a_vial_that_is_not_the_ordered_drug_form_and_strength_is_stopped(changed):
    assert kinds(said_of(replace(drafted(USUAL), **changed)))["vial"] == "BLOCK"


@pytest.mark.parametrize(
    "changed",
    [
        {"dose": amount("34.5", "mg")},
        {"drawn": amount("0.69", "mL")},
        {"concentration": amount("0.35", "mg/mL")},
        {"rate": amount("150.1", "mL/h")},
        {"source": amount("10", "mg/mL")},
        {"dosing_weight": amount("69", "kg")},
        {"total_volume": amount("101", "mL")},
        {"minutes": amount("41", "min")},
        {"mg_per_kg": amount("0.52", "mg/kg")},
        {"drawn": amount(0, "mL")},
        {"rate": amount(-150, "mL/h")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_an_order_whose_numbers_do_not_follow_from_one_another_is_stopped(changed):
    found = said_of(replace(drafted(USUAL), **changed))
    assert found
    assert found[0].kind == "BLOCK"


def test_an_ideal_weight_that_is_not_the_ideal_weight_is_stopped():
    order = drafted(replace(USUAL, basis="ideal", weight="110", height="165"))
    assert "weight_basis" not in kinds(said_of(order))
    heavier = reckoned(order, dosing_weight=amount("60", "kg"), dose=amount("30", "mg"))
    assert kinds(said_of(heavier))["weight_basis"] == "BLOCK"


def test_more_drug_than_the_bag_holds_is_stopped():
    order = reckoned(drafted(replace(USUAL, stock="10")), total_volume=amount("3", "mL"))
    assert any("does not fit" in f.says for f in said_of(order))


def test_an_order_is_not_given_after_its_last_day():
    order = drafted(USUAL)
    late = said_of(order, at=PLANNED + timedelta(days=1))
    assert kinds(late)["not_after"] == "BLOCK"


# The weight (H07) ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "kind"),
    [("68", None), ("64.8", None), ("64.7", "REVIEW"), ("61.9", "REVIEW"), ("61.8", "BLOCK")],
)
def test_a_weight_that_moved_is_weighed_again_and_one_that_jumped_is_read_twice(before, kind):
    found = said_of(drafted(USUAL), second_reading=None, previous_weight=amount(before, "kg"))
    assert (found[0].kind if found else None) == kind


def test_a_second_reading_that_agrees_settles_a_jump_and_one_that_differs_stops():
    order, before = drafted(USUAL), amount(50, "kg")
    assert said_of(order, previous_weight=before, second_reading=amount("68.3", "kg")) == ()
    found = said_of(order, previous_weight=before, second_reading=amount("51", "kg"))
    assert found[0].kind == "BLOCK"


@pytest.mark.parametrize(("days", "kind"), [(30, None), (31, "BLOCK")])
def test_a_weight_older_than_thirty_days_carries_no_order(days, kind):
    found = said_of(drafted(USUAL), weight_age=timedelta(days=days))
    assert kinds(found).get("weight_age") == kind


@pytest.mark.hazard("H07")
def test_every_adult_weight_entered_in_pounds_as_kilograms_is_flagged():
    swaps = [
        (Decimal(kg), (Decimal(kg) * Decimal("2.2046")).quantize(Decimal("0.1"))) for kg in range(40, 180)
    ]
    unflagged = []
    for kg, pounds in swaps:
        order = drafted(replace(USUAL, weight=str(pounds)))
        known = said_of(order, second_reading=None, previous_weight=amount(kg, "kg"))
        first = said_of(order, second_reading=None)
        if known[0].kind != "BLOCK" or not any("first weight" in f.says or f.kind == "BLOCK" for f in first):
            unflagged.append(kg)
    assert unflagged == []


# The second check ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wish",
    [
        USUAL,
        Wish(weight="110", height="165", basis="ideal"),
        Wish(weight="110", height="165", basis="adjusted"),
        Wish(weight="62", mg_per_kg="0.75", total_volume="46.5"),
        Wish(weight="80", stock="100", diluted_first=True),
        Wish(weight="71.3", mg_per_kg="1", stock="10", total_volume="250", minutes="60"),
    ],
)
def test_a_second_person_who_reckons_from_the_label_and_the_scale_agrees(wish):
    assert check_entered(drafted(wish), entered(wish)) == ()


def test_a_difference_is_said_with_both_numbers():
    said = check_entered(drafted(USUAL), entered(USUAL) | {"dose": "43"})
    assert said == ("The two doses differ: 34 mg and 43 mg.",)


@pytest.mark.parametrize("key", ["weight", "dose", "drawn", "total_volume", "minutes", "rate"])
@pytest.mark.parametrize("text", ["", "0", "34,0", "thirty"])
def test_what_was_not_entered_as_a_number_does_not_agree(key, text):
    assert len(check_entered(drafted(USUAL), entered(USUAL) | {key: text})) == 1


def test_an_empty_second_check_agrees_with_nothing():
    assert len(check_entered(drafted(USUAL), {})) == 6
    assert check_entered(drafted(USUAL), entered(USUAL) | {"colour": "1"}) == (
        "“colour” is no entry of a second check.",
    )


# The strength (H06) -------------------------------------------------------------------------------

SHELF = library().drugs["ketamine"]["products"]
VIALS = {key: str(row["stock"]) for key, row in SHELF.items() if row["kind"] == "vial"}
DILUTIONS = ("50", "100", "250")


def _prepared(order: Order) -> dict[str, object]:
    return {
        "product": order.product,
        "stock": order.stock,
        "drawn": order.drawn,
        "total_volume": order.total_volume,
    }


@pytest.mark.hazard("H06")
def test_no_rate_comes_out_when_the_prepared_strength_is_not_the_ordered_one(capsys):
    orders = {
        (vial, total): replace(
            drafted(Wish(stock=stock, total_volume=total, diluted_first=stock == "100")), product=vial
        )
        for (vial, stock), total in product(VIALS.items(), DILUTIONS)
    }
    wrong = rates = 0
    for (one, order), (other, neighbour) in product(orders.items(), repeat=2):
        answer = rate_to_set(order, **_prepared(neighbour))
        if one == other:
            assert answer == order.rate
        else:
            wrong += 1
            rates += isinstance(answer, Quantity)
    print(f"{wrong} wrong preparations, {rates} rates handed out")
    assert len(VIALS) >= 3
    assert (wrong, rates) == (len(orders) * (len(orders) - 1), 0)


@pytest.mark.parametrize(("vial", "stock"), VIALS.items())
@pytest.mark.parametrize("name", ["product", "stock", "drawn", "total_volume"])
def test_each_single_difference_of_a_preparation_withholds_the_rate_and_names_both(vial, stock, name):
    order = replace(drafted(Wish(stock=stock, diluted_first=stock == "100")), product=vial)
    value = _prepared(order)[name]
    other = "another" if isinstance(value, str) else Quantity(value.value * 5, value.unit)
    answer = rate_to_set(order, **(_prepared(order) | {name: other}))
    assert isinstance(answer, tuple)
    assert str(value) in answer[0]
    assert str(other) in answer[0]


# The answer itself ---------------------------------------------------------------------------------


@given(st.sampled_from(["BLOCK", "REVIEW", "WARN"]), st.sampled_from(["1.6", "1.2", "0.9", "0.05"]))
def test_the_gravest_finding_stands_first(kind, mg_per_kg):
    order = ("BLOCK", "REVIEW", "WARN")
    found = [order.index(f.kind) for f in said_of(drafted(replace(USUAL, mg_per_kg=mg_per_kg)))]
    assert found == sorted(found)
    assert found


def test_the_time_zone_of_a_plan_is_part_of_it():
    with pytest.raises(ValueError, match="time zone"):
        order_dict(replace(drafted(USUAL), planned_for=PLANNED.replace(tzinfo=None)))
