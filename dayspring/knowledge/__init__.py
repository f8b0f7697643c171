"""The data a clinician can check without reading code: numbers, protocols, drugs, each with its source."""

from dayspring.knowledge.house import read_house
from dayspring.knowledge.library import Library, library, library_with, use_house
from dayspring.knowledge.rows import KnowledgeBroken, Limit, Source

__all__ = [
    "KnowledgeBroken",
    "Library",
    "Limit",
    "Source",
    "library",
    "library_with",
    "read_house",
    "use_house",
]
