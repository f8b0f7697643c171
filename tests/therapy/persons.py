"""People with nothing against them, in every lane, for tests that change one thing about them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from dayspring.knowledge import library
from dayspring.therapy.aim import Aim
from dayspring.therapy.intake import asking
from dayspring.therapy.screening import Decision, screen

KNOWN = library()
DAY = date(2026, 3, 1)
CASES = Path(__file__).parents[1] / "cases"
WHO = tomllib.loads((CASES / "screening.toml").read_text())["clear"]

# Each lane of the rulebook, and each way into the body that a rule tells apart.
AIMS = {
    "iv": Aim(route="iv"),
    "im": Aim(route="im"),
    "sc": Aim(route="sc"),
    "sl": Aim(route="sl"),
    "oral": Aim(route="oral"),
    "nose": Aim(route="in"),
    "esketamine": Aim(route="in", drug="esketamine"),
    "esketamine_EU": Aim(route="in", drug="esketamine", jurisdiction="EU"),
    "home": Aim(route="sl", setting="home"),
    "home_oral": Aim(route="oral", setting="home"),
    "home_EU": Aim(route="sl", setting="home", jurisdiction="EU"),
    "home_esketamine": Aim(route="in", drug="esketamine", setting="home"),
}


def quiet_answers() -> dict[str, str]:
    """To every yes-or-no question the answer that does not fire its rule."""
    return {key: "no" if row.get("when", "yes") == "yes" else "yes" for key, row in asking(KNOWN).items()}


def clear(who: str = "woman") -> dict[str, object]:
    """The woman or the man of the worked cases, with nothing against a course in any lane."""
    told = {**quiet_answers(), **WHO["history"], **WHO["woman"], **WHO.get(who, {})}
    return {key: value for key, value in told.items() if value != ""}


def answers(case: Mapping) -> dict[str, object]:
    """A worked case as answers: the clear person, changed by `with` and short of `without`."""
    told = clear(case.get("who", "woman")) | case.get("with", {})
    return {key: value for key, value in told.items() if key not in case.get("without", ())}


def screened(told: Mapping[str, object], aim: str = "iv", on: date = DAY) -> Decision:
    return screen(told, KNOWN, on=on, aim=AIMS[aim])


def fired(decision: Decision) -> set[str]:
    """Each finding as a worked case writes it: kind and rule."""
    return {f"{found.kind} {found.rule}" for found in decision.findings}


def taking(*names: str, **doses: str) -> dict[str, object]:
    """The clear woman with these medicines in place of hers; a dose is a name with mg a day."""
    rows: list[dict[str, str]] = [{"name": name} for name in names]
    rows += [{"name": name.replace("_", " "), "dose_mg_per_day": mg} for name, mg in doses.items()]
    return clear() | {"medicines": rows}
