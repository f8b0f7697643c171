"""The printed pages say what the knowledge and the rules say today, and nothing in the knowledge lacks a page."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dayspring import cli
from dayspring.clinic.reference import pages, write
from dayspring.clinic.reference.markdown import table
from dayspring.knowledge import library, library_with
from dayspring.knowledge.house import stricter
from dayspring.knowledge.pack import content
from dayspring.therapy.consents import text_of
from dayspring.therapy.screening import rules
from dayspring.therapy.session import NEXT

ROOT = Path(__file__).parents[1]
PRINTED = pages(ROOT, commands=cli.commands())


def test_the_printed_pages_are_current():
    assert write(ROOT / "docs" / "reference", check=True, commands=cli.commands()) == []


def test_a_changed_a_missing_and_a_left_over_page_are_stale_and_are_left_alone(tmp_path):
    folder = tmp_path / "docs" / "reference"
    write(folder, check=False)
    limits = folder / "limits.md"
    changed = limits.read_text().replace("mmHg", "kPa", 1)
    limits.write_text(changed)
    (folder / "codes.md").unlink()
    (folder / "of-last-year.md").write_text("# Gone\n")
    assert write(folder, check=True) == ["codes.md", "limits.md", "of-last-year.md"]
    assert limits.read_text() == changed
    assert (folder / "of-last-year.md").exists()
    assert not (folder / "codes.md").exists()


def test_printing_mends_what_is_stale_and_then_changes_nothing(tmp_path):
    folder = tmp_path / "docs" / "reference"
    write(folder, check=False)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / "limits.md").write_text("")
    (folder / "of-last-year.md").write_text("")
    assert write(folder, check=False) == ["limits.md", "of-last-year.md"]
    assert write(folder, check=False) == []
    assert {path.name: path.read_text() for path in folder.iterdir()} == before


SHELVES = (
    "limits", "sources", "protocols", "routes", "drugs", "codes", "conditions", "consents", "instruments",
)  # fmt: skip


def _rows(shelf: Mapping[str, object]) -> Iterator[str]:
    yield from (key for key in shelf if key != "events")


@pytest.mark.parametrize("shelf", SHELVES)
def test_every_row_of_the_knowledge_stands_on_a_page(shelf):
    text = PRINTED[f"{shelf}.md"]
    rows = list(_rows(getattr(library(), shelf)))
    assert rows
    missing = [row for row in rows if f"`{row}`" not in text and f"## {row}\n" not in text]
    assert not missing, f"{shelf}.md lacks {missing}"


def test_every_kind_of_knowledge_is_asked_about():
    elsewhere = {"screening", "models", "roles", "rulebook", "paragraphs", "house", "jurisdiction"}
    assert set(library().__slots__) == {*SHELVES, *elsewhere}


def test_every_rule_of_the_rulebook_stands_on_its_page_with_the_cases_that_reach_it():
    page = PRINTED["rules.md"]
    listed = [rule for part in library().rulebook.values() for rule in part]
    assert len(listed) > 100
    assert not [rule for rule in listed if page.count(f"| `{rule}` |") != 2]
    line = next(x for x in page.splitlines() if x.startswith("| `EX-ANEURYSM` |") and "(screening)" in x)
    assert "neurysm" in line


def test_every_number_and_every_list_of_a_protocol_stands_on_its_page():
    page = PRINTED["protocols.md"]
    known = library()
    for key, protocol in known.protocols.items():
        section = page.split(f"## {protocol['name']}\n", 1)[1].split("\n## ")[0]
        said = json.dumps(protocol, default=str)
        named = [limit for limit in known.limits if re.search(rf'"{limit}"(?!:)', said)]
        assert named
        assert not [limit for limit in named if f"(`{limit}`)" not in section], key


def test_every_shared_paragraph_that_a_consent_takes_is_printed_word_for_word():
    known = library()
    shared = [p for key in known.consents for p in text_of(key, known).paragraphs if p.shared]
    assert len(shared) > 20
    assert not [p.shared for p in shared if f"**{p.heading}.** {p.text}" not in PRINTED["consents.md"]]


def test_the_guide_to_house_limits_lists_what_a_clinic_may_tighten_and_nothing_else():
    known = library()
    page = PRINTED["house-limits.md"]
    listed = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert listed == {key for key, limit in known.limits.items() if stricter(limit, known.house) != "fixed"}
    example = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    assert str(library_with(example).limit("systolic_before_dose_go")).startswith("130 mmHg (house limit")


def test_the_pack_is_printed_as_the_clinic_reads_it_and_without_any_house():
    assert json.loads(PRINTED["pack.json"]) == content(library_with({}))


def test_every_dated_law_stands_on_its_page_with_its_days():
    for key, row in library().screening["law"].items():
        section = PRINTED["laws.md"].split(f"## {key.replace('_', ' ').capitalize()}\n", 1)[1]
        assert str(row.get("until", row["rule"])) in section


# Tables of screening that another page than the rules' holds.
ELSEWHERE = ("questions", "medicines", "trials", "law")


def _tables(node: Mapping[str, object], path: str = "") -> Iterator[tuple[str, object]]:
    """The first table on each path that holds a value of its own."""
    for key, row in node.items():
        if isinstance(row, Mapping):
            place = f"{path}.{key}" if path else key
            own = any(not isinstance(value, Mapping) for value in row.values())
            yield from [(place, row)] if own else _tables(row, place)


def test_every_row_of_screening_stands_on_a_page():
    shelf = library().screening
    named = {
        "screening-rules": [
            key for table in shelf if table not in ELSEWHERE for key, _ in _tables(shelf[table])
        ],
        "screening-questions": list(shelf["questions"]["questions"]),
        "medicines": list(shelf["medicines"]["ingredients"]),
    }
    named["screening-rules"] += [*shelf["trials"]["least"], *rules(library())]
    missing = [
        f"{p}.md: {row}" for p, rows in named.items() for row in rows if f"`{row}`" not in PRINTED[f"{p}.md"]
    ]
    assert not missing, missing
    assert set(ELSEWHERE) <= set(shelf)


def _leaves(node: Mapping[str, object], path: str) -> Iterator[str]:
    inner = {key: value for key, value in node.items() if isinstance(value, Mapping)}
    if not inner:
        yield path
    for key, value in inner.items():
        assert isinstance(value, Mapping)
        yield from _leaves(value, f"{path}.{key}" if path else key)


def test_every_parameter_of_the_model_stands_on_its_page():
    models = library().models
    leaves = [leaf for tables in models.values() for leaf in _leaves(tables, "")]
    assert len(leaves) > 100
    missing = [leaf for leaf in leaves if f"`{leaf}`" not in PRINTED["model.md"]]
    assert not missing, missing


def test_every_act_every_move_and_every_command_stands_on_its_page():
    acts, diagram, commands = (PRINTED[f"{n}.md"] for n in ("acts-and-roles", "session-diagram", "commands"))
    assert not [act for act in library().roles["acts"] if f"`{act}`" not in acts]
    moves = [(state, kind.__name__, after) for state, row in NEXT.items() for kind, after in row.items()]
    assert not [
        m for m in moves if f"| {m[0].value} | " not in diagram or f"`{m[1]}` | {m[2].value} |" not in diagram
    ]
    assert not [verb for verb in cli.VERBS if f"## dayspring {verb}\n" not in commands]


def test_every_hazard_and_every_test_that_holds_one_stands_on_its_page():
    listed = tomllib.loads((ROOT / "docs" / "hazards.toml").read_text())
    assert len(listed) > 20
    printed = PRINTED["hazards.md"]
    assert not [key for key in listed if f"## {key}\n" not in printed]
    assert not [test for row in listed.values() for test in row["tests"] if f"- `{test}`\n" not in printed]


def test_every_page_is_named_by_the_front_page_of_the_reference():
    others = [name for name in PRINTED if name not in ("README.md", "pack.json")]
    assert not [name for name in others if f"]({name})" not in PRINTED["README.md"]]


def test_every_file_that_the_architecture_names_exists():
    named = set(re.findall(r"`([\w./-]*\w\.(?:py|html|js|toml))`", (ROOT / "ARCHITECTURE.md").read_text()))
    assert len(named) > 25
    kept = [f"/{p.relative_to(ROOT)}" for top in ("dayspring", "tests") for p in (ROOT / top).rglob("*.*")]
    missing = sorted(name for name in named if not any(path.endswith(f"/{name}") for path in kept))
    assert not missing, missing


def test_the_hazards_are_printed_as_soon_as_they_are_written_down(tmp_path):
    assert "hazards.md" not in pages(tmp_path)
    file = tmp_path / "docs" / "hazards.toml"
    file.parent.mkdir()
    file.write_text(
        '[H05]\ntitle = "A dose ten times too high"\ntests = ["tests/a.py::test_b", "tests/c.py"]\n'
    )
    printed = pages(tmp_path)["hazards.md"]
    assert "| [H05](#h05) | A dose ten times too high |" in printed
    assert "Held by:\n\n- `tests/a.py::test_b`\n- `tests/c.py`\n" in printed


def test_a_bar_or_a_line_break_in_a_cell_does_not_break_the_table():
    assert (
        table(("a", "b"), [("one | two", "three\nfour")]).splitlines()[-1] == "| one \\| two | three four |"
    )
