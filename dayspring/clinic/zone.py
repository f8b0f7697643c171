"""The clinic's time zone: times are stored in UTC and shown here."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings


def zone() -> ZoneInfo:
    return ZoneInfo(settings.ZONE)
