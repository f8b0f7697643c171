"""Dayspring: the open system that runs ketamine therapy, from the first screening to lasting remission."""

__version__ = "0.1.0"
