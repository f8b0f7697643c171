"""What the model expects is for the eye alone: drawn where it was fitted, withheld with its reason, read by no rule."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string

import dayspring
from dayspring.clinic.demonstration_people import HISTORY_NO
from dayspring.clinic.showing import predicted, predicted_from, rooms
from dayspring.clinic.showing.folded import Folded
from dayspring.clinic.showing.predicted_from import madrs_like, stretches, whole
from dayspring.knowledge import library
from dayspring.therapy import acts, facts
from dayspring.therapy.given import given
from tests.figures.marks import named, words
from tests.people import NINE, SESSION, Chart, monitoring, prepared, q, running
from tests.rig.syntax import imports

pytestmark = pytest.mark.hazard("H59")

HOME = Path(dayspring.__file__).parent
BORN, ZONE = date(1984, 5, 2), ZoneInfo("America/Los_Angeles")
ANSWERS = {**HISTORY_NO, "birth_date": "1984-05-02", "sex": "male"}
WOMAN = {"sex": "female", "childbearing": "yes"}
OPEN = {
    "pregnant": (
        {"sex": "female", "childbearing": "yes", "pregnant": "unknown"},
        "not known whether there is a pregnancy",
    ),
    "expecting": (
        {"sex": "female", "childbearing": "yes", "pregnant": "yes"},
        "nobody with a pregnancy was fitted",
    ),
    "psychosis": ({"psychosis_now": "yes"}, "nobody with a psychosis now was fitted"),
    "schizophrenia": ({"schizophrenia": None}, "not known whether there is schizophrenia"),
    "liver": ({"child_pugh": "C"}, "nobody with severe disease of the liver was fitted"),
    "liver unknown": ({"child_pugh": "unknown"}, "not known whether there is severe disease of the liver"),
    "medicines": ({"medicines": None}, "not known whether an antidepressant is taken"),
}


def answered(answers: dict[str, object] = ANSWERS) -> Chart:
    """Intake answered, a PHQ-9 of 20 before any dose, and only then the rest of the way."""
    chart = Chart()
    chart.do(acts.AnswerIntake(answers=answers))
    chart.do(acts.AnswerPhq9(items=(3, 3, 3, 3, 2, 2, 2, 2, 0)))
    return chart


def said_otherwise(chart: Chart, changed: dict[str, object]) -> Chart:
    """The same chart, had the intake been answered so; None is a question that nobody asked."""
    told = {key: value for key, value in {**ANSWERS, **changed}.items() if value is not None}
    chart.lines = [
        replace(line, fact=replace(line.fact, answers=told))
        if isinstance(line.fact, facts.IntakeAnswered)
        else line
        for line in chart.lines
    ]
    return chart


def fold(chart: Chart) -> Folded:
    return Folded(chart=UUID(int=1), version=len(chart.lines), lines=chart.lines, course=chart.course)


def look(chart: Chart) -> rooms.Looking:
    return rooms.looking(fold(chart), SESSION, library(), chart.at, ZONE)


def room(chart: Chart, born: date = BORN) -> predicted.Predicted:
    found = predicted.of_room(look(chart), born)
    assert found is not None
    return found


def course(chart: Chart, born: date = BORN) -> predicted.Predicted:
    found = predicted.of_course(fold(chart), born, chart.at, ZONE, library())
    assert found is not None
    return found


def level_at(found: predicted.Predicted, minute: int) -> list[float]:
    """The levels of each way at the row of the table next to a minute."""
    row = min(found.rows, key=lambda cells: abs(float(cells[0]) - minute))
    return [float(cell) for cell in row[1::2]]


# The room ------------------------------------------------------------------------------------------------


def test_a_running_infusion_is_forecast_going_on_and_stopped_now_and_says_for_whom():
    found = room(running(answered()).later(minutes=20))
    assert not found.why
    assert len(named(found.desk, "drugline")) == len(named(found.phone, "drugline")) == 2
    assert "Forecast, not measured" in found.sentence and "Typical for people like this." in found.sentence
    on, stopped = level_at(found, 48)
    assert on > stopped > 0.0


def test_a_slower_rate_is_seen_in_the_next_drawing():
    chart = running(answered()).later(minutes=10)
    before = room(chart)
    chart.do(acts.ChangeRate(session=SESSION, rate=q(75, "mL/h")))
    chart.later(seconds=30)
    assert level_at(room(chart), 32)[0] < level_at(before, 32)[0]


def test_after_the_drug_there_is_one_way_left_and_before_it_none():
    after = room(monitoring(answered()).later(minutes=30))
    assert len(named(after.desk, "drugline")) == 1 and "as it stands" in after.sentence
    assert predicted.of_room(look(prepared(answered())), BORN) is None


def test_the_room_shows_no_forecast_of_a_pressure():
    found = room(running(answered()).later(minutes=20))
    everything = " ".join([found.sentence, *words(found.desk), *found.head]).lower()
    assert "mmhg" not in everything and "systolic" not in everything


def test_within_a_minute_everybody_is_shown_the_same_drawing():
    chart = running(answered()).later(minutes=20)
    first = room(chart)
    assert room(chart.later(seconds=40)) == first
    assert room(chart.later(seconds=40)) != first


def test_a_pause_gives_nothing_more_and_what_the_pump_showed_replaces_what_was_computed():
    chart = running(answered()).later(minutes=10)
    chart.do(acts.PauseInfusion(session=SESSION, reason="nausea"))
    chart.later(seconds=30).do(acts.ConfirmPump(session=SESSION, volume=q(30, "mL")))
    chart.later(minutes=10)
    parts = stretches(chart.session, chart.at, "racemic")
    assert (
        sum(part.mg for part in parts)
        == pytest.approx(float(given(chart.session, chart.at).high.value))
        == 12.0
    )
    assert max(part.ends_h for part in parts) == pytest.approx(10.5 / 60)


def test_going_on_runs_to_what_was_drawn_and_no_further():
    chart = running(answered()).later(minutes=13)
    parts = stretches(chart.session, chart.at, "racemic", going_on=timedelta(minutes=27))
    assert sum(part.mg for part in parts) == pytest.approx(40.0)
    assert sum(part.mg for part in stretches(chart.session, chart.at, "racemic")) == pytest.approx(13.0)


# The course ----------------------------------------------------------------------------------------------


def test_the_course_shows_expected_beside_measured_and_says_what_it_was_made_from():
    chart = monitoring(answered()).later(hours=20)
    chart.do(acts.AnswerPhq9(items=(2, 2, 2, 2, 1, 1, 1, 1, 0)))
    found = course(chart.later(hours=2))
    assert not found.why
    assert len(named(found.desk, "scoredot")) == 2 and len(named(found.desk, "drugfill")) == 1
    assert "measured 20 to 12" in found.sentence and "Typical for people like this." in found.sentence
    assert any(part.startswith("PHQ-9 20 of") for part in found.made_of)
    assert any(part.startswith("weight 80 kg of") for part in found.made_of) and "age 42" in found.made_of
    assert found.model == "dayspring-2026"


def test_before_any_dose_there_is_nothing_to_tell():
    assert predicted.of_course(fold(prepared(answered())), BORN, NINE, ZONE, library()) is None


def test_a_session_is_one_dose_of_the_course_however_often_its_rate_changed():
    chart = running(answered()).later(minutes=10)
    chart.do(acts.ChangeRate(session=SESSION, rate=q(75, "mL/h")))
    chart.later(minutes=10)
    dose = whole(chart.session, chart.at, NINE, "racemic")
    assert dose is not None
    assert dose.mg == pytest.approx(10.0 + 5.0) and dose.minutes == pytest.approx(20.0)


def test_without_a_total_before_the_first_dose_nothing_is_drawn():
    chart = Chart()
    chart.do(acts.AnswerIntake(answers=ANSWERS))
    found = course(monitoring(chart))
    assert found.why == ("no PHQ-9 with a total stands before the first dose",) and not found.desk


def test_a_madrs_beside_a_phq9_lies_on_the_models_own_line():
    assert madrs_like(0) == 0.0 and madrs_like(15) == 24.0 and madrs_like(27) == 48.0
    assert madrs_like(10) < madrs_like(20)


# Withheld ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", OPEN)
@pytest.mark.parametrize("page", [room, course], ids=["room", "course"])
def test_outside_of_what_was_fitted_or_unknown_nothing_is_drawn_and_the_reason_is_said(case, page):
    changed, says = OPEN[case]
    found = page(said_otherwise(running(answered()).later(minutes=20), changed))
    assert not found.desk and not found.phone and not found.rows
    assert any(says in reason for reason in found.why), found.why


@pytest.mark.parametrize("page", [room, course], ids=["room", "course"])
def test_nobody_under_eighteen_is_drawn(page):
    found = page(running(answered()).later(minutes=20), born=date(2010, 1, 1))
    assert not found.desk and "16 years old; nobody under 18 was fitted" in found.why[0]


@pytest.mark.parametrize("page", [room, course], ids=["room", "course"])
def test_a_dose_larger_than_any_that_was_fitted_is_not_drawn(page):
    chart = running(answered()).later(minutes=39)
    light = facts.WeightMeasured(weight=q(20, "kg"), height=q(110, "cm"))
    chart.lines = [
        replace(line, fact=light) if isinstance(line.fact, facts.WeightMeasured) else line
        for line in chart.lines
    ]
    found = page(chart)
    assert not found.desk and "nothing above 1.5 mg/kg was fitted" in found.why[0]


def test_without_a_weight_nothing_is_drawn():
    chart = running(answered()).later(minutes=20)
    chart.lines = [line for line in chart.lines if not isinstance(line.fact, facts.WeightMeasured)]
    assert room(chart).why == ("the weight was not measured",)


def test_without_the_order_nothing_is_drawn():
    chart = running(answered()).later(minutes=20)
    chart.lines = [line for line in chart.lines if not isinstance(line.fact, facts.OrderSigned)]
    assert room(chart).why == ("the order of this infusion is not in the chart",)
    assert course(chart).why == ("the order of a dose is not in the chart",)


@pytest.mark.parametrize("page", [room, course], ids=["room", "course"])
def test_the_page_stands_when_the_model_falls_and_nothing_of_the_person_is_logged(page, monkeypatch, caplog):
    def falls(*_args: object, **_more: object) -> None:
        raise RuntimeError("the secret of Rosa Test")

    monkeypatch.setattr(predicted, "room", falls)
    monkeypatch.setattr(predicted, "course", falls)
    with caplog.at_level(logging.ERROR):
        found = page(running(answered()).later(minutes=20))
    assert found.why == ("it could not be calculated",)
    assert "RuntimeError" in caplog.text and "Rosa" not in caplog.text


# The page ------------------------------------------------------------------------------------------------


def part(found: predicted.Predicted) -> str:
    return render_to_string("predicted/part.html", {"drawn": found, "title": "What the model expects"})


def test_the_part_shows_drawing_table_and_that_it_decides_nothing():
    page = part(room(running(answered()).later(minutes=20)))
    assert page.count("<svg") == 2 and "<table>" in page and "it decides nothing and silences nothing" in page
    assert "<form" not in page and "<button" not in page and "style=" not in page


def test_a_withheld_part_has_the_reasons_and_no_drawing():
    page = part(predicted.Predicted(why=("the weight was not measured", "a < b")))
    assert "the weight was not measured; a &lt; b" in page and "<svg" not in page and "<table>" not in page


# Who may ask ---------------------------------------------------------------------------------------------

MODEL = ("dayspring.pharmacology", "dayspring.clinic.showing.predicted")
# The only files of the clinic that may know of the model: the pages that draw it, and what they draw it with.
MAY_ASK = {
    "sessions/views.py", "courses/views.py", "showing/predicted.py", "showing/predicted_from.py",
    "showing/predicted_room.py", "showing/predicted_course.py",
}  # fmt: skip


def asks(source: str) -> bool:
    return any(name.startswith(MODEL) for _, name in imports(ast.parse(source)))


def test_no_gate_no_finding_no_watcher_and_no_stop_knows_of_the_model():
    clinic = HOME / "clinic"
    found = {str(f.relative_to(clinic)) for f in clinic.rglob("*.py") if asks(f.read_text(encoding="utf-8"))}
    assert {"showing/predicted_from.py", "courses/views.py", "sessions/views.py"} <= found
    demonstrating = {name for name in found if name.startswith("demonstration")}
    assert found - demonstrating <= MAY_ASK
    assert not {
        name for name in found if name in ("sessions/stop.py", "sessions/watcher.py", "sessions/live.py")
    }
    assert not [f for f in (HOME / "therapy").rglob("*.py") if asks(f.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    "planted", ["from dayspring.pharmacology import simulate", "import dayspring.pharmacology"]
)
def test_a_file_that_asks_is_noticed(planted):
    assert asks(planted) and not asks("from dayspring.therapy import gate")


def test_the_ticks_of_the_room_and_the_tiles_do_not_ask_the_model():
    source = (HOME / "clinic" / "sessions" / "views.py").read_text(encoding="utf-8")
    asking = [
        f.name
        for f in ast.walk(ast.parse(source))
        if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) and "of_room" in ast.unparse(f)
    ]
    assert asking == ["_context"]


def quickest(call: Callable[[], object], times: int = 3) -> float:
    found = []
    for _ in range(times):
        begun = datetime.now(UTC)
        call()
        found.append((datetime.now(UTC) - begun).total_seconds())
    return min(found)


def test_a_drawing_that_somebody_has_seen_is_not_calculated_again():
    chart = running(answered()).later(minutes=20)
    predicted_from.spread.cache_clear()
    room(chart)
    before = predicted_from.spread.cache_info().misses
    assert quickest(lambda: room(chart)) < 0.2
    assert predicted_from.spread.cache_info().misses == before == 2
