"""The shell: serve, demo, verify, rebuild, cite, rehearse, docs, and the verbs of `commands`.

Each says what it did in plain words.

Modules that name tables are imported inside the commands: they can be read only after Django is set up, and
`rehearse` of one session, like `--help`, needs no Django at all.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dayspring.commands import calibrate, changes, dose, fit, kernel, screen, simulate, trial, validate
from dayspring.knowledge import KnowledgeBroken, read_house, use_house

if TYPE_CHECKING:
    from dayspring.clinic.reference import Command

Run = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 0 when all is well, 1 when something was found wrong, 2 for a wrong command."""
    parser = argparse.ArgumentParser(prog="dayspring", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, (run, words, options) in VERBS.items():
        verb = verbs.add_parser(name, help=words, description=words)
        verb.set_defaults(run=run)
        for flags, settings in options:
            verb.add_argument(*flags, **settings)
    asked = parser.parse_args(argv)
    if asked.verb in AS_THE_CLINIC:
        try:
            use_house(read_house(_home() / "house_limits.toml"))
        except KnowledgeBroken as wrong:
            print(wrong, file=sys.stderr)
            return 2
    try:
        return int(asked.run(asked))
    except BrokenPipeError:
        # Whoever read along has gone, as `head` does; nothing is left to be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _home() -> Path:
    return Path(os.environ.get("DAYSPRING_HOME") or Path(__file__).resolve().parent.parent / "var")


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dayspring.clinic.settings")
    import django

    django.setup()


def serve(asked: argparse.Namespace) -> int:
    """Run the server in the foreground until it is stopped."""
    import uvicorn

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dayspring.clinic.settings")
    uvicorn.run(
        "dayspring.clinic.asgi:application",
        host=asked.host,
        port=asked.port,
        timeout_graceful_shutdown=3,
        log_level="warning",
    )
    return 0


def demo(asked: argparse.Namespace) -> int:
    """Fill an empty clinic with invented people at different points of their course. Doing it again changes nothing."""
    _django()
    from dayspring.clinic.demonstration import seed

    made = seed(seed_number=asked.seed)
    print(f"{made} invented people added" if made else "the demonstration clinic is already there")
    return 0


def verify(asked: argparse.Namespace) -> int:
    """Check every chart's chain and head, the triggers and the database's settings."""
    _django()
    from dayspring.clinic.charts.verify import verify as check

    report = check()
    for fault in report.faults:
        print(f"fault: {fault.chart} {fault.says}")
    print(f"{report.charts} charts, {report.lines} lines: {'whole' if report.whole else 'NOT whole'}")
    return 0 if report.whole else 1


def rebuild(asked: argparse.Namespace) -> int:
    """Fold every chart anew. There are no read tables: this shows that each chart folds, and how long it takes."""
    _django()
    import time

    from dayspring.clinic.people.models import Person
    from dayspring.clinic.showing.folded import folded

    begun, sessions, charts = time.perf_counter(), 0, 0
    for person in Person.objects.all():
        fold = folded(person.pk)
        charts += 1
        for key in fold.course.bookings:
            fold.session(key)
            sessions += 1
    print(
        f"{charts} charts and {sessions} sessions folded in {time.perf_counter() - begun:.2f} s; "
        "nothing is kept but facts"
    )
    return 0


def cite(asked: argparse.Namespace) -> int:
    """Print the sources that a course leaned on: of its protocol, its orders' limits and its findings."""
    _django()
    from dayspring.clinic.showing.folded import folded
    from dayspring.knowledge import library
    from dayspring.therapy.citing import leaned_on

    try:
        chart = UUID(asked.course)
    except ValueError:
        print(f"{asked.course} is no course id; a course's page shows it in its address", file=sys.stderr)
        return 2
    rows = leaned_on(folded(chart).lines, library())
    for row in rows:
        print(row)
    return 0 if rows else 1


def rehearse(asked: argparse.Namespace) -> int:
    """Play a simulated monitor and patient into one session, or into every open one of the demonstration."""
    from dayspring.rehearsal.patient import names
    from dayspring.rehearsal.play import Wire, play, play_all

    if asked.scenario not in names():
        print(f"no scenario is called {asked.scenario}; there are {', '.join(names())}", file=sys.stderr)
        return 2
    home = _home()
    wire = Wire(address=asked.address, token=asked.token or (home / "gateway-token").read_text().strip())
    if not asked.session:
        return play_all(wire, _open_sessions(), seed=asked.seed, seconds=asked.seconds)
    device = asked.device or f"monitor {asked.session[:4]}"
    play(
        wire,
        device=device,
        session=asked.session,
        name=asked.scenario,
        seed=asked.seed,
        seconds=asked.seconds,
    )
    return 0


def _open_sessions() -> dict[str, str]:
    """The open sessions of this machine's clinic; chair 5 is the one whose pressure climbs."""
    _django()
    from dayspring.clinic.sessions.watcher import open_sessions

    found = {}
    for fold, key in open_sessions():
        booked = fold.session(key).booked
        found[key] = "pressure_spike" if booked is not None and booked.chair == "5" else "calm"
    return found


def docs(asked: argparse.Namespace) -> int:
    """Write the generated reference pages; with --check, say which are stale and change nothing."""
    from dayspring.clinic.reference import write

    home = Path(__file__).resolve().parent.parent / "docs" / "reference"
    stale = write(home, check=asked.check, commands=commands())
    for name in stale:
        print(f"{'stale' if asked.check else 'written'}: docs/reference/{name}")
    return 1 if stale and asked.check else 0


def commands() -> list[Command]:
    """The verbs below, as the reference prints them."""
    from dayspring.clinic.reference import Command

    return [
        Command(name=name, words=words, arguments=tuple((flags[0], _told(more)) for flags, more in options))
        for name, (_, words, options) in VERBS.items()
    ]


def _told(more: dict[str, Any]) -> str:
    if "help" in more or more.get("action") == "store_true":
        return str(more.get("help", "a switch"))
    if "default" not in more:
        return "needed"
    return f"{more['default']} when left out" if more["default"] not in ("", None) else "may be left out"


# What answers for this clinic goes by its own stricter limits. Verbs with a server read them in its settings.
AS_THE_CLINIC = ("screen", "dose")

VERBS: dict[str, tuple[Run, str, list[tuple[tuple[str, ...], dict[str, Any]]]]] = {
    "serve": (
        serve,
        "run the server",
        [
            (("--host",), {"default": "127.0.0.1"}),
            (("--port",), {"type": int, "default": 8000}),
        ],
    ),
    "demo": (demo, "fill the demonstration clinic", [(("--seed",), {"type": int, "default": 1})]),
    "verify": (verify, "check every chart and the database", []),
    "rebuild": (rebuild, "fold every chart anew", []),
    "cite": (cite, "print the sources a course leaned on", [(("course",), {})]),
    "rehearse": (
        rehearse,
        "play a simulated monitor and patient into a session",
        [
            (
                ("session",),
                {
                    "nargs": "?",
                    "default": "",
                    "help": "the session's id, as in its address; none: all open ones",
                },
            ),
            (("scenario",), {"nargs": "?", "default": "calm"}),
            (("--address",), {"default": "http://localhost:8000"}),
            (("--token",), {"default": ""}),
            (("--device",), {"default": ""}),
            (("--seed",), {"type": int, "default": 1}),
            (("--seconds",), {"type": float, "default": None}),
        ],
    ),
    "screen": (screen.run, screen.WORDS, screen.OPTIONS),
    "dose": (dose.run, dose.WORDS, dose.OPTIONS),
    "simulate": (simulate.run, simulate.WORDS, simulate.OPTIONS),
    "fit": (fit.run, fit.WORDS, fit.OPTIONS),
    "trial": (trial.run, trial.WORDS, trial.OPTIONS),
    "validate": (validate.run, validate.WORDS, validate.OPTIONS),
    "calibrate": (calibrate.run, calibrate.WORDS, calibrate.OPTIONS),
    "kernel": (kernel.run, kernel.WORDS, kernel.OPTIONS),
    "changes": (changes.run, changes.WORDS, changes.OPTIONS),
    "docs": (docs, "write the generated reference pages", [(("--check",), {"action": "store_true"})]),
}
