"""The key that signs cookies: made at the first start, readable by nobody else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_in(home: Path) -> str:
    """The key of that home folder, made if there is none. Two starts at once agree on one key."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "secret"
    if not path.exists():
        fresh = home / f"secret.{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            # A link fails when somebody else was first; a rename would take their key away.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
