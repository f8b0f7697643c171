"""Virtual patients whose numbers are known: drawn from the prior, and rated as the model has it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dayspring.pharmacology import Dose, Patient, Population
from dayspring.pharmacology.history import History, Rating
from dayspring.pharmacology.observe import HOURS_PER_DAY, noise
from dayspring.pharmacology.parameters import REFERENCE
from dayspring.pharmacology.setting import setting
from dayspring.pharmacology.surface import NUMBERS, course

SIX = tuple(Dose(at_h=HOURS_PER_DAY * day, mg=35, minutes=40) for day in (0, 3, 7, 10, 14, 17))
# Two ratings before, one at each session and two after; then the days that are forecast.
RATED, AHEAD = (-7, 0, 3, 7, 10, 14, 17, 21, 24, 28), (35, 42, 56)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """People with their true numbers, (people, numbers), and their PHQ-9 on every day, (days, people)."""

    numbers: np.ndarray
    phq9: np.ndarray
    expected: np.ndarray
    rated: tuple[int, ...]
    ahead: tuple[int, ...]
    doses: tuple[Dose, ...]

    def __len__(self) -> int:
        return len(self.numbers)

    def history(self, number: int) -> History:
        told = zip(self.rated, self.phq9[: len(self.rated), number].tolist(), strict=True)
        ratings = tuple(Rating(at_h=HOURS_PER_DAY * d, instrument="phq9", points=p) for d, p in told)
        return History(patient=Patient(), doses=self.doses, ratings=ratings)

    @property
    def hours_ahead(self) -> list[float]:
        return [HOURS_PER_DAY * day for day in self.ahead]

    @property
    def later(self) -> np.ndarray:
        """What was rated after all that the fit was told."""
        return self.phq9[len(self.rated) :]


def cohort(
    n: int,
    rng: np.random.Generator,
    *,
    parameters: str = REFERENCE,
    doses: tuple[Dose, ...] = SIX,
    rated: tuple[int, ...] = RATED,
    ahead: tuple[int, ...] = AHEAD,
    whole_points: bool = True,
) -> Cohort:
    """`n` people of those numbers. A rating is a whole number within the scale unless asked for bare."""
    people, days = Population.draw(n, rng, parameters_of=parameters), (*rated, *ahead)
    numbers = np.stack([people[name] for name in NUMBERS], axis=1)
    hours = tuple(HOURS_PER_DAY * day for day in days)
    at = course(Patient(), doses, hours, parameters, setting(None, parameters, "research"))
    madrs = at.madrs(numbers, moods(np.array(hours), n, rng))
    rating = at.link.read(madrs) + noise().phq9 * rng.standard_normal(madrs.shape)
    return Cohort(
        numbers=numbers,
        phq9=np.clip(np.round(rating) if whole_points else rating, 0, 27),
        expected=at.link.read(at.madrs(numbers)),
        rated=rated,
        ahead=ahead,
        doses=doses,
    )


def moods(hours: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """A stationary mood with its memory, (hours, people)."""
    error, steps = noise(), rng.standard_normal((hours.size, n))
    mood = [error.mood * steps[0]]
    for gap, step in zip(np.diff(hours), steps[1:], strict=True):
        kept = np.exp(-gap / error.memory_h)
        mood.append(kept * mood[-1] + error.mood * np.sqrt(1.0 - kept**2) * step)
    return np.array(mood)
