"""Builds the compiled tier: `python -m dayspring.pharmacology.kernel [--portable]`.

Needs a C compiler (cc, gcc or clang). `--portable` leaves out what only this processor has, for an image that is
moved to another. Nothing is built twice; without a compiler it says so and ends well, for NumPy does the same.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dayspring.pharmacology.kernel.library import BUILDS, HOME, built_as

COMPILERS = ("cc", "gcc", "clang")
# The draws must be the same to the last bit as NumPy's, so nothing in them is fused.
UNITS = {
    "course.c": ("-O3", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi"),
    "draw.c": ("-O2", "-ffp-contract=off"),
}


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
        parts = []
        for unit, flags in UNITS.items():
            part = Path(place) / f"{unit}.o"
            machine = [] if portable else ["-march=native"]
            command = [compiler, "-std=gnu11", "-fPIC", *flags, *machine, "-c", HOME / unit, "-o", part]
            subprocess.run([str(word) for word in command], check=True)
            parts.append(str(part))
        subprocess.run([compiler, "-shared", "-o", str(made), *parts, "-lm"], check=True)
        made.replace(target)
    for old in BUILDS.glob("*.so"):
        if old != target:
            old.unlink()
    return f"The compiled tier was built: {target.name}"


def main(arguments: list[str]) -> int:
    """0 when there is a compiled tier or none can be, 1 when the compiler refused the sources."""
    parser = argparse.ArgumentParser(prog="python -m dayspring.pharmacology.kernel", description=__doc__)
    parser.add_argument("--portable", action="store_true", help="for any processor of this kind")
    try:
        said = build(portable=parser.parse_args(arguments).portable)
    except subprocess.CalledProcessError as failed:
        sys.stderr.write(f"The compiler ended with {failed.returncode}; the model runs in NumPy.\n")
        return 1
    sys.stdout.write(said + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
