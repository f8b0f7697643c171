"""Every hazard has a control, a place and the tests that hold it, and no test claims a hazard in secret."""

from __future__ import annotations

import re

import pytest

from tests.hazards_named import ROOT, TABLE, existing, marked, table, written

HELD_BY_NOW = [f"H{number:02}" for number in (5, 6, 8, 9, 11, 12, 13, 18, 19, 29, 31, 32, 39, 47, 49)]
MEND = "run `python -m tests.hazards_named` and read what it changed"


def test_the_table_holds_all_sixty_hazards_in_order_and_each_is_whole():
    rows = table()
    assert list(rows) == [f"H{number:02}" for number in range(1, 61)]
    for key, row in rows.items():
        assert set(row) - {"lacks", "also", "leading"} == {
            "title",
            "severity",
            "status",
            "control",
            "where",
            "tests",
        }, key
        assert 1 <= row["severity"] <= 5 and row["title"] and row["control"].endswith("."), key
        assert re.fullmatch(r"held|partly|later issue: \d+", row["status"]), key
        assert (ROOT / row["where"]).is_file(), (
            f"{key} is said to be controlled in {row['where']}, which is no file"
        )


def test_twenty_hazards_lead():
    assert sum(1 for row in table().values() if row.get("leading")) == 20


def test_a_hazard_that_is_held_is_held_by_a_test_that_says_so():
    marks = marked()
    bare = [key for key, row in table().items() if row["status"] == "held" and not marks.get(key)]
    assert bare == []


def test_what_is_only_partly_held_says_what_it_lacks_and_what_is_held_lacks_nothing():
    for key, row in table().items():
        assert ("lacks" in row) == (row["status"] == "partly"), key


def test_the_hazards_of_the_infusion_day_are_held():
    rows, marks = table(), marked()
    assert [key for key in HELD_BY_NOW if rows[key]["status"] not in ("held", "partly")] == []
    assert [key for key in HELD_BY_NOW if not marks.get(key)] == []


def test_every_test_that_claims_a_hazard_is_named_in_its_row_and_every_named_test_claims_it():
    rows = {key: set(row["tests"]) for key, row in table().items() if row["tests"]}
    assert rows == marked(), MEND
    assert written(TABLE.read_text(encoding="utf-8"), marked()) == TABLE.read_text(encoding="utf-8"), MEND


def test_every_test_that_is_named_beside_a_hazard_exists():
    names = existing()
    for key, row in table().items():
        assert set(row.get("also", ())) <= names, key
        assert set(row["tests"]) <= names, key


def test_no_marker_names_a_hazard_that_is_not_in_the_table():
    assert set(marked()) <= set(table())


# The reading of the markers itself --------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "test_one.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('x', [1])\n@pytest.mark.hazard('H05')\n@pytest.mark.hazard('H06')\n"
        "def test_a(x): ...\ndef test_b(): ...\ndef helper(): ...\n"
    )
    (tmp_path / "deep" / "test_two.py").write_text(
        "import pytest\npytestmark = [pytest.mark.long, pytest.mark.hazard('H05')]\nasync def test_c(): ...\n"
    )
    (tmp_path / "people.py").write_text("import pytest\n@pytest.mark.hazard('H09')\ndef test_d(): ...\n")
    return tmp_path


def test_markers_are_read_from_functions_and_from_whole_files(folder):
    one, two = "tests/test_one.py", "tests/deep/test_two.py"
    assert marked(folder) == {"H05": {f"{one}::test_a", two}, "H06": {f"{one}::test_a"}}
    assert existing(folder) == {one, f"{one}::test_a", f"{one}::test_b", two, f"{two}::test_c"}


def test_a_test_left_out_of_the_table_is_written_into_it_and_a_dropped_one_out():
    text = '# words\n[H05]\ntitle = "x"\ntests = [\n  "tests/gone.py",\n]\n\n[H06]\ntitle = "y"\ntests = []\n'
    told = written(text, {"H05": {"tests/b.py", "tests/a.py"}})
    assert told.startswith('# words\n[H05]\ntitle = "x"\ntests = [\n  "tests/a.py",\n  "tests/b.py",\n]\n')
    assert told.endswith('[H06]\ntitle = "y"\ntests = []\n')
