"""Amounts with units. Sums and comparisons refuse to mix them; each lawful conversion is named.

Values are exact decimals. A unit is a UCUM code, the same one that travels to FHIR.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation


class UnitMismatch(TypeError):
    """Two quantities met whose units differ."""


class NotANumber(ValueError):
    """Text that was meant to be a number is none, or is written in a way that can be misread."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount in one UCUM unit, such as 34 mg or 150 mL/h."""

    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal):
            raise TypeError(f"{self.value!r} {self.unit} is not an exact decimal")
        if not self.value.is_finite():
            raise NotANumber(f"{self.value} {self.unit} is not a finite number")

    def _same(self, other: Quantity) -> None:
        if not isinstance(other, Quantity) or self.unit != other.unit:
            raise UnitMismatch(f"{self} cannot meet {other}: the units differ")

    def __add__(self, other: Quantity) -> Quantity:
        self._same(other)
        return Quantity(self.value + other.value, self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        self._same(other)
        return Quantity(self.value - other.value, self.unit)

    def __lt__(self, other: Quantity) -> bool:
        self._same(other)
        return self.value < other.value

    def __le__(self, other: Quantity) -> bool:
        self._same(other)
        return self.value <= other.value

    def __gt__(self, other: Quantity) -> bool:
        return other < self

    def __ge__(self, other: Quantity) -> bool:
        return other <= self

    def times(self, factor: Decimal | int) -> Quantity:
        """The amount scaled by a pure number."""
        return Quantity(self.value * factor, self.unit)

    def per(self, other: Quantity) -> Quantity:
        """This amount divided by another, in the quotient of their units; one unit cancels to `1`."""
        if other.value == 0:
            raise NotANumber(f"{self} cannot be divided by {other}")
        if self.unit == other.unit:
            return Quantity(self.value / other.value, "1")
        return Quantity(self.value / other.value, f"{self.unit}/{other.unit}")

    def rounded(self, step: Decimal) -> Quantity:
        """The nearest multiple of `step`; halves go to the even neighbour."""
        steps = (self.value / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
        return Quantity((steps * step).normalize() + 0, self.unit)

    def __str__(self) -> str:
        """For people: no trailing zeros, never a naked decimal point, the everyday unit."""
        word = SPOKEN.get(self.unit, self.unit)
        if self.unit in COUNTED and self.value == 1:
            word = word.removesuffix("s")
        return f"{plain(self.value)} {word}".strip()


SPOKEN = {
    "mm[Hg]": "mmHg",
    "/min": "per min",
    "[lb_av]": "lb",
    "Cel": "°C",
    "ug": "mcg",
    "ug/kg/min": "mcg/kg/min",
    "a": "years",
    "mo": "months",
    "wk": "weeks",
    "d": "days",
    "mg/d": "mg a day",
    "1": "",
    "{score}": "points",
}

# Units whose word is an English plural.
COUNTED = ("a", "mo", "wk", "d", "{score}")

# Exact factors: the international pound, and powers of ten and sixty.
_FACTORS: dict[tuple[str, str], Decimal] = {
    ("[lb_av]", "kg"): Decimal("0.45359237"),
    ("g", "mg"): Decimal(1000),
    ("mg", "ug"): Decimal(1000),
    ("L", "mL"): Decimal(1000),
    ("h", "min"): Decimal(60),
    ("min", "s"): Decimal(60),
    ("mL/min", "mL/h"): Decimal(60),
    ("m", "cm"): Decimal(100),
    ("[in_i]", "cm"): Decimal("2.54"),
}


def converted(amount: Quantity, unit: str) -> Quantity:
    """The same amount in another unit of the same kind; raises UnitMismatch when none is lawful."""
    if amount.unit == unit:
        return amount
    if factor := _FACTORS.get((amount.unit, unit)):
        return Quantity(amount.value * factor, unit)
    if factor := _FACTORS.get((unit, amount.unit)):
        return Quantity(amount.value / factor, unit)
    raise UnitMismatch(f"{amount} has no lawful conversion to {unit}")


def plain(value: Decimal) -> str:
    """A decimal as a careful hand writes it: 0.5, 40, never .5 or 40.0 or 4E+1."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# No amount in this clinic needs more figures; past it, decimals would also begin to round silently.
MOST_DIGITS = 12


def typed(text: str, unit: str) -> Quantity:
    """What a person typed, read strictly: digits and at most one point; raises NotANumber otherwise.

    A comma, an exponent, a sign, a leading point and a digit run such as 4.88.1 are refused rather
    than guessed at. So are a naked leading zero, because 05 may be 0.5 that lost its point, and a
    number so long that a key must have stuck.
    """
    raw = text.strip()
    digits = raw.replace(".", "", 1)
    ends = raw.startswith(".") or raw.endswith(".")
    naked = len(raw) > 1 and raw[0] == "0" and raw[1] != "."
    if not digits.isascii() or not digits.isdigit() or ends or naked or len(digits) > MOST_DIGITS:
        raise NotANumber(
            f"“{raw}” is not a plain number in {SPOKEN.get(unit, unit)}; write it like 0.5 or 40"
        )
    try:
        return Quantity(Decimal(raw), unit)
    except InvalidOperation as wrong:  # pragma: no cover - digits alone always parse
        raise NotANumber(f"“{raw}” is not a number") from wrong


# Time ---------------------------------------------------------------------------------------------

# A month is the calendar's mean.
_SECONDS = {
    "s": Decimal(1),
    "min": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
    "wk": Decimal(604800),
    "mo": Decimal("30.4375") * 86400,
}
# What a screen shows of milligrams and millilitres.
TENTH = Decimal("0.1")


def span(amount: Quantity) -> timedelta:
    """A quantity of time as a duration; raises UnitMismatch for anything else."""
    if amount.unit not in _SECONDS:
        raise UnitMismatch(f"{amount} is no time; times are in {', '.join(_SECONDS)}")
    return timedelta(seconds=float(amount.value * _SECONDS[amount.unit]))


def lasted(length: timedelta, unit: str) -> Decimal:
    """A duration as a number of a unit of time, exact to the microsecond."""
    return Decimal(length // timedelta(microseconds=1)) / 1_000_000 / _SECONDS[unit]


def spoken(length: timedelta) -> str:
    """A duration for people: 24 s, 3 min."""
    seconds = max(0, round(length.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def spoken_days(length: timedelta) -> str:
    """A longer duration for people: 52 h, 6 days."""
    hours = int(length / timedelta(hours=1))
    return f"{hours} h" if hours < 96 else f"{hours // 24} days"
