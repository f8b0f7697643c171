"""The table of acts by roles: who may do what, and the row that says so."""

from __future__ import annotations

import pytest

from dayspring.knowledge import library
from dayspring.therapy import acts
from dayspring.therapy.roles import RoleRefusal, RoleRow, allowed, roles_table

TABLE = library().roles
PEOPLE = ("nurse", "prescriber", "pharmacist", "therapist", "front_desk", "manager")


def test_every_act_has_a_row_and_every_row_but_two_is_an_act():
    assert set(TABLE["acts"]) - set(acts.KINDS) == {"RegisterPerson", "SignPack"}
    assert set(acts.KINDS) - set(TABLE["acts"]) == set()


def test_every_role_of_a_row_is_a_role():
    for act, row in TABLE["acts"].items():
        assert set(row["roles"]) <= set(TABLE["roles"]), act
        assert row["says"], act


@pytest.mark.hazard("H29")
@pytest.mark.parametrize("role", [*PEOPLE, "station", "system"])
def test_stopping_is_allowed_to_everybody(role):
    assert isinstance(allowed("StopInfusion", role, library()), RoleRow)


def test_a_station_that_nobody_is_signed_in_to_can_stop_and_nothing_else():
    may = {act for act in TABLE["acts"] if isinstance(allowed(act, "station", library()), RoleRow)}
    assert may == {"StopInfusion"}


@pytest.mark.parametrize(
    "act", ["DecideScreening", "PlanRegimen", "SignOrder", "VoidOrder", "OverrideGate", "OverrideDischarge"]
)
def test_what_a_prescriber_decides_nobody_else_may(act):
    may = {role for role in TABLE["roles"] if isinstance(allowed(act, role, library()), RoleRow)}
    assert may == {"prescriber"}


@pytest.mark.parametrize("role", ["front_desk", "manager", "therapist", "pharmacist"])
def test_only_a_nurse_or_prescriber_starts_a_drug(role):
    for act in ("StartInfusion", "ResumeInfusion", "ChangeRate"):
        refusal = allowed(act, role, library())
        assert isinstance(refusal, RoleRefusal)
        assert refusal.reason.startswith(TABLE["acts"][act]["says"] + ": nurse, prescriber")


def test_a_refusal_names_the_row_and_the_role():
    refusal = allowed("SignOrder", "nurse", library())
    assert str(refusal) == "Sign an order: prescriber (roles.toml, SignOrder). Nurse is not among them."


def test_an_act_without_a_row_is_allowed_to_nobody():
    for role in TABLE["roles"]:
        assert isinstance(allowed("GiveTwice", role, library()), RoleRefusal)


@pytest.mark.parametrize("role", ["", "doctor", "Nurse"])
def test_an_unknown_role_is_allowed_nothing(role):
    assert not [a for a in TABLE["acts"] if isinstance(allowed(a, role, library()), RoleRow)]


def test_the_printed_table_says_what_the_table_says():
    lines = roles_table(library()).splitlines()
    assert len(lines) == 2 + len(TABLE["acts"])
    for line, (act, row) in zip(lines[2:], TABLE["acts"].items(), strict=True):
        cells = [c.strip() for c in line.strip("|").split("|")]
        assert cells[0] == f"`{act}`"
        assert [c == "yes" for c in cells[2:]] == [role in row["roles"] for role in TABLE["roles"]]
