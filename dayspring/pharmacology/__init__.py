"""The drug: where it goes, what it opens, and what a score does about it. Imported without a server.

>>> from dayspring.pharmacology import Dose, Patient, simulate

"""

from dayspring.pharmacology.cite import cite
from dayspring.pharmacology.dose import Dose, DoseRefused
from dayspring.pharmacology.parameters import Parameter, Parameters, ParametersBroken, parameters
from dayspring.pharmacology.patient import Patient, PatientRefused, Population
from dayspring.pharmacology.setting import ShareRefused
from dayspring.pharmacology.simulate import SimulationRefused, simulate, simulate_population
from dayspring.pharmacology.trajectory import NoSuchColumn, Spread, Trajectory

__all__ = [
    "Dose",
    "DoseRefused",
    "NoSuchColumn",
    "Parameter",
    "Parameters",
    "ParametersBroken",
    "Patient",
    "PatientRefused",
    "Population",
    "ShareRefused",
    "SimulationRefused",
    "Spread",
    "Trajectory",
    "cite",
    "parameters",
    "simulate",
    "simulate_population",
]
