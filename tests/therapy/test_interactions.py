"""What is taken beside ketamine: worked cases, names, sums, and what holds for every list of medicines."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dayspring.therapy.aim import INTO_A_VEIN, SILENT, Aim
from dayspring.therapy.intake import by_key, read_answers
from dayspring.therapy.screening import rules, screen
from dayspring.therapy.screening.interactions import reduced_start
from dayspring.therapy.screening.names import index, matches, spellings
from dayspring.therapy.screening.on_board import on_board
from dayspring.therapy.screening.patient import Patient
from tests.therapy.persons import AIMS, CASES, DAY, KNOWN, answers, clear, fired, screened, taking

WORKED = tomllib.loads((CASES / "interactions.toml").read_text())["cases"]
CLASSES = KNOWN.screening["interactions"]
TABLE = KNOWN.screening["medicines"]
INGREDIENTS = TABLE["ingredients"]
# Rules of rulebook 3 that a question of the intake fires and no medicine.
ASKED = {"DDI-ANEST"}
LONGEST_ALLOWED = 0.005
# Nobody takes these into the nose, so a steroid beside them is inhaled.
INHALED = {"salmeterol", "vilanterol", "formoterol"}


def of(case):
    aim = Aim(**case["aim"]) if "aim" in case else INTO_A_VEIN
    return screen(answers(case), KNOWN, on=DAY, aim=aim)


def said(*medicines, aim="iv"):
    return screened(clear() | {"medicines": [{"name": name} for name in medicines]}, aim)


def patient(*medicines):
    told = clear() | {"medicines": [{"name": name} for name in medicines]}
    read = read_answers(told, KNOWN)
    return Patient(
        answers=read.answers, faults=(), knowledge=KNOWN, on=DAY, aim=INTO_A_VEIN, questions=by_key(KNOWN)
    )


@pytest.mark.parametrize("case", WORKED, ids=[case["title"] for case in WORKED])
def test_worked_case(case):
    decision = of(case)
    shown = [f"{f.kind} {f.rule}: {f.reason} [{f.evidence}]" for f in decision.findings]
    assert set(case.get("fires", ())) <= fired(decision), shown
    assert not set(case.get("silent", ())) & {f.rule for f in decision.findings}, shown
    if "status" in case:
        assert decision.status == case["status"], shown
    if "shows" in case:
        kind, rule = case["fires"][0].split()
        told = " ".join(f.reason + f.evidence for f in decision.findings if (f.kind, f.rule) == (kind, rule))
        assert all(word in told for word in case["shows"]), told


def test_every_rule_of_the_rulebook_on_medicines_is_reached():
    reached = {f.rule for case in WORKED for f in of(case).findings}
    assert set(KNOWN.rulebook["interactions"]) - ASKED - reached == set()


def test_every_class_that_speaks_is_reached_in_each_lane_with_the_word_of_its_row():
    for name, row in CLASSES.items():
        takes = next((k for k, medicine in INGREDIENTS.items() if name in medicine["classes"]), None)
        assert takes or "without" in row, f"no medicine has the class {name}"
        for aim in AIMS if takes else ():
            kind = AIMS[aim].kind_in(row)
            mine = {f.kind for f in said(takes, aim=aim).findings if f.rule == row["rule"]}
            assert kind in mine if kind != SILENT else not mine, (name, aim, mine)


def test_a_rule_that_only_one_lane_knows_is_not_listed_in_another():
    assert "DDI-NASAL" in rules(KNOWN, AIMS["esketamine"])
    assert "DDI-NASAL" not in rules(KNOWN, AIMS["iv"])
    assert "DDI-GLP1" not in rules(KNOWN, AIMS["home"])


@pytest.mark.parametrize("word", ["limit", "start"])
def test_every_number_that_a_row_names_exists(word):
    named = [row[word] for row in CLASSES.values() if word in row]
    assert named
    assert all(KNOWN.limit(key).standing for key in named)


# Names


@pytest.mark.parametrize(
    "written, ingredients",
    [
        ("Auvelity", {"dextromethorphan-bupropion"}),
        ("bupropion/dextromethorphan", {"bupropion", "dextromethorphan"}),
        ("fluoxetine-olanzapine", {"olanzapine-fluoxetine"}),
        ("chlordiazepoxide amitriptyline", {"amitriptyline-chlordiazepoxide"}),
        ("Contrave", {"naltrexone-bupropion"}),
        ("co-codamol 30/500", {"codeine-acetaminophen"}),
        ("Tylenol #3", {"codeine-acetaminophen"}),
        ("Tylenol 500 mg", {"acetaminophen"}),
        ("Percocet 5/325 twice a day as needed", {"oxycodone"}),
        ("Dépakine", {"valproate"}),
        ("Efexor", {"venlafaxine"}),
        ("Zimovane", {"zopiclone"}),
        ("Temesta", {"lorazepam"}),
        ("Rivotril 0.5mg nocte", {"clonazepam", ""}),
        ("Saint John’s Wort 300mg", {"st john's wort"}),
        ("Wellbutrin-XL", {"bupropion"}),
        ("lithium carbonate ER 300 mg at bedtime", {"lithium"}),
        ("Vivitrol", {"depot naltrexone"}),
        ("low dose naltrexone", {"naltrexone"}),
        ("vitamin D3 1000 IU", {"vitamin d"}),
        ("Excedrin", {"acetaminophen-caffeine"}),
        ("special k", {"ketamine"}),
        ("GHB", {"ghb"}),
    ],
)
def test_a_written_name_means(written, ingredients):
    assert {match.ingredient for match in matches(written, KNOWN)} == ingredients


def test_the_table_holds_the_medicines_of_a_clinic():
    assert len(INGREDIENTS) > 450
    assert all("classes" in row for row in INGREDIENTS.values())


def test_no_word_that_is_passed_over_is_a_medicine():
    assert not index(KNOWN).noise & set(spellings(KNOWN))


def test_a_combination_has_every_class_that_speaks_of_its_parts():
    for name, row in INGREDIENTS.items():
        for part in name.split("-"):
            if part != name and part in INGREDIENTS:
                speaks = {c for c in INGREDIENTS[part]["classes"] if c in CLASSES}
                speaks -= {"nasal_steroid"} if INHALED & set(name.split("-")) else set()
                assert speaks <= set(row["classes"]), f"{name} lacks {speaks - set(row['classes'])} of {part}"


def slips(name):
    """Every way to leave out, double, swap or change one letter of a name."""
    for at, letter in enumerate(name):
        yield name[:at] + name[at + 1 :]
        yield name[:at] + letter + name[at:]
        yield name[:at] + "q" + name[at + 1 :]
        if at:
            yield name[: at - 1] + letter + name[at - 1] + name[at + 1 :]


def test_a_slip_in_a_long_name_is_never_silently_another_medicine():
    long = [name for name in spellings(KNOWN) if len(name) >= len("zoloft") and " " not in name]
    dice = Random(3)
    for name in dice.sample(long, 400):
        meant = spellings(KNOWN)[name]
        for slipped in slips(name):
            (match,) = matches(slipped, KNOWN)[:1]
            assert match.how != "same" or match.ingredient == meant, (slipped, name, match)


def test_two_long_names_of_one_word_are_never_one_letter_apart():
    table = index(KNOWN)
    long = [name for name in table.known if len(name) >= len("zoloft") and " " not in name]
    held: dict[str, set[str]] = {}
    for name in long:
        for at in range(len(name)):
            held.setdefault(name[:at] + "?" + name[at + 1 :], set()).add(table.known[name])
    assert not {shape: names for shape, names in held.items() if len(names) > 1}


# Sums


@pytest.mark.parametrize("column", ["equals_diazepam_10", "morphine_times"])
def test_only_a_medicine_of_the_class_is_counted(column):
    of_class = {"equals_diazepam_10": "benzodiazepine", "morphine_times": "opioid"}[column]
    counted = [name for name, row in INGREDIENTS.items() if column in row]
    assert counted
    assert all(of_class in INGREDIENTS[name]["classes"] for name in counted)


@pytest.mark.parametrize("aim", ["iv", "esketamine", "home"])
def test_a_sum_cites_each_number_it_was_made_with(aim):
    told = taking(Xanax="0.5", oxycodone="40")
    found = [f for f in screened(told, aim).findings if "counted as" in f.evidence]
    assert {f.rule for f in found} == {"DDI-BZD", "DDI-OPI"}
    for finding in found:
        assert finding.limit is not None
        assert finding.limit.source in finding.reason
        assert "memory; from memory, not re-read" in finding.evidence
    assert any("0.5 mg equals 10 mg" in f.evidence for f in found)
    assert any("times 1.5" in f.evidence for f in found)


@given(st.lists(st.sampled_from(["0.1", "0.25", "0.5", "1"]), min_size=1, max_size=5))
def test_benzodiazepines_add_up_whatever_the_number_of_rows(doses):
    told = clear() | {"medicines": [{"name": "lorazepam", "dose_mg_per_day": dose} for dose in doses]}
    over = sum(Decimal(dose) for dose in doses) * 10 > KNOWN.limit("benzodiazepine_as_diazepam").value
    assert ("BLOCK DDI-BZD" in fired(screened(told, "home"))) == over
    assert ("REVIEW DDI-BZD" in fired(screened(told))) == over


# What holds for every list

SOME = st.lists(st.sampled_from(sorted(INGREDIENTS)), max_size=6)


def about_what_is_taken(decision):
    """The findings that a medicine brings about. An indication may ask for one, and is answered by it."""
    return {found for found in fired(decision) if not found.split()[1].startswith("IND-")}


@settings(max_examples=80, deadline=None)
@given(SOME, st.sampled_from(sorted(INGREDIENTS)), st.sampled_from(sorted(AIMS)))
def test_a_further_medicine_never_takes_a_finding_away(names, more, aim):
    before, after = said(*names, aim=aim), said(*names, more, aim=aim)
    assert about_what_is_taken(before) <= about_what_is_taken(after)


@settings(max_examples=80, deadline=None)
@given(SOME, st.sampled_from(sorted(AIMS)))
def test_an_unknown_medicine_never_lowers_a_finding(names, aim):
    before, after = said(*names, aim=aim), said(*names, "Frobnicol", aim=aim)
    assert about_what_is_taken(before) <= about_what_is_taken(after)
    assert "REVIEW MED-UNKNOWN" in fired(after)
    assert after.status != "eligible"


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=12), st.sampled_from(sorted(AIMS)))
def test_whatever_is_written_is_read_as_a_medicine_or_asked_about(written, aim):
    decision = screened(clear() | {"medicines": [{"name": written}]}, aim)
    if any(match.how != "same" for match in matches(written, KNOWN)):
        assert decision.status != "eligible"


# What a first dose keeps to


@pytest.mark.parametrize("route", ["sl", "oral"])
@pytest.mark.parametrize(
    "name, capped",
    [
        ("clarithromycin", True),
        ("grapefruit juice", True),
        ("Plavix", True),
        ("ticlopidine", True),
        ("Norvir", True),
        ("clarithromycn", True),
        ("itraconazole", False),
        ("sertraline", False),
        ("Frobnicol", False),
    ],
)
def test_a_first_dose_by_mouth_is_cut_beside_what_slows_its_breakdown(route, name, capped):
    cuts = reduced_start(taking(name), KNOWN, route)
    assert bool(cuts) == capped
    for ingredient, share, says in cuts:
        assert share is KNOWN.limit("inhibitor_start_share")
        assert ingredient in says
        assert str(share) in says


@pytest.mark.parametrize("route", ["iv", "im", "sc", "in"])
def test_a_first_dose_by_another_route_is_not_cut(route):
    assert reduced_start(taking("clarithromycin"), KNOWN, route) == ()


def test_two_names_of_one_medicine_are_one_cut_and_answers_already_read_are_as_good():
    told = taking("Biaxin", "clarithromycin", "Plavix")
    cuts = reduced_start(told, KNOWN, "sl")
    assert [ingredient for ingredient, _, _ in cuts] == ["clarithromycin", "clopidogrel"]
    assert reduced_start(dict(read_answers(told, KNOWN).answers), KNOWN, "sl") == cuts


def test_a_list_that_nobody_asked_for_cuts_nothing():
    assert reduced_start({}, KNOWN, "sl") == ()


# Who takes an antidepressant


@pytest.mark.parametrize(
    "names, antidepressant, ssri",
    [
        ((), "no", "no"),
        (("Zoloft",), "yes", "yes"),
        (("Effexor XR",), "yes", "yes"),
        (("Wellbutrin",), "yes", "no"),
        (("Symbyax",), "yes", "yes"),
        (("Spravato",), "no", "no"),
        (("ketamine",), "no", "no"),
        (("Emsam",), "no", "no"),
        (("Nardil",), "yes", "no"),
        (("Abilify",), "no", "no"),
        (("Frobnicol",), "unknown", "unknown"),
    ],
)
def test_who_takes_an_antidepressant_by_mouth(names, antidepressant, ssri):
    assert on_board(patient(*names), "antidepressant") == antidepressant
    assert on_board(patient(*names), "ssri_snri") == ssri


@pytest.mark.parametrize(
    "medicines, expected",
    [
        ([], "BLOCK"),
        ([{"name": "Zoloft"}], "BLOCK"),
        ([{"name": "Frobnicol"}], "REVIEW"),
        (None, "REVIEW"),
        ([{"name": "Lamictal"}], None),
        ([{"name": "Seroquel"}], None),
    ],
)
def test_a_stabiliser_that_may_be_there_is_asked_for_and_one_that_is_not_stops_at_home(medicines, expected):
    told = clear() | {"bipolar": "yes", "medicines": medicines}
    mine = [f.kind for f in screened(told, "home").findings if f.rule == "EX-BP1-NOMS"]
    assert mine == ([expected] if expected else [])


# Speed


def test_one_person_with_fifteen_medicines_is_screened_in_milliseconds():
    names = ["Zolofft", "Efexor", "Lamictal 100 mg", "Frobnicol", "xanax", "Percocet", "Synthroid", "Lipitor"]
    names += ["Flonase", "Ozempic", "Ambien CR at bedtime", "vitamin D3", "metfornin", "Neurontin", "Biaxin"]
    told = clear() | {"medicines": [{"name": name} for name in names]}
    screened(told, "home")
    fastest = min(_seconds(told) for _ in range(20))
    assert fastest < LONGEST_ALLOWED


def _seconds(told):
    start = time.perf_counter()
    screened(told, "home")
    return time.perf_counter() - start


def test_another_library_has_its_own_names():
    more = {**TABLE, "ingredients": {**INGREDIENTS, "frobnicol": {"classes": ["opioid"]}}}
    other = replace(KNOWN, screening={**KNOWN.screening, "medicines": more})
    assert matches("Frobnicol", other)[0].how == "same"
    assert matches("Frobnicol", KNOWN)[0].how == "nobody"
