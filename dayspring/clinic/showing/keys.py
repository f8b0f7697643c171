"""Idempotency keys for the forms of a page: one for each form, made when the page is made."""

from __future__ import annotations

from collections import defaultdict
from uuid import uuid4


class keys(defaultdict[str, str]):
    """`{{ key.StartInfusion }}` gives the same new key each time within one page."""

    def __init__(self) -> None:
        super().__init__(lambda: str(uuid4()))
