"""What happens when a program that the tests need is not there."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(what: str, how: str) -> NoReturn:
    """Skips with the way to get it; under CI, where nothing may be missing, fails instead."""
    reason = f"{what} was not found; {how}"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
