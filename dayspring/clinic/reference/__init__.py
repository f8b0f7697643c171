"""The printed reference: pages made from the knowledge and the rules, so that paper and program cannot part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from dayspring.clinic.reference import knowledge_pages as kept
from dayspring.clinic.reference import recipe_pages as recipes
from dayspring.clinic.reference import rule_pages as ruled
from dayspring.clinic.reference import working_pages as working
from dayspring.clinic.reference.markdown import table
from dayspring.clinic.reference.working_pages import Command
from dayspring.knowledge import Library, library_with
from dayspring.knowledge.pack import content, printed

__all__ = ["Command", "pages", "write"]

MADE = "<!-- Printed by `python3 tasks.py docs`; a change made here is lost. -->\n"
FROM_KNOWLEDGE: dict[str, Callable[[Library], str]] = {
    "limits": kept.limits,
    "sources": kept.sources,
    "protocols": recipes.protocols,
    "drugs": recipes.drugs,
    "routes": recipes.routes,
    "instruments": recipes.instruments,
    "consents": recipes.consents,
    "house-limits": ruled.house_limits,
    "laws": ruled.laws,
    "changes": ruled.changes,
    "conditions": kept.conditions,
    "codes": kept.codes,
    "screening-rules": kept.screening_rules,
    "screening-questions": kept.screening_questions,
    "medicines": kept.medicines,
    "model": kept.model,
    "acts-and-roles": working.acts_and_roles,
    "session-diagram": working.session_diagram,
}
# Pages whose rows stand outside the package; each exists as soon as its file does.
FROM_FILES: dict[str, tuple[str, Callable[[Path], str]]] = {
    "hazards": ("docs/hazards.toml", working.hazards),
    "cases": ("tests/cases", working.cases),
}
# The content of this version's pack, which `dayspring changes` lays beside another's.
PACK = "pack.json"


def pages(root: Path, *, commands: Sequence[Command] = ()) -> dict[str, str]:
    """Every page by its file name, and the pack. `root` is the folder that holds docs/ and tests/.

    The knowledge is the pack's own: what one clinic agreed for itself is not printed.
    """
    known = library_with({})
    texts = {name: make(known) for name, make in FROM_KNOWLEDGE.items()}
    for name, (place, make) in FROM_FILES.items():
        if (root / place).exists():
            texts[name] = make(root / place)
    texts["rules"] = ruled.rules(known, root / "tests" / "cases")
    if commands:
        texts["commands"] = working.commands(commands)
    texts["README"] = _index(texts)
    told = {f"{name}.md": f"{MADE}\n{text.strip()}\n" for name, text in sorted(texts.items())}
    return told | {PACK: printed(content(known))}


def _index(texts: dict[str, str]) -> str:
    rows = []
    for name, text in sorted(texts.items()):
        heading, _, said = text.strip().partition("\n\n")
        rows.append((f"[{heading.removeprefix('# ')}]({name}.md)", said.partition("\n\n")[0]))
    return "# Reference\n\nWhat Dayspring goes by, printed from it.\n\n" + table(
        ("Page", "What it holds"), rows
    )


def write(folder: Path, *, check: bool, commands: Sequence[Command] = ()) -> list[str]:
    """Prints the pages into the folder, `<root>/docs/reference`, and gives the names of those that changed.

    With `check` nothing is written: the names are those of pages that are stale, absent, or there and of no use.
    """
    texts = pages(folder.parent.parent, commands=commands)
    there = {path.name: path for pattern in ("*.md", PACK) for path in folder.glob(pattern)}
    stale = [name for name, text in texts.items() if name not in there or there[name].read_text() != text]
    left = sorted(there.keys() - texts.keys())
    if not check:
        folder.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (folder / name).write_text(texts[name])
        for name in left:
            there[name].unlink()
    return sorted([*stale, *left])
