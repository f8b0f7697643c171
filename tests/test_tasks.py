"""The commands: what is skipped, what is done again, and what they tell a person who cannot go on."""

from __future__ import annotations

import re
import socket
import subprocess
import sys

import pytest

import tasks

LOCKS = sorted(tasks.LOCKS.glob("*.lock"))


def test_a_fingerprint_changes_with_a_name_or_a_byte(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("40 mg")
    second.write_text("40 mg")
    before = tasks.fingerprint(first, second)
    assert before == tasks.fingerprint(second, first)
    assert tasks.fingerprint(first) != tasks.fingerprint(second)
    second.write_text("41 mg")
    assert before != tasks.fingerprint(first, second)


def test_a_step_is_done_once_and_again_when_the_database_is_gone(tmp_path, monkeypatch):
    done: list[str] = []
    env = {"DAYSPRING_HOME": str(tmp_path), "DAYSPRING_DEMO": "1"}

    def remember(command, **_):
        done.append(" ".join(map(str, command[2:4])))
        (tmp_path / "clinic.sqlite3").touch()

    monkeypatch.setattr(tasks, "do", remember)
    monkeypatch.setattr(tasks, "translate", lambda python: None)
    everything = ["django migrate", "django collectstatic", "dayspring demo"]
    tasks.prepare("python", env)
    assert done == everything
    tasks.prepare("python", env)
    assert done == everything
    (tmp_path / "clinic.sqlite3").unlink()
    tasks.prepare("python", env)
    assert done[3:] == ["django migrate", "dayspring demo"]


def test_a_step_that_failed_is_tried_again(tmp_path, monkeypatch):
    env = {"DAYSPRING_HOME": str(tmp_path), "DAYSPRING_DEMO": "1"}
    tried: list[str] = []

    def fail(command, **_):
        tried.append(" ".join(map(str, command[2:4])))
        (tmp_path / "clinic.sqlite3").touch()
        sys.exit(1)

    monkeypatch.setattr(tasks, "do", fail)
    monkeypatch.setattr(tasks, "translate", lambda python: None)
    for _ in range(2):
        with pytest.raises(SystemExit):
            tasks.prepare("python", env)
    assert tried == ["django migrate"] * 2


def test_a_taken_port_is_said_before_anything_is_made():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = subprocess.run(
            [sys.executable, tasks.ROOT / "tasks.py", "run", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert said.returncode == 1
    assert f"--port {port + 1}" in said.stderr


def test_the_locks_name_no_registry():
    assert len(LOCKS) == 3
    assert not [lock.name for lock in LOCKS if re.search(r"://|index-url|find-links", lock.read_text())]


def test_everything_that_is_installed_is_checked_by_hash():
    for lock in LOCKS:
        pinned = re.split(r"^(?=\w)", lock.read_text(), flags=re.MULTILINE)[1:]
        assert pinned
        assert not [p.split()[0] for p in pinned if "--hash=sha256:" not in p], lock.name


def test_the_tests_run_on_the_versions_that_the_clinic_runs_on():
    def versions(name):
        return set(re.findall(r"^([\w-]+==\S+)", (tasks.LOCKS / name).read_text(), re.MULTILINE))

    assert versions("run.lock") <= versions("test.lock")
