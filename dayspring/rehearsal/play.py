"""Plays a scenario into a room: readings every second, a cuff every five minutes, over the gateway's HTTP."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from dayspring.rehearsal.patient import CUFF_EVERY_S, KINDS, Patient, scenario

# A clinic that has not answered for so long has been closed for the night.
GIVE_UP_AFTER_S = 30.0
PLANNED_MINUTES = 40
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
    state = dict(wire.post("/gateway/readings/", {"device": device, "readings": []}).get("session") or {})  # type: ignore[call-overload]
    # The drug may have run for a while: the patient is brought to where a body would be by now.
    for _ in range(round(float(str(state.get("minutes", 0))) * 2)):
        patient.step(30, rate_share=1.0, running=patient.drug_minute < PLANNED_MINUTES)
    say(f"{device} is bound. {plan.says}")
    begun = last = time.monotonic()
    next_cuff, sent, told = begun, 0, set[float]()
    reached = begun
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
            reached = now
        except (urllib.error.URLError, TimeoutError) as lost:
            say(f"the clinic does not answer: {lost}")
        if state.get("state") == "closed" or now - reached > GIVE_UP_AFTER_S:
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


def play_all(wire: Wire, sessions: Mapping[str, str], *, seed: int, seconds: float | None = None) -> int:
    """Each session with its scenario, side by side, until all have ended. The clinic may still be starting."""
    for _ in range(60):
        try:
            urllib.request.urlopen(f"{wire.address}/enter/", timeout=2).close()
            break
        except urllib.error.HTTPError:
            break
        except (urllib.error.URLError, TimeoutError):
            time.sleep(1)

    def one(number: int, session: str, name: str) -> None:
        device = f"monitor {session[:4]}"
        play(
            wire,
            device=device,
            session=session,
            name=name,
            seed=seed + number,
            seconds=seconds,
            say=lambda _: None,
        )

    threads = [
        threading.Thread(target=one, args=(number, session, name), daemon=True)
        for number, (session, name) in enumerate(sessions.items())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 0
