"""What the front door says is true."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FRONT = ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md")


def test_the_minute_in_a_notebook_prints_what_it_says():
    text = (ROOT / "README.md").read_text()
    notebook = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    assert len(notebook.examples) > 5
    said: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(notebook, out=said.append)
    assert results.failed == 0, "".join(said)


@pytest.mark.parametrize("name", FRONT)
def test_every_place_that_the_front_door_names_exists(name):
    text = (ROOT / name).read_text()
    named = set(re.findall(r"`((?:dayspring|tests|docs|requirements)/[\w./-]+)`", text))
    named |= set(re.findall(r"\]\(([\w./-]+)\)", text))
    missing = sorted(place for place in named if not (ROOT / place).exists())
    assert not missing, f"{name} names {missing}"


def test_the_words_of_the_glossary_stand_once():
    rows = re.findall(r"^\| ([^|]+?) \|", (ROOT / "GLOSSARY.md").read_text(), re.MULTILINE)
    words = [row for row in rows if row not in {"Word", "---"} and not row.startswith("-")]
    assert len(words) > 30
    assert len(words) == len(set(words))
