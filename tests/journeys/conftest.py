"""Who sits at the screens of a journey."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.people_at_work import enter
from tests.rig.browser import Desk


@pytest.fixture
def staff(own_desk: Desk, size: str) -> dict[str, Page]:
    """Each at a screen of their own, all of the same size."""
    return {name: enter(own_desk.open(size), name) for name in ("robin", "lena", "samir", "amadi")}
