"""For what one asks: which protocol, by which route, where, and under whose law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dayspring.knowledge import Library

CLINIC, ESKETAMINE, HOME, SWALLOWED, SILENT = "clinic", "esketamine", "home", "swallowed", "none"
SETTINGS = (CLINIC, HOME)
LANES = (CLINIC, ESKETAMINE, HOME)
BY_MOUTH = ("sl", "oral")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A treatment that is thought about. `lane` is the column of the rulebook that it is judged by."""

    route: str
    setting: str = CLINIC
    drug: str = "ketamine"
    jurisdiction: str = "US"
    protocol: str = ""
    indication: str = ""

    @property
    def lane(self) -> str:
        """Home wins over the drug: nobody trained is there."""
        if self.setting == HOME:
            return HOME
        return ESKETAMINE if self.drug == "esketamine" else CLINIC

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row that may speak for this aim, the most particular first."""
        lane = () if self.lane == CLINIC else (self.lane,)
        return (*lane, self.route, *((SWALLOWED,) if self.route in BY_MOUTH else ()), CLINIC)

    def kind_in(self, row: Mapping[str, Any]) -> str:
        """What a row means for this aim; `none` where it says nothing here. Raises KeyError without any column."""
        law: Mapping[str, Any] = row.get(self.jurisdiction, {})
        for column in self.columns:
            if column in law:
                return str(law[column])
            if column in row:
                return str(row[column])
        raise KeyError(f"the row of {row.get('rule', row)} has none of the columns {', '.join(self.columns)}")


INTO_A_VEIN = Aim(route="iv", protocol="iv_depression", indication="depression")


def aim_of(protocol: str, knowledge: Library) -> Aim:
    """The aim of a protocol. Raises KeyError naming the protocol when there is none of that name."""
    if protocol not in knowledge.protocols:
        raise KeyError(f"no protocol is called {protocol}")
    row = knowledge.protocols[protocol]
    return Aim(
        route=row["route"],
        setting=row.get("setting", CLINIC),
        drug=row["drug"],
        jurisdiction=knowledge.jurisdiction,
        protocol=protocol,
        indication=row["indication"],
    )
