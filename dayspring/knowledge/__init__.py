"""The data a clinician can check without reading code: numbers, protocols, drugs, each with its source."""

from dayspring.knowledge.library import Library, library
from dayspring.knowledge.rows import Limit, Source

__all__ = ["Library", "Limit", "Source", "library"]
