"""Where monitors speak to the clinic. A device is bound to one session by a person or by the rehearsal.

    POST /gateway/bind/      {"device", "session"}
    POST /gateway/readings/  {"device", "readings": [{"kind", "value", "unit", "at"}]}

Both carry `Authorization: Bearer <token>`; the token lies in the home folder. The answer to readings comes
after they are on the disk. Readings of a device that is bound to nothing are refused and belong to nobody.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, JsonResponse

from dayspring.clinic import clock
from dayspring.clinic.charts.devices import DeviceTaken, bind, bound
from dayspring.clinic.charts.models import DeviceBinding
from dayspring.clinic.charts.readings import READINGS, NewReading, TooMany
from dayspring.clinic.people.policy import policy
from dayspring.clinic.showing.folded import folded
from dayspring.clinic.showing.found import chart_of
from dayspring.knowledge import library
from dayspring.quantities import NotANumber, Quantity, typed
from dayspring.therapy.plausible import judged
from dayspring.therapy.session import State

MOST_READINGS = 200
MOST_BYTES = 100_000


def token_file() -> Path:
    return Path(settings.HOME) / "gateway-token"


def token() -> str:
    """The gateway's token, made on first asking and readable by the server's own user only."""
    path = token_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def _knows(request: HttpRequest) -> bool:
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return secrets.compare_digest(said.encode(), token().encode())


def _refused(why: str, status: int) -> JsonResponse:
    return JsonResponse({"refused": why}, status=status)


def _body(request: HttpRequest) -> dict[str, Any] | None:
    if len(request.body) > MOST_BYTES:
        return None
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


@policy(gateway=True)
def bind_device(request: HttpRequest) -> JsonResponse:
    """Tie a device to a session; refused while another session has it."""
    if request.method != "POST" or not _knows(request):
        return _refused("no gateway", 403)
    body = _body(request) or {}
    device, session = str(body.get("device", "")), str(body.get("session", ""))
    chart = chart_of(session)
    if not device or chart is None:
        return _refused("no such session", 404)
    if folded(chart).session(session).state is State.CLOSED:
        return _refused("the session is closed", 409)
    try:
        bind(device, chart=chart, session=session, by="gateway", at=clock.now())
    except DeviceTaken:
        return _refused("the device serves another session", 409)
    return JsonResponse({"bound": True})


@policy(gateway=True)
async def readings(request: HttpRequest) -> JsonResponse:
    """Take readings; answered when they are stored."""
    if request.method != "POST" or not await sync_to_async(_knows)(request):
        return _refused("no gateway", 403)
    body = _body(request)
    if body is None or not isinstance(body.get("readings"), list) or len(body["readings"]) > MOST_READINGS:
        return _refused("unreadable", 400)
    binding = await sync_to_async(bound)(str(body.get("device", "")))
    if binding is None:
        return _refused("the device is bound to no session", 409)
    taken, faults = [], []
    for place, row in enumerate(body["readings"]):
        reading = _reading(row, binding)
        if isinstance(reading, str):
            faults.append(f"readings[{place}]: {reading}")
        else:
            taken.append(reading)
    try:
        stored = await READINGS.apost(taken) if taken else 0
    except TooMany:
        return _refused("too many readings wait; send them again", 503)
    state = await sync_to_async(_state)(binding)
    return JsonResponse(
        {"stored": stored, "faults": faults, "session": state}, status=422 if faults and not taken else 200
    )


def _reading(row: Any, binding: DeviceBinding) -> NewReading | str:
    """A reading, with its quality told; or what is wrong with it."""
    codes = library().codes
    kind = row.get("kind") if isinstance(row, dict) else None
    if not isinstance(kind, str) or kind not in codes:
        return "unknown kind"
    if row.get("unit") != codes[kind]["unit"]:
        return f"{kind} is measured in {codes[kind]['unit']}"
    try:
        value = typed(str(row.get("value", "")), codes[kind]["unit"])
        device_at = datetime.fromisoformat(str(row["at"])) if row.get("at") else None
    except (NotANumber, ValueError):
        return "not a number or not a time"
    if device_at is not None and device_at.tzinfo is None:
        return "the time names no offset"
    return NewReading(
        session=binding.session,
        chart=binding.chart,
        device=binding.device,
        kind=kind,
        value=value,
        received_at=clock.now(),
        device_at=device_at,
        quality=_quality(kind, value),
    )


def _quality(kind: str, value: Quantity) -> str:
    """Empty when plausible; a flagged value is stored and shown to no rule."""
    refused, marks = judged({kind: value}, library())
    # One pressure number alone is no fault here: a monitor sends the two as two readings.
    impossible = [reason for reason in refused if "two numbers" not in reason]
    return "impossible" if impossible else "implausible" if marks else ""


def _state(binding: DeviceBinding) -> dict[str, object]:
    """What a simulated patient needs to know of the drug; a real gateway ignores it. Demonstration only."""
    if not settings.DEMO:
        return {}
    session = folded(binding.chart).session(binding.session)
    started = session.started
    share, minutes = 1.0, 0.0
    if started is not None and session.flows:
        ordered = started.fact.rate.value  # type: ignore[attr-defined]
        share = float(session.flows[-1].rate.value / ordered)
        minutes = (clock.now() - started.happened_at).total_seconds() / 60
    return {"state": session.state.value, "rate_share": share, "minutes": minutes}
