"""The pack: the same rows give the same digest, and what changed between two is told in plain words."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import pytest

from dayspring.commands import changes as verb
from dayspring.knowledge import library, library_with
from dayspring.knowledge.pack import changes, content, digest, digest_of, printed, read_pack, standings

PACK = library_with({})
GOOD = {"agreed": "Dr Amadi Okafor", "on": date(2026, 11, 2), "why": "Older people come here."}


def test_the_pack_is_the_same_on_every_reading_and_another_with_one_changed_word():
    assert digest(PACK) == digest(library_with({}))
    rows = content(PACK)
    key = "limits.iv_sessions"
    assert digest_of({**rows, key: rows[key] | {"means": "Another."}}) != digest(PACK)
    assert digest(library_with({"iv_sessions": {"at_most": 4, **GOOD}})) != digest(PACK)
    assert digest(library_with({"clinic": {"jurisdiction": "EU"}})) != digest(PACK)


def test_every_limit_protocol_source_and_medicine_stands_in_the_pack():
    rows = content(PACK)
    for shelf in ("limits", "protocols", "sources", "drugs", "routes", "consents"):
        assert not [key for key in getattr(PACK, shelf) if f"{shelf}.{key}" not in rows]
    named = PACK.screening["medicines"]["ingredients"]
    assert not [key for key in named if f"screening.medicines.ingredients.{key}" not in rows]
    assert standings(rows)["label"] >= sum(limit.standing == "label" for limit in PACK.limits.values())


def test_what_changed_between_two_packs_is_told_with_the_old_and_the_new():
    old = content(PACK)
    new = content(library_with({"iv_sessions": {"at_most": 4, **GOOD}}))
    (change,) = changes(old, new)
    assert (change.key, change.kind) == ("limits.iv_sessions", "changed")
    assert ("value", "6", "4") in change.told
    gone = {key: value for key, value in old.items() if key != "limits.iv_sessions"}
    assert [c.kind for c in changes(old, gone)] == ["removed"]
    assert [c.kind for c in changes(gone, old)] == ["added"]
    assert changes(old, old) == ()


def changed(tmp_path: Path, *more: str) -> int:
    parser = argparse.ArgumentParser()
    for flags, settings in verb.OPTIONS:
        parser.add_argument(*flags, **settings)
    return verb.run(parser.parse_args([str(tmp_path / "old.json"), *more]))


def test_the_verb_says_what_changed_in_plain_words(tmp_path, capsys):
    old = {key: dict(value) for key, value in content(library()).items()}
    old["limits.iv_sessions"]["value"] = "8"
    del old["limits.iv_dose_block"]
    old["models.reference.gone"] = {"value": "3"}
    (tmp_path / "old.json").write_text(printed(old))
    assert read_pack(tmp_path / "old.json") == old
    status = changed(tmp_path)
    said = capsys.readouterr().out
    assert status == 0
    assert "### Limits" in said
    assert "- **iv sessions**: now 6, was 8. The most sessions" in said
    assert "- **iv dose block** is new: at most 150 mg." in said
    assert "1 further row that nobody meets changed; --all tells them." in said
    assert "reference.gone" not in said
    changed(tmp_path, "--all")
    assert "reference.gone** is gone" in capsys.readouterr().out


@pytest.mark.parametrize("told", ["", "[]", '{"limits.x": 3}', '{"limits.x": {"value": 3}}'])
def test_a_file_that_holds_no_pack_is_named(tmp_path, capsys, told):
    (tmp_path / "old.json").write_text(told)
    status = changed(tmp_path)
    assert status == 2
    assert "old.json holds no pack" in capsys.readouterr().err
