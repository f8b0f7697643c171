"""What a dose by one route comes to by another: by hand, there and back, and always as advice."""

import pytest

from dayspring.knowledge import library
from dayspring.quantities import NotANumber
from dayspring.therapy.exposure import compare
from tests.therapy.ordering import amount


@pytest.mark.parametrize(
    ("mg", "one", "other", "comes_to"),
    [
        ("40", "iv", "im", "43"),
        ("40", "iv", "in", "89"),
        ("40", "iv", "sl", "133.5"),
        ("40", "iv", "oral", "200"),
        ("300", "sl", "iv", "90"),
        ("100", "sl", "oral", "150"),
        ("40", "iv", "iv", "40"),
    ],
)
def test_the_rulebooks_shares_give_the_dose_by_the_other_route(mg, one, other, comes_to):
    said = compare(amount(mg, "mg"), one, other, library())
    assert said.dose == amount(comes_to, "mg")
    assert "advice and never an order" in said.says
    assert all(limit.source in library().sources for limit in said.limits)


def test_esketamine_is_said_to_be_the_stronger_drug():
    said = compare(amount(84, "mg"), "in", "iv", library(), from_drug="esketamine")
    assert said.dose == amount("40.5", "mg")
    assert "esketamine is the stronger drug" in said.says


def test_a_route_whose_share_nobody_knows_is_not_guessed():
    with pytest.raises(NotANumber, match="rectal"):
        compare(amount(40, "mg"), "iv", "rectal", library())


def test_volumes_are_not_compared_between_routes():
    with pytest.raises(NotANumber, match="40 mL"):
        compare(amount(40, "mL"), "iv", "im", library())
