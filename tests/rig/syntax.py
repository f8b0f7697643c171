"""What a source file does, read from its syntax tree and never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

# Doors to the world outside: the database and the web, the machine, its clock and its dice.
OUTSIDE = frozenset(
    {"django", "allauth", "csp", "uvicorn", "whitenoise", "asgiref", "psycopg", "sqlite3"}
    | {"os", "platform", "subprocess", "multiprocessing", "threading", "asyncio", "signal", "shutil"}
    | {"tempfile", "locale", "getpass", "socket", "socketserver", "ssl", "http", "urllib", "requests"}
    | {"smtplib", "ftplib", "logging", "time", "random", "secrets"}
)
CLOCKS = frozenset({"now", "utcnow", "today"})
DICE = frozenset({"uuid1", "uuid4", "urandom"})
# Ways into numpy.random that hand over a generator instead of sharing a hidden one.
SEEDED = frozenset({"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "BitGenerator"})
HARMLESS = frozenset({0, 1, -1, 2, 100})
MAKES_NUMBERS = frozenset({"Decimal", "int", "float", "typed", "Quantity", "Fraction"})


def dotted(node: ast.expr) -> str:
    """`np.random.default_rng` for such an expression; empty for anything that is not a plain path."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{head}.{node.attr}" if (head := dotted(node.value)) else f"?.{node.attr}"
    return "?"


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each import with its line: whole names, `package.module` or `package.module.name`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def impurities(source: str) -> list[str]:
    """What the source reads that it was not handed: the outside, the clock, an unseeded dice."""
    tree = ast.parse(source)
    found = [f"{line}: imports {name}" for line, name in imports(tree) if name.split(".")[0] in OUTSIDE]
    found += [f"{line}: imports {name}" for line, name in imports(tree) if name.split(".")[-1] in DICE]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        path = dotted(node.func).split(".")
        if len(path) > 1 and path[-1] in CLOCKS:
            found.append(f"{node.lineno}: reads a clock with {'.'.join(path)}()")
        elif len(path) > 1 and path[-1] in DICE:
            found.append(f"{node.lineno}: throws a dice with {'.'.join(path)}()")
        elif "random" in path[:-1] and path[-1] not in SEEDED:
            found.append(f"{node.lineno}: throws a shared dice with {'.'.join(path)}()")
        elif path[-1] == "default_rng" and not (node.args or node.keywords):
            found.append(f"{node.lineno}: default_rng() without a seed")
        elif path == ["print"] or path == ["input"]:
            found.append(f"{node.lineno}: speaks to a terminal with {path[0]}()")
    return found


def hidden_imports(source: str) -> list[str]:
    """Imports that stand inside a function, where nobody reading the top of the file sees them."""
    return [
        f"{line}: {inner.name} imports {name}"
        for inner in ast.walk(ast.parse(source))
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
        for line, name in imports(inner)
    ]


def bare_numbers(source: str) -> list[str]:
    """Numbers written into the source, also as text that is at once made into a number.

    Where a slice begins and ends is counting, not a clinical number.
    """
    tree = ast.parse(source)
    counting = {id(n) for cut in ast.walk(tree) if isinstance(cut, ast.Slice) for n in ast.walk(cut)}
    found = [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and type(node.value) in (int, float, complex)
        and node.value not in HARMLESS
        and id(node) not in counting
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in MAKES_NUMBERS:
            found += [f"{node.lineno}: “{text}”" for text in map(_number_text, node.args) if text]
    return found


def _number_text(node: ast.expr) -> str:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return ""
    try:
        return "" if float(node.value) in HARMLESS else node.value
    except ValueError:
        return ""
