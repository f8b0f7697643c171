"""Intake and screening: the questions, what the rules found, and the prescriber's decision."""
