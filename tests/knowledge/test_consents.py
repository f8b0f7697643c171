"""Every consent says what must be said, in plain words, and other words are another version."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from dayspring.knowledge import library
from dayspring.knowledge.rows import STANDINGS
from dayspring.therapy.consents import ConsentText, Paragraph, text_of

KEYS = sorted(library().consents)
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "consents.json").read_text())
ITEMS: dict[str, dict[str, Any]] = library().paragraphs["content"]["items"]
SHARED: dict[str, dict[str, Any]] = library().paragraphs["shared"]

# What a consent is for, by its key: route, indication, setting.
MEANT = {
    "iv_depression": ("iv", "depression", "clinic"),
    "im_depression": ("im", "depression", "clinic"),
    "sc_depression": ("sc", "depression", "clinic"),
    "in_racemic_depression": ("in", "depression", "clinic"),
    "in_esketamine_trd": ("in", "depression", "clinic"),
    "in_esketamine_mdsi": ("in", "depression_suicidal", "clinic"),
    "sl_clinic_depression": ("sl", "depression", "clinic"),
    "sl_home_depression": ("sl", "depression", "home"),
    "oral_clinic_depression": ("oral", "depression", "clinic"),
    "oral_home_depression": ("oral", "depression", "home"),
    "sc_home_depression": ("sc", "depression", "home"),
    "iv_pain": ("iv", "pain", "clinic"),
    "sc_anxiety": ("sc", "anxiety", "clinic"),
    "iv_belief": ("iv", "depression", "clinic"),
}


def lacking(key: str) -> set[str]:
    """The items of the content list that apply to this consent and that no paragraph of it covers."""
    row = library().consents[key]
    covered = {item for p in text_of(key, library()).paragraphs for item in p.covers}
    return {name for name, item in ITEMS.items() if applies(item, row)} - covered


def applies(item: dict[str, Any], row: Any) -> bool:
    return all(row.get(field) == value for field, value in item.get("only", {}).items())


def test_each_consent_is_for_the_route_the_indication_and_the_setting_of_its_key():
    assert {
        key: (t.route, t.indication, t.setting) for key in KEYS if (t := text_of(key, library()))
    } == MEANT


@pytest.mark.parametrize("key", KEYS)
def test_a_consent_covers_every_item_of_the_content_list_that_applies_to_it(key):
    assert not lacking(key)


@pytest.mark.parametrize(
    "key, item",
    [
        ("in_esketamine_trd", "two_hours"),
        ("sl_home_depression", "call_for_help"),
        ("iv_pain", "long_infusion"),
        ("iv_belief", "voluntary"),
        ("oral_clinic_depression", "compounded"),
        ("iv_depression", "escort"),
    ],
)
def test_a_consent_without_its_paragraph_on_an_item_is_noticed(key, item, monkeypatch):
    row = dict(library().consents[key])
    text = text_of(key, library())
    row["paragraphs"] = [
        entry
        for entry, paragraph in zip(row["paragraphs"], text.paragraphs, strict=True)
        if item not in paragraph.covers
    ]
    monkeypatch.setitem(library().consents, key, row)
    assert item in lacking(key)


@pytest.mark.parametrize("key", KEYS)
def test_every_paragraph_says_which_items_it_covers_and_names_no_other(key):
    for paragraph in text_of(key, library()).paragraphs:
        assert paragraph.covers and set(paragraph.covers) <= set(ITEMS), paragraph.heading


def test_the_items_the_rulebook_lists_are_all_there():
    listed = {
        "status",
        "alternatives",
        "long_term",
        "suicide",
        "pressure",
        "dissociation",
        "sedation",
        "bladder",
    }
    listed |= {
        "liver",
        "misuse",
        "driving",
        "pregnancy",
        "cost",
        "data",
        "right_to_stop",
        "home_risk",
        "emergency",
    }
    assert not [name for name in listed if "only" in ITEMS[name]]
    assert ITEMS["escort"]["only"] == {"setting": "clinic"}


def test_no_two_paragraphs_of_a_consent_have_the_same_heading():
    for key in KEYS:
        headings = [p.heading for p in text_of(key, library()).paragraphs]
        assert len(set(headings)) == len(headings), key


def test_no_consent_has_a_copy_of_words_that_it_could_share():
    own = [p.text for key in KEYS for p in text_of(key, library()).paragraphs if not p.shared]
    assert len(own) > len(KEYS)
    assert len(set(own)) == len(own)
    assert not {row["text"] for row in SHARED.values()} & set(own)


def test_every_shared_paragraph_is_used_and_names_sources_that_exist():
    used = {p.shared for key in KEYS for p in text_of(key, library()).paragraphs}
    assert set(SHARED) <= used
    content = library().paragraphs["content"]
    assert content["standing"] in STANDINGS
    cited = [content["source"], *(row["source"] for row in SHARED.values() if "source" in row)]
    assert len(cited) > 10
    assert set(cited) <= set(library().sources)


def test_the_consent_of_every_protocol_is_for_its_setting():
    for key, protocol in library().protocols.items():
        text = text_of(protocol["consent"], library())
        assert (key, text.setting) == (key, protocol.get("setting", "clinic"))


# Plain words --------------------------------------------------------------------------------------


def syllables(word: str) -> int:
    """Groups of vowels; a silent e at the end is none. Near enough for a school grade."""
    groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$", "", word.lower())))
    return max(1, groups)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade: the school year in which one reads this with ease."""
    sentences = max(1, len(re.findall(r"[.?](?:\s|$)", text)))
    words = re.findall(r"[A-Za-z'’-]+", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("key", KEYS)
def test_a_consent_is_read_with_ease_in_the_eighth_grade(key):
    paragraphs = text_of(key, library()).paragraphs
    assert grade(" ".join(p.text for p in paragraphs)) <= 8
    hard = {p.heading: round(grade(p.text), 1) for p in paragraphs if grade(p.text) > 10}
    assert not hard


def test_the_words_of_a_lawyer_are_noticed():
    assert grade("The undersigned hereby acknowledges comprehension of potential cardiovascular "
                 "complications, hepatobiliary dysfunction and psychotomimetic symptomatology.") > 12  # fmt: skip


# Versions -----------------------------------------------------------------------------------------


def words(text: ConsentText) -> dict[str, Any]:
    """What the golden table holds of one version."""
    return {
        "digest": text.digest,
        "paragraphs": {p.heading: sha256(p.text.encode()).hexdigest() for p in text.paragraphs},
    }


@pytest.mark.parametrize("key", KEYS)
def test_changed_words_are_a_new_version(key):
    text = text_of(key, library())
    known = GOLDEN.get(key, {})
    added = json.dumps({text.version: words(text)}, indent=1)
    assert text.version in known, f"a new version of {key} is added to golden/consents.json: {added}"
    assert words(text) == known[text.version], f"{key} says other words than version {text.version}: {added}"


@pytest.mark.parametrize("key", KEYS)
def test_a_paragraph_says_in_which_version_its_words_came_in(key):
    for paragraph in text_of(key, library()).paragraphs:
        assert paragraph.since == came_in(GOLDEN[key], paragraph), paragraph.heading


def came_in(versions: dict[str, Any], paragraph: Paragraph) -> str:
    """The version from which on these words stood under this heading without a break."""
    digest = sha256(paragraph.text.encode()).hexdigest()
    newest_first = sorted(versions, key=int, reverse=True)
    stood = takewhile(lambda v: versions[v]["paragraphs"].get(paragraph.heading) == digest, newest_first)
    return list(stood)[-1]


def test_the_table_of_versions_knows_no_consent_that_is_gone():
    assert set(GOLDEN) == set(KEYS)
    assert set(GOLDEN["iv_depression"]) == {"1", "2"}
