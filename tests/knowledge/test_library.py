"""The library is whole or it is not handed out, and a broken row is named with what it clashes with."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dayspring.knowledge import library
from dayspring.knowledge.library import HOME, KnowledgeBroken
from dayspring.knowledge.rows import STANDINGS
from dayspring.knowledge.whole import faults
from dayspring.knowledge.whole_products import FIELDS, drug_faults


@pytest.fixture
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], object]:
    """Reads a copy of the knowledge in which one piece of one file was replaced."""
    copy = tmp_path / "knowledge"
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    # The package hands out the function of the same name, so the module is taken from the table of modules.
    monkeypatch.setattr(sys.modules["dayspring.knowledge.library"], "HOME", copy)

    def read(file: str, old: str, new: str) -> object:
        text = (copy / file).read_text()
        assert text.count(old) >= 1, f"{file} does not hold {old!r}"
        (copy / file).write_text(text.replace(old, new, 1))
        return library.__wrapped__()

    return read


def test_the_library_that_is_shipped_is_whole():
    assert faults(library()) == ()


PROTOCOL = "protocols/iv_depression.toml"
BROKEN = [
    (PROTOCOL, 'route = "iv"', 'route = "im"', ("protocol iv_depression", "route im")),
    (PROTOCOL, 'drug = "ketamine"', 'drug = "lidocaine"', ("protocol iv_depression", "drug lidocaine")),
    (PROTOCOL, 'form = "racemic"', 'form = "s"', ("gives s ketamine", "racemic")),
    (PROTOCOL, 'consent = "iv_depression"', 'consent = "nobody"', ("iv_depression", "consent nobody")),
    (PROTOCOL, 'indication = "depression"', 'indication = "pain"', ("indication pain", "for depression")),
    (PROTOCOL, 'start_dose = "iv_start_dose"', 'start_dose = "lost"', ("lost", "start_dose")),
    (PROTOCOL, '"iv_third_dose"', '"iv_fourth_dose"', ("iv_depression", "iv_fourth_dose", "dose_steps")),
    (PROTOCOL, 'stay = "stay_after_iv_end"', 'stay = "soon"', ("iv_depression", "soon", "monitoring.stay")),
    (PROTOCOL, '"dissociation_third"', '"dissociation_tenth"', ("dissociation_tenth", "dissociation_at")),
    (PROTOCOL, 'solids = "fasting_solids"', 'solids = "hungry"', ("hungry", "fasting.solids")),
    (PROTOCOL, '"spo2"]', '"spo3"]', ("iv_depression", "spo3", "codes.toml")),
    (PROTOCOL, 'source = "S31"', 'source = "S999"', ("protocols.iv_depression", "source S999")),
    (PROTOCOL, 'standing = "trial"', 'standing = "rumour"', ("protocols.iv_depression", "standing rumour")),
    ("drugs/ketamine.toml", "must_dilute = true", "must_dilute = false", ("ketamine-100", "50 mg/mL")),
    ("drugs/ketamine.toml", "must_dilute = false", "must_dilute = true", ("ketamine-10", "50 mg/mL")),
    ("drugs/ketamine.toml", 'kind = "vial"', 'kind = "cake"', ("ketamine-10", "cake", "vial, tablet, spray")),
    (
        "drugs/ketamine.toml",
        "strength = 100",
        "strength = 90",
        ("ketamine-tablet-100", "90", "sl_tablet_large"),
    ),
    ("drugs/ketamine.toml", 'routes = ["oral"]', 'routes = ["ear"]', ("ketamine-capsule-25", "route ear")),
    ("drugs/ketamine.toml", 'routes = ["oral"]', "routes = []", ("ketamine-capsule-25", "no route")),
    ("drugs/ketamine.toml", "sl_tablet_small", "sl_tablet_lost", ("ketamine-tablet-50", "sl_tablet_lost")),
    ("drugs/esketamine.toml", "device = 28\n", "device = 30\n", ("spravato", "esk_device_dose", "28")),
    ("drugs/esketamine.toml", "per_spray = 14", "per_spray = 15", ("spravato", "28 mg", "2 sprays of 15")),
    ("routes/im.toml", 'code = "im"', 'code = "sc"', ("route im", "code sc")),
    ("routes/im.toml", '"im_interval"', '"im_soon"', ("route im", "im_soon", "minimum_interval.any")),
    (
        "routes/im.toml",
        'any = "im_interval"',
        'pain = "im_interval"',
        ("route im", "minimum_interval", "any"),
    ),
    ("routes/im.toml", '["injection"]', '["dart"]', ("route im", "kind dart")),
    ("routes/in.toml", "esketamine = 48", "lidocaine = 48", ("route in", "drug lidocaine")),
    ("rulebook/course.toml", '"regimen_early_fall"', '"early_fall"', ("rule CRS-CHECK", "limit early_fall")),
    ("rulebook/course.toml", 'routes = ["iv"]', 'routes = ["ear"]', ("rule CRS-IND-IV", "route ear")),
    ("rulebook/course.toml", "[CRS-TAPER]", "[G-ID]", ("rule G-ID", "course.toml", "gate.toml")),
    ("rulebook/course.toml", "review_by = 2027-11-22\n", "", ("rule CRS-IND-IV", "review_by")),
    (
        "rulebook/course.toml",
        "review_by = 2027-11-22",
        "review_by = 2026-11-21",
        ("CRS-IND-IV", "2026-11-21"),
    ),
    ("rulebook/course.toml", 'source = "S29"', 'source = "S998"', ("rulebook.course.CRS-IND-SC", "S998")),
    ("instruments/phq9.toml", 'source = "S113"', 'source = "S997"', ("instruments.phq9", "source S997")),
    ("codes.toml", 'unit = "mm[Hg]"\n', "", ("code systolic", "unit")),
    ("routes/iv.toml", 'source = "S112"', 'source = "S0"', ("routes.iv", "source S0")),
    ("limits/before_dose.toml", 'source = "S04"', 'source = "S0"', ("systolic_before_dose_go", "S0")),
    ("limits/before_dose.toml", 'standing = "label"', 'standing = "x"', ("systolic_before_dose_go", "x")),
    ("limits/before_dose.toml", 'unit = "mm[Hg]"\n', "", ("systolic_before_dose_go", "unit")),
    ("limits/before_dose.toml", "at_most = 140\n", "", ("systolic_before_dose_go", "at_most")),
    (
        "limits/before_dose.toml",
        "at_most = 140\n",
        "at_most = 140\nequals = 140\n",
        ("systolic_before_dose_go", "equals"),
    ),
    (
        "limits/discharge.toml",
        "[systolic_discharge]",
        "[systolic_during_stop]",
        ("systolic_during_stop", "twice"),
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "named"), BROKEN, ids=[f"{b[0]} {b[2][:30]}" for b in BROKEN])
def test_a_broken_row_keeps_the_library_back_and_names_both(reads, file, old, new, named):
    with pytest.raises(KnowledgeBroken) as said:
        reads(file, old, new)
    for word in named:
        assert word in str(said.value)


@pytest.mark.parametrize("key", sorted(library().drugs))
def test_a_product_that_lacks_what_its_kind_asks_for_is_named(key):
    for name, product in library().drugs[key]["products"].items():
        for word in FIELDS[product["kind"]]:
            left = {other: value for other, value in product.items() if other != word}
            said = list(drug_faults(key, {"products": {name: left}}, library()))
            assert any(f"product {name} of {key}" in one and word in one for one in said), (name, word)


def test_an_untouched_copy_is_read(reads):
    assert reads(PROTOCOL, "second_check = true", "second_check = true") == library()


def test_a_limit_that_does_not_exist_is_named_and_never_a_default():
    with pytest.raises(KnowledgeBroken, match="systolic_on_the_moon"):
        library().limit("systolic_on_the_moon")


@pytest.mark.parametrize(
    ("source", "claims"), [("clinic-default", {"default"}), ("memory", {"memory", "default"})]
)
def test_a_number_nobody_published_never_claims_to_be_published(source, claims):
    rows = [limit for limit in library().limits.values() if limit.source == source]
    assert len(rows) > 5
    assert [limit.key for limit in rows if limit.standing not in claims] == []


def test_every_limit_says_who_agreed_and_from_where_it_was_taken():
    for limit in library().limits.values():
        assert limit.agreed
        assert limit.where, limit.key
        assert limit.means.endswith("."), limit.key
        assert limit.key in library().limits


def test_every_source_can_be_looked_up():
    for source in library().sources.values():
        assert source.title
        assert source.address, source.key


def test_every_citation_says_the_number_the_source_and_its_standing():
    said = str(library().limit("systolic_before_dose_go"))
    assert said.startswith("140 mmHg (S04, ")
    assert said.endswith(f"{STANDINGS['label']})")
