"""Dayspring's four commands. Standard library only, so that nothing has to be installed first.

    python3 tasks.py run     the demonstration clinic on http://localhost:8000
    python3 tasks.py test    every check and every test, real browser and PostgreSQL included
    python3 tasks.py check   format, lint, types, layers and printed docs only
    python3 tasks.py docs    the generated pages of docs/, printed anew

A step is skipped when the fingerprint of what it reads is the one it left behind last time.
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python is handed
    have = ".".join(map(str, sys.version_info[:3]))
    sys.exit("Dayspring needs Python 3.11 or newer; this is Python " + have + ".")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCKS = ROOT / "requirements"
PACKAGE = ROOT / "dayspring"
CLINIC = PACKAGE / "clinic"
PURE = ["quantities.py", "knowledge", "therapy", "pharmacology", "beliefs", "chart", "figures", "exchange"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")


# Saying and doing ---------------------------------------------------------------------------------


@contextmanager
def step(what):
    """Says what is being done, and how long it took once it is."""
    began = time.monotonic()
    print("· " + what, end=" ", flush=True)
    yield
    print("%.1f s" % (time.monotonic() - began), flush=True)


def do(command, *, quiet=False, env=None):
    """Runs the command in the repository; ends with its exit code, and all it said, when it fails."""
    said = subprocess.PIPE if quiet else None
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=env,
        stdout=said,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if done.returncode:
        if quiet:
            print("failed\n" + done.stdout.decode(errors="replace"), flush=True)
        sys.exit(done.returncode)


def fingerprint(*files):
    """One hash over the names and contents of the files, whatever order they came in."""
    seen = hashlib.sha256()
    for file in sorted(set(files)):
        seen.update(str(file).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()


def files_in(folder, pattern):
    return [f for f in folder.rglob(pattern) if f.is_file() and "__pycache__" not in f.parts]


# The environment ----------------------------------------------------------------------------------


def environment(kind):
    """`.venv` holds exactly what the lock of that kind (`run` or `test`) asks for, checked by hash."""
    lock = LOCKS / (kind + ".lock")
    wanted = fingerprint(lock)
    marks = {name: VENV / ("locked-" + name) for name in ("run", "test")}
    if PYTHON.exists() and marks[kind].exists() and marks[kind].read_text() == wanted:
        return
    if not PYTHON.exists():
        with step("Making the environment in .venv"):
            _make_venv()
    with step("Installing what the %s set needs" % kind):
        _install(lock)
    # A path file instead of an install of the package: no build, and the tree itself is what runs.
    packages = next(VENV.glob("lib/python*/site-packages"), VENV / "Lib" / "site-packages")
    (packages / "dayspring.pth").write_text(str(ROOT) + "\n")
    # The test set holds the run set at the same versions, so one install answers for both.
    for name in {"run": ["run"], "test": ["run", "test"]}[kind]:
        marks[name].write_text(fingerprint(LOCKS / (name + ".lock")))


def _make_venv():
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        sys.exit("\nPython lacks its venv module; on Debian: apt-get install python3-venv, then try again.")
    do([sys.executable, "-m", "venv", VENV], quiet=True)


def _install(lock):
    locked = ["--require-hashes", "-r", lock]
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    fetched = subprocess.run(
        [str(p) for p in [*pip, "--require-hashes", "-r", LOCKS / "installer.lock"]],
        cwd=ROOT,
        capture_output=True,
    )
    uv = [PYTHON, "-m", "uv", "pip", "install", "-q", "--python", PYTHON]
    # Some platforms have no wheel of uv; pip reads the same lock, only slower.
    do([*(pip if fetched.returncode else uv), *locked], quiet=True)


# The clinic ---------------------------------------------------------------------------------------


def clinic_env(home=None):
    """The environment in which the demonstration clinic runs; what the caller has set stays as it is."""
    env = dict(os.environ)
    env.setdefault("DJANGO_SETTINGS_MODULE", "dayspring.clinic.settings")
    env.setdefault("DAYSPRING_DEMO", "1")
    env["DAYSPRING_HOME"] = str(home or env.get("DAYSPRING_HOME") or ROOT / "var")
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH")]))
    return env


def prepare(python, env):
    """Database, translations, static files and demonstration clinic are as this tree wants them."""
    home = Path(env["DAYSPRING_HOME"])
    lock = LOCKS / "run.lock"
    settings = CLINIC / "settings.py"
    whose = env.get("DAYSPRING_DATABASE", "").encode()
    made = not whose and not (home / "clinic.sqlite3").exists()

    def unless(name, files, again, what, command):
        mark = home / "marks" / name
        now = hashlib.sha256(fingerprint(*files).encode() + whose).hexdigest()
        if not again and mark.exists() and mark.read_text() == now:
            return
        with step(what):
            do([python, "-m", *command], quiet=True, env=env)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(now)

    translate(python)
    migrations = [f for f in files_in(CLINIC, "*.py") if f.parent.name == "migrations"]
    unless("migrate", [lock, *migrations], made, "Preparing the database", ["django", "migrate", "-v0"])
    static = [f for f in files_in(CLINIC, "*") if "static" in f.parts]
    collect = ["django", "collectstatic", "--noinput", "-v0"]
    unless("static", [lock, settings, *static], False, "Gathering the static files", collect)
    if env["DAYSPRING_DEMO"] == "1":
        unless("demo", [], made, "Seeding the demonstration clinic", ["dayspring", "demo"])


def kernel(python):
    """The compiled tier of the model, where a compiler is found; without one NumPy does the same, only slower."""
    subprocess.call([str(python), "-m", "dayspring", "kernel"], cwd=ROOT, stdout=subprocess.DEVNULL)


# Babel's own command passes over a whole catalogue whose heading is marked fuzzy, as every new one is.
COMPILE = """
import sys
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
with open(sys.argv[1], "rb") as text, open(sys.argv[2], "wb") as compiled:
    write_mo(compiled, read_po(text))
