"""A PostgreSQL server of the tests' own: fresh, on a loopback port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tasks
from tests.rig.server import free_port

# Waiting for the disk stays on: the clinic refuses a database that does not.
SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=''", "max_connections=60")


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: the account that runs it then, or None to run it as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {person.pw_name for person in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


@contextmanager
def postgres_server(programs: Path) -> Iterator[str]:
    """The address of an empty database named `dayspring` on a server that ends with the block."""
    owner = _owner()
    # Not below pytest's own folder: that one is closed to every account but ours.
    home = Path(tempfile.mkdtemp(prefix="dayspring-pg-", dir="/tmp"))
    port = free_port()

    def ask(program: str, *words: str) -> None:
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with (home / "said.log").open("ab") as said:
            done = subprocess.run(
                [str(programs / program), *words],
                cwd=home,
                user=owner,
                group=owner and pwd.getpwnam(owner).pw_gid,
                extra_groups=[] if owner else None,
                env={"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}:\n{(home / 'said.log').read_text()}")

    if owner:
        shutil.chown(home, owner)
    data = str(home / "data")
    try:
        ask("initdb", "-D", data, "-U", "dayspring", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(["-p", str(port), *(f"-c {setting}" for setting in SETTINGS)])
        ask("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(home / "server.log"), "start")
        try:
            ask("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "dayspring", "dayspring")
            yield f"postgresql://dayspring@127.0.0.1:{port}/dayspring"
        finally:
            ask("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def programs() -> Path | None:
    """Where PostgreSQL's programs lie on this machine; None when they do not."""
    return tasks.postgres_bin()
