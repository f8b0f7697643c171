"""Codes carry their check digit, their UCUM unit and, where two are wanted, both."""

import pytest

from dayspring.knowledge import library

LOINC = "http://loinc.org"
UCUM = {"mm[Hg]", "/min", "%", "Cel", "kg", "cm", "kg/m2", "{score}", "L/min"}
CODES = [(kind, code) for kind, row in library().codes.items() for code in (row["code"], row.get("also"))]
PUBLISHED = [(k, code) for k, code in CODES if code and library().codes[k]["system"] == LOINC]


def loinc_check_digit(digits: str) -> int:
    """Mod 10, the digits at odd places from the right doubled."""
    doubled = [int(d) * 2 if place % 2 == 0 else int(d) for place, d in enumerate(reversed(digits))]
    return -sum(n // 10 + n % 10 for n in doubled) % 10


def verhoeff_holds(digits: str) -> bool:
    """Verhoeff over the dihedral group of ten."""
    times = [[(a + b) % 5 if b < 5 else 5 + (a + b) % 5 for b in range(10)] for a in range(5)]
    times += [[5 + (a - b) % 5 if b < 5 else (a - b) % 5 for b in range(10)] for a in range(5)]
    turn = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        turn.append([turn[-1][turn[1][d]] for d in range(10)])
    sum_ = 0
    for place, digit in enumerate(reversed(digits)):
        sum_ = times[sum_][turn[place % 8][int(digit)]]
    return sum_ == 0


@pytest.mark.parametrize(("kind", "code"), PUBLISHED)
def test_a_published_code_has_the_right_check_digit(kind, code):
    digits, check = code.split("-")
    assert loinc_check_digit(digits) == int(check)


@pytest.mark.parametrize("wrong", ["8480-5", "8408-6", "59408-6"])
def test_a_mistyped_code_fails_its_check_digit(wrong):
    digits, check = wrong.split("-")
    assert loinc_check_digit(digits) != int(check)


def test_the_route_has_a_snomed_code_that_checks():
    for route in library().routes.values():
        assert verhoeff_holds(route["snomed"])
    assert not verhoeff_holds("47625080")


def test_saturation_carries_both_codes_that_are_asked_for():
    row = library().codes["spo2"]
    assert {row["code"], row["also"]} == {"59408-5", "2708-6"}


def test_every_kind_is_measured_in_a_known_unit_under_its_own_code():
    assert {row["unit"] for row in library().codes.values()} <= UCUM
    given = [code for _, code in CODES if code]
    assert len(given) == len(set(given))


def test_a_local_code_is_never_passed_off_as_a_published_one():
    local = {kind: row for kind, row in library().codes.items() if row["system"] != LOINC}
    assert {"moaas", "dissociation"} <= set(local)
    assert all(row["system"] == "dayspring" for row in local.values())
    assert not any(row["code"].replace("-", "").isdigit() for row in local.values())


@pytest.mark.parametrize(
    "kind", ["systolic", "diastolic", "pulse", "spo2", "respiration", "temperature", "weight"]
)
def test_a_measurement_and_its_limits_speak_the_same_unit(kind):
    unit = library().codes[kind]["unit"]
    held = [
        x
        for key, x in library().limits.items()
        if key.startswith(f"{kind}_possible") or "_before_dose_go" in key
    ]
    ours = [limit for limit in held if limit.key.startswith(f"{kind}_")]
    assert ours
    assert {limit.unit for limit in ours} == {unit}
