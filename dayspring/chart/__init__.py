"""The chart without a database: its lines, what stands, what was known when, and the text of a line."""

from dayspring.chart.codec import EnteredInError, Unreadable, act_digest, decode, encode
from dayspring.chart.entry import BEFORE_THE_FIRST, Entry, chain_fault, hash_of, linked
from dayspring.chart.timeline import Story, Told, known_at, standing, with_struck

__all__ = [
    "BEFORE_THE_FIRST",
    "EnteredInError",
    "Entry",
    "Story",
    "Told",
    "Unreadable",
    "act_digest",
    "chain_fault",
    "decode",
    "encode",
    "hash_of",
    "known_at",
    "linked",
    "standing",
    "with_struck",
]
