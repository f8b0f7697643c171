"""The running server is killed without warning, again and again, in the middle of a clinic's day."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import random
import re
import sqlite3
import statistics
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.rig.server import Server

BACK_WITHIN_S = 10


class Hands:
    """A nurse with a browser's cookies: posts acts and remembers which were acknowledged."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        page = self.browser.open(f"{server.url}/enter/").read().decode()
        csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert csrf, "the entrance of the demonstration has a form"
        self._post("/enter/", {"csrfmiddlewaretoken": csrf[1], "as": "lena", "next": ""})
        self.acknowledged: list[str] = []
        self.unanswered: list[str] = []

    def _post(self, path: str, form: dict[str, str]) -> bytes:
        url = self.server.url
        token = next((c.value for c in self.jar if c.name == "csrftoken"), "") or ""
        headers = {"Accept": "application/json", "Origin": url, "Referer": f"{url}/", "X-CSRFToken": token}
        sent = urllib.request.Request(f"{url}{path}", urllib.parse.urlencode(form).encode(), headers)
        return bytes(self.browser.open(sent, timeout=5).read())

    def note(self, chart: str, session: str, key: str | None = None) -> str:
        """Writes a note that is its own key; raises what the connection raises when the server dies under it."""
        key = key or str(uuid.uuid4())
        self.unanswered.append(key)
        form = {
            "session": session,
            "key": key,
            "kind": "note",
            "words": f"kill {key}",
            "seen": "1",
            "next": "/board/",
        }
        answer = json.loads(self._post(f"/chart/{chart}/do/NoteEvent/", form))
        assert answer["ok"], answer
        self.unanswered.remove(key)
        self.acknowledged.append(key)
        return key


@contextmanager
def rows(server: Server) -> Iterator[sqlite3.Connection]:
    stored = sqlite3.connect(f"file:{server.home / 'clinic.sqlite3'}?mode=ro", uri=True)
    try:
        yield stored
    finally:
        stored.close()


def running_session(server: Server) -> tuple[str, str]:
    """Chart and session of the newest infusion of the demonstration that has not ended."""
    with rows(server) as stored:
        found = stored.execute(
            "select chart, session from charts_chartentry where kind = 'InfusionStarted' and session not in "
            "(select session from charts_chartentry where kind = 'InfusionCompleted') order by recorded_at desc limit 1"
        ).fetchone()
    return str(uuid.UUID(found[0])), found[1]


def written(server: Server) -> list[str]:
    with rows(server) as stored:
        found = stored.execute("select act_key from charts_chartentry where body like '%kill %'").fetchall()
    return [key for (key,) in found]


def killed(server: Server, times: int, seed: int) -> tuple[Hands, list[float]]:
    """Kills the server `times` times while a nurse writes, and starts it again; gives how long each start took."""
    rng = random.Random(seed)
    chart, session = running_session(server)
    hands = Hands(server)
    starts = []
    for _ in range(times):
        doomed = threading.Timer(rng.uniform(0.02, 0.6), server.kill)
        doomed.start()
        while True:
            try:
                hands.note(chart, session)
            except (OSError, http.client.HTTPException):
                break
        doomed.join()
        begun = time.monotonic()
        server.start()
        starts.append(time.monotonic() - begun)
        for key in list(hands.unanswered):
            # What had no answer is sent again with the same key, as the page does.
            hands.unanswered.remove(key)
            hands.note(chart, session, key)
    return hands, starts


def check(server: Server, hands: Hands, starts: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    kept = written(server)
    with capsys.disabled():
        print(
            f"\n{len(starts)} kills of the server, {len(hands.acknowledged)} acknowledged notes, {len(kept)} stored"
        )
        print(f"back in {statistics.median(starts):.1f} s (median), {max(starts):.1f} s (slowest)")
    assert sorted(kept) == sorted(hands.acknowledged)
    assert len(hands.acknowledged) > len(starts)


def whole(server: Server) -> None:
    import subprocess
    import sys

    told = subprocess.run(
        [sys.executable, "-m", "dayspring", "verify"],
        env=server.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout


@pytest.mark.hazard("H39")
@pytest.mark.hazard("H12")
def test_a_server_that_is_killed_in_the_middle_of_a_day_loses_and_doubles_nothing(own_server, capsys):
    hands, starts = killed(own_server, 6, seed=11)
    check(own_server, hands, starts, capsys)
    whole(own_server)


@pytest.mark.hazard("H39")
def test_after_a_kill_the_session_stands_as_it_was_and_a_person_is_asked_to_look(own_server):
    chart, session = running_session(own_server)
    time.sleep(1.5)
    own_server.kill()
    own_server.start()
    until = time.monotonic() + BACK_WITHIN_S
    kinds: list[str] = []
    while time.monotonic() < until and "FindingRaised" not in kinds:
        with rows(own_server) as stored:
            told = stored.execute(
                "select kind, body from charts_chartentry where session = ? order by number", (session,)
            ).fetchall()
        after = [place for place, (kind, _) in enumerate(told) if kind == "ClockStepped"]
        kinds = (
            [kind for kind, body in told[after[-1] :] if kind != "FindingRaised" or "server-away" in body]
            if after
            else []
        )
        time.sleep(0.3)
    assert "ClockStepped" in kinds
    assert "FindingRaised" in kinds
    page = Hands(own_server).browser.open(f"{own_server.url}/sessions/{session}/").read().decode()
    assert "<strong>Dosing</strong>" in page
    assert "The server was away" in page
    assert chart


@pytest.mark.long
@pytest.mark.hazard("H39")
def test_two_hundred_kills_of_the_server_lose_and_double_nothing(own_server, capsys):
    hands, starts = killed(own_server, 200, seed=7)
    check(own_server, hands, starts, capsys)
    whole(own_server)
