"""A suite that cannot fail is no evidence: each control is taken away once, in a copy, and something turns red."""

from __future__ import annotations

import pytest

from tests.hazards_named import ROOT, existing
from tests.seeded_faults import SEEDS, Seed, copy, grow, planted
from tests.test_hazards import HELD_BY_NOW


@pytest.fixture(scope="module")
def place():
    with copy() as folder:
        yield folder


def called(this: Seed) -> str:
    return f"{this.hazard} {this.fault}"


def test_every_hazard_of_the_infusion_day_has_a_seeded_fault():
    assert {this.hazard for this in SEEDS} == set(HELD_BY_NOW)


@pytest.mark.parametrize("this", SEEDS, ids=called)
def test_the_control_that_a_seed_takes_away_is_still_there(this):
    whole = (ROOT / this.file).read_text(encoding="utf-8")
    assert planted(this, whole) != whole
    assert this.nodes and set(this.nodes) <= existing()


@pytest.mark.long
@pytest.mark.parametrize("this", SEEDS, ids=called)
def test_a_control_that_is_taken_away_turns_a_test_red(this, place):
    grown = grow(place, this)
    assert grown.red, grown.said
