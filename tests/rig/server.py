"""The clinic's real server in a process of its own, with a home folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import tasks

READY_WITHIN_S = 30


class ServerNeverReady(RuntimeError):
    """The server ended, or did not answer in time; the message holds what it said."""


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def clinic_env(home: Path, **more: str) -> dict[str, str]:
    """The environment of a demonstration clinic that lives in `home` and nowhere else."""
    env = tasks.clinic_env(home)
    env.pop("DAYSPRING_DATABASE", None)
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    env["DAYSPRING_DEMO"] = "1"
    return env | more


def seed(home: Path) -> Path:
    """A home with database, static files and demonstration clinic, made by the steps of `tasks.py run`."""
    home.mkdir(parents=True, exist_ok=True)
    try:
        tasks.prepare(Path(sys.executable), clinic_env(home))
    except SystemExit as ended:
        raise ServerNeverReady("the clinic could not be prepared; what it said is above") from ended
    return home


@dataclass(slots=True)
class Server:
    """A server that can be started, killed without warning, and started again on the same chart."""

    home: Path
    port: int = field(default_factory=free_port)
    more_env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """With the name, not the number: passkeys work on localhost only."""
        return f"http://localhost:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """For commands that must see the same clinic, such as `python -m dayspring verify`."""
        return clinic_env(self.home, **self.more_env)

    @property
    def log(self) -> str:
        """Everything the server has said."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def _log(self) -> Path:
        return self.home / "server.log"

    def start(self) -> Server:
        """Returns once the server answers; raises ServerNeverReady with its words otherwise."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                tasks.serving(sys.executable, self.port),
                cwd=tasks.ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            if answers(self.url):
                return self
            time.sleep(0.05)
        self.kill()
        raise ServerNeverReady(f"no answer on {self.url}; the server said:\n{self.log[-4000:]}")

    def kill(self) -> None:
        """Ends the server as a power cut would: no chance to say goodbye."""
        self._end(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)

    def stop(self) -> None:
        """Asks the server to end, and waits until it has."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(url: str) -> bool:
    """Whether a server answers there at all; any reply but a server's own failure counts."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as refused:
        return refused.code < 500
    except OSError:
        return False


def copy_of(seeded: Path, home: Path) -> Path:
    """A home of its own for one test, from one that was seeded before."""
    shutil.copytree(seeded, home, ignore=shutil.ignore_patterns("server.log"))
    return home
