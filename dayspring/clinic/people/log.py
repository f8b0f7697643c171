"""What the server says of itself: the fields listed here and no others, so that nobody's name can slip in."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

# A field that is not here is not written, whoever handed it in.
FIELDS = ("method", "route", "status", "ms", "reference", "error")


class Plain(logging.Formatter):
    """One line of allow-listed fields. Of an exception: its class and its places, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        parts = [at, record.levelname, record.name]
        if record.name.startswith("dayspring") and isinstance(record.msg, str):
            # The template only: whatever would have been filled in stays out.
            parts.append(record.msg)
        parts += [f"{name}={getattr(record, name)}" for name in FIELDS if hasattr(record, name)]
        if record.exc_info and record.exc_info[0]:
            parts.append(f"error={record.exc_info[0].__name__}")
            parts += places(record.exc_info[2])
        return " ".join(parts)


def places(trace: TracebackType | None) -> list[str]:
    """Where it happened, outermost first: file, line and function."""
    return [f"\n    {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]


class Once(logging.Filter):
    """An error that already has a reference is not written a second time by Django."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(getattr(record, "request", None), "reference", None) is None
