"""The process's one batcher of device readings, shared by the gateway, the watcher and the rooms."""

from __future__ import annotations

from dayspring.clinic.charts.readings import ReadingBatcher

BATCHER = ReadingBatcher()
