"""The drug: where it goes, what it opens, and what a score does about it. Imported without a server.

One dose to the typical patient, and the hours that are asked for:

>>> from dayspring.pharmacology import Dose, Patient, Population, cite, simulate, simulate_population
>>> infusion = Dose(at_h=0, mg=35, route="iv", minutes=40)
>>> run = simulate(Patient(), [infusion], times_h=[0, 40 / 60, 24, 72])
>>> run["racemic_ketamine_ng_per_ml"].round(1).tolist()
[0.0, 209.4, 0.3, 0.0]
>>> run["madrs_points"].round(1).tolist(), run.unit("madrs_points")
([33.0, 29.2, 18.7, 21.4], 'points')

Six of them, for a thousand drawn people. The generator is handed in, so that the same people can be drawn again:

>>> import numpy as np
>>> six = [Dose(at_h=24 * day, mg=35, minutes=40) for day in (0, 2, 4, 7, 9, 11)]
>>> people = Population.draw(1000, np.random.default_rng(2026))
>>> spread = simulate_population(people, six, times_h=[0, 12 * 24, 39 * 24])
>>> spread.mean["madrs_points"].round().tolist()
[33.0, 14.0, 22.0]

Very many are summed as they are stepped, on as many threads as are given, and the numbers are the same on any:

>>> many = Population.draw(20_000, np.random.default_rng(2026))
>>> spread = simulate_population(many, six, [12 * 24], threads=2, above={"madrs_points": 22})
>>> round(float(spread.above["madrs_points", 22.0][0]), 2), spread.exact
(0.17, False)

The recalibrated numbers, in an ordinary clinic; the reference stays loadable:

>>> ward = simulate(Patient(), six, [12 * 24], parameters="dayspring-2026", profile="clinic")
>>> bool(ward["madrs_points"][0] < 33)
True

How much of the first day is the drug's is not known; the best-masked trials found nothing. The switch says both:

>>> sham = Dose(at_h=0, route="sham")
>>> def gain(share):
...     drug, none = (simulate(Patient(), [d], [24], drug_share=share) for d in (infusion, sham))
...     return round(float(none["madrs_points"][0] - drug["madrs_points"][0]), 1)
>>> gain(0.6), gain(0.0)
(8.6, 0.0)

What a run leaned on, how far it was read and how well it is known:

>>> [line for line in cite(run) if line.startswith("Ebert")]  # doctest: +NORMALIZE_WHITESPACE
['Ebert B et al. Eur J Pharmacol 1997;333:99-104 (abstract read; rat):
 derived racemic.ic50_ng_per_ml, racemic.norketamine_ic50_ng_per_ml.']

A course that nobody like this was fitted on is simulated, and says why it may not be shown as theirs:

>>> simulate(Patient(age_years=16), [infusion], [24]).outside
('The patient is 16 years old; nobody under 18 was fitted.',)
"""

from dayspring.pharmacology.cite import cite
from dayspring.pharmacology.dose import Dose, DoseRefused
from dayspring.pharmacology.parameters import Parameter, Parameters, ParametersBroken, parameters
from dayspring.pharmacology.patient import Patient, PatientRefused, Population
from dayspring.pharmacology.setting import ProfileUnknown, ShareRefused
from dayspring.pharmacology.simulate import simulate, simulate_population
from dayspring.pharmacology.summary import SimulationRefused
from dayspring.pharmacology.trajectory import FrameUnavailable, NoSuchColumn, Spread, Trajectory
from dayspring.pharmacology.transition import TooFast

__all__ = [
    "Dose",
    "DoseRefused",
    "FrameUnavailable",
    "NoSuchColumn",
    "Parameter",
    "Parameters",
    "ParametersBroken",
    "Patient",
    "PatientRefused",
    "Population",
    "ProfileUnknown",
    "ShareRefused",
    "SimulationRefused",
    "Spread",
    "TooFast",
    "Trajectory",
    "cite",
    "parameters",
    "simulate",
    "simulate_population",
]
