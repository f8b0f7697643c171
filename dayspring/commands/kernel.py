"""`dayspring kernel [--portable]`: builds the compiled tier of the model, also `python -m dayspring.commands.kernel`.

Needs a C compiler (cc, gcc or clang). Nothing is built twice; without a compiler it says so and ends well, for
NumPy does the same, only slower.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from dayspring.pharmacology.kernel.library import BUILDS, HOME, built_as

WORDS = "build the compiled tier of the model"
OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (
        ("--portable",),
        {
            "action": "store_true",
            "help": "leave out what only this processor has, for an image that is moved to another",
        },
    ),
]
COMPILERS = ("cc", "gcc", "clang")
# The draws must be the same to the last bit as NumPy's, so nothing in them is fused.
UNITS = {
    "course.c": ("-O3", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi"),
    "draw.c": ("-O2", "-ffp-contract=off"),
}


def run(asked: argparse.Namespace) -> int:
    """Builds and says what was done. Exit status 1 only when the compiler refused the sources."""
    try:
        print(build(portable=asked.portable))
    except subprocess.CalledProcessError as failed:
        print(f"The compiler ended with {failed.returncode}; the model runs in NumPy.", file=sys.stderr)
        return 1
    return 0


def build(*, portable: bool = False) -> str:
    """Builds what is not built yet, and says what was done in a sentence."""
    target = built_as()
    if target.exists():
        return f"The compiled tier stands already: {target.name}"
    compiler = next((found for name in COMPILERS if (found := shutil.which(name))), None)
    if compiler is None:
        return f"No C compiler ({', '.join(COMPILERS)}) was found; the model runs in NumPy."
    BUILDS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILDS) as place:
        made = Path(place) / target.name
        _compile(compiler, Path(place), made, portable=portable)
        made.replace(target)
    for old in BUILDS.glob("*.so"):
        if old != target:
            old.unlink()
    return f"The compiled tier was built: {target.name}"


def _compile(compiler: str, place: Path, made: Path, *, portable: bool) -> None:
    machine = [] if portable else ["-march=native"]
    parts = []
    for unit, flags in UNITS.items():
        part = str(place / f"{unit}.o")
        command = [compiler, "-std=gnu11", "-fPIC", *flags, *machine, "-c", str(HOME / unit), "-o", part]
        subprocess.run(command, check=True)
        parts.append(part)
    subprocess.run([compiler, "-shared", "-o", str(made), *parts, "-lm"], check=True)


def main(arguments: list[str]) -> int:
    """The same without the shell of the clinic: only the standard library and NumPy are loaded."""
    parser = argparse.ArgumentParser(prog="python -m dayspring.commands.kernel", description=WORDS)
    for names, how in OPTIONS:
        parser.add_argument(*names, **how)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
