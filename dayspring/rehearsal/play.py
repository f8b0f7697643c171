"""Plays a scenario into a room: readings every second, a cuff every five minutes, over the gateway's HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from dayspring.rehearsal.patient import CUFF_EVERY_S, KINDS, Patient, scenario

STREAMED = ("pulse", "spo2", "respiration")


@dataclass(frozen=True, slots=True)
class Wire:
    """Where the clinic is and the token that lets a gateway in."""

    address: str
    token: str

    def post(self, path: str, body: object) -> dict[str, object]:
        """The clinic's answer. Raises urllib's errors when it cannot be reached or refuses."""
        sent = urllib.request.Request(
            f"{self.address}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(sent, timeout=5) as answer:
            return dict(json.load(answer))


def play(
    wire: Wire,
    *,
    device: str,
    session: str,
    name: str,
    seed: int,
    seconds: float | None = None,
    say: Callable[[str], None] = print,
) -> int:
    """Bind the device to the session and send until the session ends or `seconds` pass. Gives the readings sent."""
    plan = scenario(name)
    patient = Patient(plan=plan, rng=Random(seed))
    wire.post("/gateway/bind/", {"device": device, "session": session})
    say(f"{device} is bound. {plan.says}")
    begun = last = time.monotonic()
    next_cuff, sent, told = begun, 0, set[float]()
    state: dict[str, object] = {"state": "preparing"}
    while seconds is None or time.monotonic() - begun < seconds:
        now = time.monotonic()
        share = float(str(state.get("rate_share", 1.0)))
        patient.step(
            now - last, rate_share=share, running=state.get("state") in ("running", "pausing", "stopping")
        )
        last = now
        kinds = list(STREAMED) if not patient.silent() else []
        if now >= next_cuff:
            kinds += ["systolic", "diastolic"]
            next_cuff = now + CUFF_EVERY_S
        for minute, what in plan.events:
            if patient.drug_minute >= minute and minute not in told:
                told.add(minute)
                say(f"minute {minute:g}: the patient shows {what}; tap it in the room")
        try:
            answer = wire.post("/gateway/readings/", _body(device, kinds, patient))
            sent += len(kinds)
            state = dict(answer.get("session") or {})  # type: ignore[call-overload]
        except (urllib.error.URLError, TimeoutError) as lost:
            say(f"the clinic does not answer: {lost}")
        if state.get("state") == "closed":
            break
        time.sleep(max(0.0, 1.0 - (time.monotonic() - now)))
    say(f"{sent} readings sent")
    return sent


def _body(device: str, kinds: list[str], patient: Patient) -> dict[str, object]:
    at = datetime.now(UTC).isoformat()
    return {
        "device": device,
        "readings": [
            {"kind": kind, "value": str(round(patient.reading(kind))), "unit": KINDS[kind], "at": at}
            for kind in kinds
        ],
    }
