"""The printed pages say what the code and the knowledge say today."""

from __future__ import annotations

from dayspring.clinic.reference import HOME, PAGES, write
from dayspring.knowledge import library


def test_the_printed_pages_are_current():
    assert write(HOME / "docs" / "reference", check=True) == []


def test_a_changed_page_is_called_stale_and_left_alone(tmp_path):
    write(tmp_path, check=False)
    page = tmp_path / "limits.md"
    page.write_text(page.read_text().replace("mmHg", "kPa", 1))
    changed = page.read_text()
    assert write(tmp_path, check=True) == ["limits.md"]
    assert page.read_text() == changed


def test_every_limit_source_and_condition_has_its_row():
    knowledge = library()
    for page, rows in (
        ("limits", knowledge.limits),
        ("sources", knowledge.sources),
        ("conditions", knowledge.conditions),
    ):
        text = PAGES[page](knowledge)
        missing = [key for key in rows if f"{key}" not in text and key != "events"]
        assert not missing, f"{page}: {missing}"
