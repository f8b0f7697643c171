"""Twelve sessions stream at 1 Hz into one server process; stop is pressed again and again; pages are rendered.

Prints the time from the press to the answer (which is sent only after the synced commit) and the render
time of every page of the demonstration, as medians and 99th percentiles, with the machine's cores.

    python benchmarks/room_under_load.py [--seconds 60] [--stops 200]
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8765
BASE = f"http://localhost:{PORT}"
KINDS = (("pulse", "72", "/min"), ("spo2", "97", "%"), ("respiration", "14", "/min"))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--stops", type=int, default=200)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "DAYSPRING_HOME": home,
            "DAYSPRING_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "dayspring.clinic.settings",
        }
        run = [sys.executable, "-m"]
        for words in (
            ["django", "migrate", "-v0"],
            ["django", "collectstatic", "--noinput", "-v0"],
            ["dayspring", "demo"],
        ):
            subprocess.run([*run, *words], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        sessions = prepare(env)
        server = subprocess.Popen([*run, "dayspring", "serve", "--port", str(PORT)], env=env, cwd=ROOT)
        try:
            wait()
            return measure(Path(home), sessions, told.seconds, told.stops)
        finally:
            server.terminate()
            server.wait(timeout=10)


def prepare(env: dict[str, str]) -> list[str]:
    """Starts infusions for twelve more invented people and gives their sessions' ids."""
    made = [sys.executable, str(ROOT / "benchmarks" / "twelve_sessions.py")]
    out = subprocess.run(
        made,
        env=env | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return list(json.loads(out.stdout))


def wait() -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{BASE}/enter/", timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not come up")


def post(path: str, body: dict[str, object], token: str) -> None:
    sent = urllib.request.Request(
        f"{BASE}{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    urllib.request.urlopen(sent, timeout=15).read()


def stream(session: str, token: str, ends: threading.Event, sent: list[float]) -> None:
    device = f"load-{session[:8]}"
    post("/gateway/bind/", {"device": device, "session": session}, token)
    while not ends.is_set():
        begun = time.perf_counter()
        at = datetime.now(UTC).isoformat()
        rows = [{"kind": kind, "value": value, "unit": unit, "at": at} for kind, value, unit in KINDS]
        post("/gateway/readings/", {"device": device, "readings": rows}, token)
        sent.append(time.perf_counter() - begun)
        ends.wait(max(0.0, 1.0 - (time.perf_counter() - begun)))


def signed_in() -> urllib.request.OpenerDirector:
    """A browser's worth of cookies for the demonstration's nurse."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{BASE}/enter/").read().decode()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert csrf, "the entrance has a form"
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": csrf[1], "as": "lena", "next": ""}).encode()
    browser.open(
        urllib.request.Request(f"{BASE}/enter/", form, {"Referer": f"{BASE}/enter/", "Origin": BASE})
    )
    return browser


def measure(home: Path, sessions: list[str], seconds: float, stops: int) -> int:
    token = (home / "gateway-token").read_text().strip()
    ends, sent = threading.Event(), []
    streams = [threading.Thread(target=stream, args=(s, token, ends, sent)) for s in sessions]
    for thread in streams:
        thread.start()
    browser = signed_in()
    pressed: list[float] = []
    begun = time.perf_counter()
    for number in range(stops):
        session = sessions[number % len(sessions)]
        form = urllib.parse.urlencode({"key": f"bench-{number}"}).encode()
        headers = {
            "Accept": "application/json",
            "Origin": BASE,
            "Referer": f"{BASE}/sessions/{session}/",
            "Sec-Fetch-Site": "same-origin",
        }
        at = time.perf_counter()
        browser.open(urllib.request.Request(f"{BASE}/sessions/{session}/stop/", form, headers)).read()
        pressed.append(time.perf_counter() - at)
        time.sleep(max(0.0, seconds / stops - (time.perf_counter() - at)))
    took = time.perf_counter() - begun
    pages = render(browser, sessions[0])
    ends.set()
    for thread in streams:
        thread.join(timeout=20)
    print(f"{os.cpu_count()} cores, one process, {took:.0f} s")
    print(f"{len(sessions)} sessions stream {len(KINDS)} kinds at 1 Hz")
    tell("stop: press to stored fact", pressed)
    tell("gateway post to stored reading", sent)
    for name, times in pages.items():
        tell(f"page {name}", times)
    return 0


def render(browser: urllib.request.OpenerDirector, session: str) -> dict[str, list[float]]:
    names = {
        "board": "/board/",
        "courses": "/courses/",
        "screening": "/screening/",
        "plans": "/plans/",
        "people": "/people/",
        "room": f"/sessions/{session}/",
        "leave": f"/sessions/{session}/leave/",
        "note": f"/sessions/{session}/note/",
    }
    found: dict[str, list[float]] = {}
    for name, path in names.items():
        for _ in range(15):
            at = time.perf_counter()
            browser.open(f"{BASE}{path}").read()
            found.setdefault(name, []).append(time.perf_counter() - at)
    return found


def tell(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(
        f"{name:32}  n {len(times):5}  median {statistics.median(times) * 1000:7.1f} ms"
        f"  p99 {p99 * 1000:7.1f} ms  max {ordered[-1] * 1000:7.1f} ms"
    )


if __name__ == "__main__":
    raise SystemExit(main())
