"""What a notebook shows: the right figure for what it is given, with sentence, table and both grounds."""

from __future__ import annotations

import numpy as np
import pytest

from dayspring.figures.shown import shown
from dayspring.figures.shown_found import shown_difference, shown_fan, shown_validation
from dayspring.pharmacology import Dose, Patient, Population, simulate, simulate_population
from dayspring.pharmacology.compare import compare
from dayspring.pharmacology.fit import fit
from dayspring.pharmacology.forecast import forecast
from dayspring.pharmacology.history import History, Rating
from dayspring.pharmacology.published import published
from dayspring.pharmacology.validate import Row, Table

DOSE = Dose(at_h=0, mg=35, minutes=40)
DAYS = [24.0 * day for day in range(8)]


def test_hours_are_an_infusion_and_days_a_course():
    hours = shown(simulate(Patient(), [DOSE], np.arange(0, 61) / 60))
    days = shown(simulate(Patient(), [DOSE], DAYS))
    assert "at minute" in hours.says and "Connections: new" in days.says
    assert hours.svg != hours.phone_svg and 'viewBox="0 0 340' in hours.phone_svg


def test_a_course_outside_of_what_was_fitted_says_so_in_its_label():
    young = shown(simulate(Patient(age_years=16), [DOSE], DAYS))
    assert (
        "nobody under 18 was fitted" in young.says
        and "nobody under 18 was fitted" in young.phone_svg + young.svg
    )


def test_a_population_is_drawn_by_the_column_asked_for_and_another_is_refused_by_name():
    people = Population.draw(20, np.random.default_rng(1))
    spread = simulate_population(people, [DOSE], DAYS)
    assert shown(spread, column="phq9_points").says.startswith("PHQ-9 of 20 drawn people")
    with pytest.raises(ValueError, match="cadss_points has no quantiles; there are madrs_points"):
        shown(spread, column="cadss_points")


def test_a_notebook_gets_drawing_sentence_table_and_the_dark_ground():
    html = shown(simulate(Patient(), [DOSE], DAYS))._repr_html_()
    assert all(part in html for part in ("<svg", "<figcaption>", "<table>", "prefers-color-scheme:dark"))


def test_an_old_rating_leaves_a_sentence_and_no_fan():
    history = History(
        patient=Patient(),
        doses=(DOSE,),
        ratings=(Rating(at_h=0, instrument="phq9", points=18),),
        now_h=24.0 * 60,
    )
    found = shown_fan(forecast(fit(history), [], [24.0 * 61], np.random.default_rng(1)), history=history)
    assert found.svg == "" and found.says.startswith("No forecast: The newest rating is 60 days old")


def test_a_comparison_is_of_the_second_beside_the_first():
    people = Population.draw(30, np.random.default_rng(1))
    found = compare(people, {"one": [DOSE], "none": []}, DAYS, np.random.default_rng(1))
    says = shown_difference(found, people=len(people)).says
    assert "under none is" in says and "higher than under one in the middle of 30 drawn people" in says


def test_a_validation_shows_every_row_with_the_verdict_that_the_table_gives():
    known = published()
    rows = tuple(Row(published=p, model=p.highest + (1.0 if n == 0 else 0.0)) for n, p in enumerate(known))
    found = shown_validation(Table(parameters="reference-2026", people=1, seed=1, rows=rows))
    verdicts = [row[-1] for row in found.table[1:]]
    assert (
        [v == "met" for v in verdicts]
        == [not row.misses_by for row in rows]
        == [False] + [True] * (len(rows) - 1)
    )
    assert verdicts[0] == rows[0].verdict == "misses by +1"


def test_a_spray_is_named_by_its_form_and_a_scale_grows_only_when_it_must():
    spray = Dose(at_h=0, mg=56, route="nasal", form="esketamine")
    assert "Esketamine" in shown(simulate(Patient(), [spray], np.arange(0, 61) / 60)).says
    usual, much = (
        shown(simulate(Patient(), [Dose(at_h=0, mg=mg, minutes=40)], np.arange(0, 61) / 60))
        for mg in (35, 200)
    )
    assert ">400<" in usual.svg and ">400<" not in much.svg
