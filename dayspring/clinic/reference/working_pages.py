"""Pages of how it works: the session's table, acts and roles, hazards, commands, and the worked cases."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from dayspring.clinic.reference.markdown import code, said, table, words
from dayspring.knowledge import Library
from dayspring.therapy.roles import roles_table
from dayspring.therapy.session import NEXT, STAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One verb of the shell: its words, and each argument with what is said of it."""

    name: str
    words: str
    arguments: tuple[tuple[str, str], ...] = ()


def session_diagram(known: Library) -> str:
    """What moves a session from one state to the next."""
    rows = [(state, kind.__name__, after) for state, moves in NEXT.items() for kind, after in moves.items()]
    return "\n\n".join(
        [
            "# A session",
            "The states of one visit, and the facts that move it from one to the next. A fact that fits no row is "
            "kept in the chart and shown as out of order.",
            f"```text\n{_drawn()}```",
            table(
                ("State", "People say", "Fact", "Next state"),
                [(state.value, STAGES[state], code(name), after.value) for state, name, after in rows],
            ),
        ]
    )


def _drawn() -> str:
    """Each state in order of reading, with an arrow for each way out of it."""
    widest = max(len(kind.__name__) for moves in NEXT.values() for kind in moves)
    lines = []
    for state, moves in NEXT.items():
        lines.append(state.value)
        ways = [
            f"{kind.__name__} {'─' * (widest - len(kind.__name__))}─▶ {after}"
            for kind, after in moves.items()
        ]
        lines += [f"  {'├' if n < len(ways) else '└'}─ {way}" for n, way in enumerate(ways, 1)]
    return "\n".join(lines) + "\n"


def acts_and_roles(known: Library) -> str:
    """Who may do what."""
    return f"# Acts and roles\n\nWho may do what. An act without a row is allowed to nobody.\n\n{roles_table(known)}"


def commands(verbs: Sequence[Command]) -> str:
    """The verbs of `python -m dayspring`."""
    parts = [
        "# Commands",
        "What `python -m dayspring` understands. A working copy has four more: `python3 tasks.py --help`.",
    ]
    for verb in verbs:
        parts += [f"## dayspring {verb.name}", f"{verb.words.capitalize()}."]
        if verb.arguments:
            parts.append(
                table(("Argument", "What it is"), [(code(name), told) for name, told in verb.arguments])
            )
    return "\n\n".join(parts)


def hazards(file: Path) -> str:
    """What could go wrong, what prevents it and which tests hold it."""
    rows = [(key, row) for key, row in _read(file).items() if isinstance(row, Mapping)]
    shown = [
        (
            f"[{key}](#{key.lower()})",
            row.get("title"),
            row.get("severity"),
            row.get("leading"),
            row.get("status"),
        )
        for key, row in rows
    ]
    return "\n\n".join(
        [
            "# Hazards",
            f"The {len(rows)} ways in which someone could come to harm, what prevents each and which tests hold it.",
            "Severity: 5 death or lasting harm, 4 serious, 3 reversible, 2 distress or legal, 1 nuisance.",
            table(("Hazard", "What could happen", "Severity", "Leads", "Status"), shown),
            *(_hazard(key, row) for key, row in rows),
        ]
    )


def _hazard(key: str, row: Mapping[str, object]) -> str:
    """One hazard: its title, control, what is still lacking, and the tests one below the other."""
    parts = [f"## {key}", f"**{row.get('title', '')}.** {row.get('control', '')}"]
    if lacks := row.get("lacks"):
        parts.append(f"Still lacking: {lacks}")
    if where := row.get("where"):
        parts.append(f"Where: {code(str(where))}")
    for name, told in (("tests", "Held by"), ("also", "Also looked at by")):
        named = row.get(name)
        if isinstance(named, list) and named:
            parts.append(f"{told}:\n\n" + "\n".join(f"- {code(str(test))}" for test in named))
    return "\n\n".join(parts)


def cases(folder: Path) -> str:
    """The worked cases, for a clinician to read and sign."""
    parts = [
        "# Worked cases",
        "What the software says, case by case, for a clinician to read and sign. Every case is run.",
    ]
    for file in sorted(folder.glob("*.toml")):
        parts += [f"## {words(file.stem).capitalize()}", _opening(file)]
        rows: list[tuple[object, ...]] = []
        for group in _read(file).values():
            rows += [_case(case) for case in group] if isinstance(group, list) else []
        parts.append(table(("Case", "Known", "Comes out"), rows))
    return "\n\n".join(parts)


# What a case says of the answer; everything else in it is what is known.
ANSWERS = ("check", "outcome", "says", "gives", "status", "fires", "silent")


def _case(case: Mapping[str, object]) -> tuple[object, ...]:
    known = {key: value for key, value in case.items() if key not in (*ANSWERS, "name", "title", "known")}
    given = case.get("known") or known
    return (case.get("name") or case.get("title"), given, "; ".join(_answers(case)) or "nothing")


def _answers(case: Mapping[str, object]) -> Iterator[str]:
    if check := case.get("check"):
        yield f"{check} {case.get('outcome', '')}"
    for key in ANSWERS:
        if key not in ("check", "outcome") and (value := case.get(key)):
            yield f"not {said(value)}" if key == "silent" else said(value)


def _opening(file: Path) -> str:
    """The comment with which the file begins."""
    lines = []
    for line in file.read_text().splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return "\n".join(lines).strip()


def _read(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text(), parse_float=Decimal)
