"""The demonstration clinic is told through the acts that staff use, on both databases, and checks out whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tasks
from tests.rig.server import clinic_env


def command(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=tasks.ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_the_demonstration_clinic_checks_out_whole_and_is_seeded_once(own_server):
    again = command(own_server.env, "dayspring", "demo")
    assert "already there" in again.stdout, again.stderr
    checked = command(own_server.env, "dayspring", "verify")
    assert checked.returncode == 0, checked.stdout
    assert "16 charts" in checked.stdout
    folded = command(own_server.env, "dayspring", "rebuild")
    assert "16 charts" in folded.stdout, folded.stderr


def test_a_course_names_the_sources_that_it_leaned_on(own_server):
    found = command(
        own_server.env,
        "django",
        "shell",
        "-c",
        "from dayspring.clinic.people.models import Person;"
        "print(Person.objects.get(record_number='10-1893').pk)",
    )
    chart = found.stdout.split()[-1]
    cited = command(own_server.env, "dayspring", "cite", chart)
    assert cited.returncode == 0, cited.stderr
    assert "protocol iv_depression" in cited.stdout
    assert "systolic_during_pause" in cited.stdout or "diastolic_during_pause" in cited.stdout
    wrong = command(own_server.env, "dayspring", "cite", "not-a-course")
    assert wrong.returncode == 2


@pytest.mark.postgres
def test_the_same_story_is_told_on_postgresql(postgres, tmp_path):
    env = clinic_env(tmp_path, DAYSPRING_DATABASE=postgres)
    for words in (("django", "migrate", "-v0"), ("dayspring", "demo"), ("dayspring", "verify")):
        done = command(env, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "16 charts" in done.stdout


def test_a_rehearsal_sends_readings_that_the_room_shows(own_server):
    played = command(own_server.env, "dayspring", "rehearse", "--address", own_server.url, "--seconds", "4")
    assert played.returncode == 0, played.stderr
    told = command(
        own_server.env,
        "django",
        "shell",
        "-c",
        "from dayspring.clinic.charts.models import Reading;"
        "print(Reading.objects.values('session').distinct().count())",
    )
    assert int(told.stdout.split()[-1]) >= 3


def test_an_unknown_scenario_names_those_that_exist(own_server):
    wrong = command(own_server.env, "dayspring", "rehearse", "some-session", "flood")
    assert wrong.returncode == 2
    assert "pressure_spike" in wrong.stderr
