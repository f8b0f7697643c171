"""Which session a device's readings belong to. A device serves one session at a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from dayspring.clinic.charts.models import DeviceBinding


class DeviceTaken(ValueError):
    """The device still serves another session; unbind it there first."""


def bound(device: str) -> DeviceBinding | None:
    """The binding that holds now; None when the device serves no session: its readings are nobody's."""
    return DeviceBinding.objects.filter(device=device, unbound_at=None).first()


def devices_of(session: str) -> list[DeviceBinding]:
    """The devices that serve a session now, in the order they were bound."""
    return list(DeviceBinding.objects.filter(session=session, unbound_at=None).order_by("bound_at", "id"))


def bind(device: str, *, chart: UUID, session: str, by: str, at: datetime) -> DeviceBinding:
    """Makes the device serve the session; again changes nothing. Raises DeviceTaken if it serves another."""
    try:
        with transaction.atomic():
            return DeviceBinding.objects.create(
                device=device, chart=chart, session=session, bound_at=at, bound_by=by
            )
    except IntegrityError:
        held = bound(device)
        if held is not None and (held.chart, held.session) == (chart, session):
            return held
        where = held.session if held else "another session"
        raise DeviceTaken(f"{device} serves {where} and cannot serve {session} too") from None


def unbind(device: str, *, by: str, at: datetime) -> bool:
    """Ends the device's service; false when it served nobody."""
    serving = DeviceBinding.objects.filter(device=device, unbound_at=None)
    return serving.update(unbound_at=at, unbound_by=by) > 0