"""


def translate(python):
    """Every `.po` file has its compiled `.mo`, newer than itself."""
    texts = files_in(PACKAGE, "*.po")
    stale = [t for t in texts if _age(t.with_suffix(".mo")) < _age(t)]
    if not stale:
        return
    with step("Compiling %d translations" % len(stale)):
        for text in stale:
            do([python, "-c", COMPILE, text, text.with_suffix(".mo")], quiet=True)


def _age(file):
    return file.stat().st_mtime if file.exists() else 0.0


def serving(python, port):
    """The command line of the server."""
    place = ["--host", "127.0.0.1", "--port", str(port)]
    quiet = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "3"]
    return [str(python), "-m", "uvicorn", "dayspring.clinic.asgi:application", *place, *quiet]


def run(port):
    """Everything the demonstration clinic needs, then the server in the place of this process."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(
                "Something already answers on port %d; try: python3 tasks.py run --port %d" % (port, port + 1)
            )
    environment("run")
    env = clinic_env()
    kernel(PYTHON)
    prepare(PYTHON, env)
    print("Dayspring opens on http://localhost:%d   (Ctrl-C stops it)" % port, flush=True)
    if env["DAYSPRING_DEMO"] == "1":
        # A simulated monitor for every open session; it ends by itself when the server has gone.
        rehearse = [str(PYTHON), "-m", "dayspring", "rehearse", "--address", "http://localhost:%d" % port]
        subprocess.Popen(rehearse, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    command = serving(PYTHON, port)
    if os.name == "nt":
        sys.exit(subprocess.call(command, cwd=ROOT, env=env))
    os.chdir(ROOT)
    os.execve(command[0], command, env)


# The checks and the tests -------------------------------------------------------------------------


def check():
    """Lint, format, types, layers, and that the printed pages of docs/ are what the code says today."""
    environment("test")
    paths = ["dayspring", "tests", "tasks.py", *(["benchmarks"] if (ROOT / "benchmarks").is_dir() else [])]
    with step("Lint"):
        do([PYTHON, "-m", "ruff", "check", "-q", *paths], quiet=True)
    with step("Format"):
        do([PYTHON, "-m", "ruff", "format", "-q", "--check", *paths], quiet=True)
    with step("Types"):
        do([PYTHON, "-m", "mypy", "-p", "dayspring"], quiet=True, env=test_env())
    with step("Layers"):
        do([BIN / "lint-imports"], quiet=True, env=test_env())
    with step("Docs"):
        do([PYTHON, "-m", "dayspring", "docs", "--check"], quiet=True, env=test_env())


def test_env():
    """The environment of checks and tests: a home of their own, and nothing the caller set for a clinic."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("DAYSPRING_")}
    kept = ("DAYSPRING_BROWSER", "DAYSPRING_TEST_POSTGRES")
    ours.update({key: os.environ[key] for key in kept if key in os.environ})
    return dict(ours, DAYSPRING_HOME=str(ROOT / "build" / "test"))


def browser():
    """The browser that the tests drive: the one named, else the first one found; empty when there is none."""
    named = os.environ.get("DAYSPRING_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), "")


def postgres_bin():
    """The folder that holds initdb and pg_ctl, the newest when there are several; None when there is none."""
    found = [Path(p).parent for p in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    on_path = shutil.which("initdb")
    found += [Path(on_path).parent] if on_path else []
    return max(found, key=lambda f: [int(n) for n in f.parent.name.split(".") if n.isdigit()], default=None)


def fetch_test_programs():
    """A browser and PostgreSQL, installed where that can be done unasked: as root, on Debian's kin."""
    lacking = [] if browser() else ["chromium", "fonts-liberation"]
    lacking += [] if postgres_bin() or os.environ.get("DAYSPRING_TEST_POSTGRES") else ["postgresql"]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not lacking or not root or not shutil.which("apt-get"):
        return
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with step("Installing " + " ".join(lacking)):
        do(["apt-get", "update", "-qq"], quiet=True, env=env)
        do(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *lacking], quiet=True, env=env)


def test(long, expression):
    """The checks, then every test; pytest's own summary is the last thing printed."""
    check()
    fetch_test_programs()
    translate(PYTHON)
    kernel(PYTHON)
    chosen = (["--long"] if long else []) + (["-k", expression] if expression else [])
    sys.exit(subprocess.call([str(PYTHON), "-m", "pytest", *chosen], cwd=ROOT, env=test_env()))


def docs():
    """The names of the tests in the hazard file, then every page that is printed from something else."""
    environment("run")
    do([PYTHON, "-m", "tests.hazards_named"])
    do([PYTHON, "-m", "dayspring", "docs"], env=clinic_env())


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = words.add_subparsers(dest="verb", required=True, metavar="run | test | check | docs")
    verbs.add_parser("run").add_argument("--port", type=int, default=8000)
    testing = verbs.add_parser("test")
    testing.add_argument("--long", action="store_true", help="also what takes minutes")
    testing.add_argument("-k", dest="expression", default="", help="only the tests whose names match")
    verbs.add_parser("check")
    verbs.add_parser("docs")
    said = words.parse_args()
    if said.verb == "run":
        run(said.port)
    elif said.verb == "test":
        test(said.long, said.expression)
    elif said.verb == "check":
        check()
    else:
        docs()


if __name__ == "__main__":
    main()
