"""Sprays: whole devices, the label's first dose, and what is never sent home."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dayspring.knowledge import library
from dayspring.quantities import NotANumber
from dayspring.therapy.orders import DoseAt, Taker, check_entered
from tests.therapy.ordering import PLANNED, amount, kinds, ordered, said_of

EUROPE = replace(library(), jurisdiction="EU")
OLDER = Taker(age=amount(65, "a"))


def spravato(asked: str, protocol: str = "in_esketamine_trd"):
    return ordered(protocol, asked=asked)


@pytest.mark.parametrize(
    ("asked", "devices", "dose"),
    [("28", 1, 28), ("56", 2, 56), ("84", 3, 84), ("42", 1, 28), ("43", 2, 56), ("60", 2, 56), ("97", 3, 84)],
)
def test_a_dose_is_made_of_whole_devices_and_never_carried_over_the_most(asked, devices, dose):
    order = spravato(asked)
    assert (order.devices, order.dose, order.sprays) == (devices, amount(dose, "mg"), 2)


def test_a_wish_nearer_to_no_device_than_to_one_is_refused_with_both_numbers():
    with pytest.raises(NotANumber, match=r"13 mg .* 28 mg"):
        spravato("13")


def test_a_wish_above_the_most_is_stopped_although_its_devices_keep_to_it():
    order = spravato("85")
    assert order.dose == amount(84, "mg")
    assert kinds(said_of(order))["esk_dose_block"] == "BLOCK"


def test_how_far_whole_devices_are_from_the_wish_is_reviewed_and_said():
    found = {f.rule: f for f in said_of(spravato("49"))}
    assert found["whole_deviation"].kind == "REVIEW"
    assert "from 49 mg to 56 mg" in found["whole_deviation"].says
    assert "whole_deviation" not in kinds(said_of(spravato("55")))


@pytest.mark.parametrize(
    ("protocol", "asked", "found"),
    [
        ("in_esketamine_trd", "56", {}),
        ("in_esketamine_trd", "84", {"esk_start_dose_trd": "REVIEW"}),
        ("in_esketamine_trd", "28", {"esk_dose_low": "REVIEW"}),
        ("in_esketamine_mdsi", "84", {}),
        ("in_esketamine_mdsi", "56", {}),
    ],
)
def test_the_first_spray_is_the_labels_for_its_indication(protocol, asked, found):
    assert kinds(said_of(spravato(asked, protocol))) == found


def test_after_a_first_dose_the_higher_one_asks_for_no_reason():
    before = DoseAt(at=PLANNED.replace(day=5), route="in", drug="esketamine", dose=amount(56, "mg"))
    assert said_of(spravato("84"), last_doses=[before]) == ()


@pytest.mark.parametrize(
    ("knowledge", "taker", "asked", "rule"),
    [
        (EUROPE, OLDER, "28", None),
        (EUROPE, OLDER, "56", "esk_start_dose_older_eu"),
        (EUROPE, Taker(age=amount(64, "a")), "56", None),
        (EUROPE, Taker(), "56", None),
        (library(), OLDER, "56", None),
    ],
)
def test_only_under_european_law_and_from_65_on_the_first_dose_is_one_device(knowledge, taker, asked, rule):
    found = kinds(said_of(spravato(asked), knowledge=knowledge, taker=taker))
    assert found == ({rule: "REVIEW"} if rule else {})


def test_under_european_law_an_older_persons_dose_goes_up_by_one_device():
    before = DoseAt(at=PLANNED.replace(day=5), route="in", drug="esketamine", dose=amount(28, "mg"))
    known = {"last_doses": [before], "knowledge": EUROPE, "taker": OLDER}
    assert "esk_dose_step_older_eu" not in kinds(said_of(spravato("56"), **known))
    assert kinds(said_of(spravato("84"), **known))["esk_dose_step_older_eu"] == "REVIEW"


@pytest.mark.parametrize(
    ("liver", "found"),
    [
        ("none", {}),
        ("A", {}),
        ("unknown", {}),
        ("B", {"EX-HEP-B": "WARN"}),
        ("C", {"EX-HEP-C": "BLOCK"}),
    ],
)
def test_an_impaired_liver_lengthens_the_watch_and_a_failing_one_stops(liver, found):
    said = said_of(spravato("56"), taker=Taker(liver=liver))
    assert kinds(said) == found
    assert all(f.source in library().sources for f in said)


def test_with_a_moderately_impaired_liver_84_mg_is_reviewed():
    said = said_of(spravato("84", "in_esketamine_mdsi"), taker=Taker(liver="B"))
    assert kinds(said)["esk_hepatic_b_dose_review"] == "REVIEW"


def test_esketamine_is_never_sent_home():
    found = said_of(replace(spravato("56"), setting="home"))
    assert kinds(found)["route"] == "BLOCK"
    assert "esketamine" in next(f.says for f in found if f.rule == "route")


@pytest.mark.parametrize("asked", ["10", "20", "50"])
def test_every_compounded_spray_is_reviewed(asked):
    order = ordered("in_racemic_depression", asked=asked, product="ketamine-spray-10")
    assert order.devices == int(asked) // 10
    found = kinds(said_of(order))
    assert found["inr_dose_review"] == "REVIEW"
    assert "BLOCK" not in found.values()


def test_a_compounded_spray_above_the_most_is_stopped():
    order = ordered("in_racemic_depression", asked="60", product="ketamine-spray-10")
    assert kinds(said_of(order))["inr_dose_block"] == "BLOCK"


@pytest.mark.parametrize(
    "changed",
    [
        {"devices": 3},
        {"devices": 0},
        {"dose": amount(84, "mg")},
        {"device_dose": amount(14, "mg")},
        {"sprays": 1},
        {"rest": amount(4, "min")},
        {"product": "ketamine-spray-10"},
        {"drug": "ketamine"},
        {"form": "racemic"},
        {"asked": amount(20, "mg")},
        {"protocol": "nobody"},
        {"protocol": "iv_depression"},
    ],
    ids=str,
)
def test_a_spray_whose_words_do_not_fit_together_is_stopped(changed):
    found = said_of(replace(spravato("56"), **changed))
    assert found
    assert found[0].kind == "BLOCK"


def test_an_old_weight_does_not_stop_a_spray_whose_dose_rests_on_none():
    assert said_of(spravato("56"), weight_age=timedelta(days=90), second_reading=None) == ()


def test_the_second_check_of_a_spray_asks_for_dose_and_devices():
    right = {"dose": "56", "device_dose": "28", "devices": "2"}
    assert check_entered(spravato("56"), right) == ()
    assert check_entered(spravato("56"), right | {"devices": "3"}) == (
        "The two numbers of devices differ: 2 and 3.",
    )
