"""How pages look and answer: the stylesheet, the parts that pages share, and the script beside the forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from playwright.sync_api import Page, expect

from dayspring.clinic.look.tokens import STYLESHEET, colours, contrast, pairs
from dayspring.clinic.look.views import parts
from dayspring.clinic.people.models import Staff

TEMPLATES = STYLESHEET.parent.parent / "templates"
# What the room and the board add lies beside it.
SHEET = "".join(sheet.read_text(encoding="utf-8") for sheet in (STYLESHEET, STYLESHEET.parent / "room.css"))
SCRIPTS = [STYLESHEET.parent / name for name in ("app.js", "theme.js", "live.js", "morph.js", "keys.js")]
ALL = sorted(TEMPLATES.rglob("*.html"))
# What stands in a class only when a part is drawn in that state.
STATES = {"check": ["passed", "missing", "review", "blocked"], "rule": ["hold", "weigh", "unknown", "passed"]}


def name_of(template: Path) -> str:
    return template.relative_to(TEMPLATES).as_posix()


def classes_in(template: Path) -> set[str]:
    """The classes that are written out in a template."""
    text = re.sub(r"{[{%].*?[%}]}", " ", template.read_text(encoding="utf-8"))
    return {name for found in re.findall(r'\bclass="([^"]*)"', text) for name in found.split()}


def styled(name: str, sheet: str = SHEET) -> bool:
    return re.search(rf"\.{re.escape(name)}(?![\w-])", sheet) is not None


# What the files may hold ---------------------------------------------------------------------------


@pytest.mark.hazard("H53")
@pytest.mark.parametrize("template", ALL, ids=name_of)
def test_no_template_holds_a_style_or_a_script_of_its_own(template):
    text = re.sub(r"{%.*?%}", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"\sstyle\s*=|<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=|javascript:", text)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text)
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", text)


@pytest.mark.parametrize("template", [t for t in ALL if t.parent.name in ("parts", "look")], ids=name_of)
def test_every_class_of_a_shared_part_is_styled(template):
    missing = sorted(name for name in classes_in(template) if not styled(name))
    assert not missing


@pytest.mark.parametrize(("part", "state"), [(p, s) for p, states in STATES.items() for s in states])
def test_every_state_of_a_check_and_a_rule_says_its_word_before_its_name(part, state):
    context = {"state": state, "name": "Ride", "claim": "Ride", "says": "Nobody is named."}
    drawn = render_to_string(f"parts/{part}.html", context)
    words = re.sub(r"<[^>]+>", " ", drawn).split()
    assert words[0].lower() == state
    assert next(word for word in words[1:] if word != ":") == "Ride"
    assert f".{state}" in SHEET


def test_the_words_of_the_form_script_stand_once_under_a_name_of_their_own():
    script = SCRIPTS[0].read_text(encoding="utf-8")
    wanted = set(re.findall(r"\bwords\.(\w+)", script))
    holder = TEMPLATES / "parts" / "words.html"
    assert wanted == set(re.findall(r"\bdata-(\w+)=", holder.read_text(encoding="utf-8")))
    named = re.search(r'getElementById\("([\w-]+)"\)', script)
    assert named
    assert [t for t in ALL if f'id="{named[1]}"' in t.read_text(encoding="utf-8")] == [holder]


def test_every_file_that_the_stylesheet_names_is_there():
    named = re.findall(r'url\("([^"]+)"\)', SHEET)
    assert len(named) > 4
    assert [name for name in named if not finders.find(name)] == []


def test_a_script_asks_nobody_outside_and_writes_no_markup():
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        assert "//www" not in text and "http" not in text, script.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(|\.style\b|cssText", text), (
            script.name
        )


# Colour --------------------------------------------------------------------------------------------


def test_contrast_is_that_of_the_published_formula():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("pair", pairs(), ids=lambda p: f"{p.on.name} on {p.under.name}")
def test_what_is_written_can_be_read_by_day_and_by_night(pair):
    assert pair.light >= pair.least
    assert pair.dark >= pair.least


@pytest.mark.parametrize("colour", colours().values(), ids=lambda c: c.name)
def test_no_colour_is_green(colour):
    for shade in (colour.light, colour.dark):
        red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
        assert not (green > red + 16 and green > blue + 16)


def test_alarm_colours_touch_nothing_but_what_can_alarm():
    alarms = r"var\(--(?:on-)?(?:high|medium|low)(?:-ink|-wash)?\)"
    may = (
        "vital",
        "finding",
        "quiet-finding",
        "pump-panel",
        "gone",
        "chair",
        "first",
        "rows",
        "ask",
        "bp",
        "limit",
        "t-high",
        "t-med",
    )
    body = re.sub(r"/\*.*?\*/", "", SHEET[SHEET.index("/* 2 Ground") :], flags=re.S)
    for selector, rules in re.findall(r"([^{}]+){([^{}]*)}", body):
        if re.search(alarms, rules):
            assert any(f".{name}" in selector for name in may), selector.strip()


# The page of the look ------------------------------------------------------------------------------


@pytest.fixture
def nurse(db: None) -> Client:
    client = Client()
    client.force_login(
        Staff.objects.create_user("lena", "lena@example.org", "a long enough word", role="nurse")
    )
    return client


def test_the_page_of_the_look_shows_every_part_and_every_colour(nurse, settings):
    settings.DEMO = True
    page = nurse.get("/look/")
    assert page.status_code == 200
    text = page.content.decode()
    assert [anchor for anchor, _title in parts() if f'id="{anchor}"' not in text] == []
    assert [c.name for c in colours().values() if f"<b>{c.name}</b>" not in text] == []


def test_every_page_of_a_demonstration_says_so_and_no_other_does(nurse, settings):
    banner = '<p class="demo">'
    settings.DEMO = True
    assert banner in nurse.get("/look/").content.decode()
    settings.DEMO = False
    assert banner not in render_to_string("404.html", {"demo": False})


@pytest.mark.parametrize("page", ["403.html", "404.html", "500.html"])
def test_a_page_about_what_went_wrong_has_a_way_out(page):
    assert 'href="/"' in render_to_string(page, {}).split("<main")[1]


def test_a_refusal_without_a_script_gives_back_what_was_typed_but_no_password():
    typed = QueryDict("weight=68.0&why=Readings+at+home&second_password=a+long+word&key=k-1&seen=12&rate=")
    request = RequestFactory().post("/chart/x/do/MeasureWeight/")
    request.POST = typed
    context = {
        "refused": ("Pressure is 164/98; the limit is 160/100.",),
        "faults": {"dosing_weight": "This is needed."},
        "back": "/courses/",
        "request": request,
    }
    main = render_to_string("acting/refused.html", context).split("<main")[1]
    order = (
        "Not done",
        "the limit is 160/100",
        "dosing weight",
        'href="/courses/"',
        "What you typed",
        "68.0",
    )
    places = [main.index(words) for words in order]
    assert places == sorted(places)
    assert "Readings at home" in main
    assert "a long word" not in main
    assert "k-1" not in main


# In a browser --------------------------------------------------------------------------------------


def enter(page: Page, path: str) -> None:
    page.goto("/enter/")
    page.locator("button[name=as]").first.click()
    page.goto(path)


def plan_of_somebody(page: Page) -> None:
    """The page of a plan, which holds the form for a weight."""
    enter(page, "/courses/")
    chart = re.search(r"[0-9a-f-]{36}", page.locator("main table a").first.get_attribute("href") or "")
    assert chart
    page.goto(f"/plans/{chart.group()}/")
    page.locator("#w").scroll_into_view_if_needed()


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_the_look_is_accessible_and_no_wider_than_the_screen(desk, axe, size, dark):
    page = desk.open(size, dark=dark)
    enter(page, "/look/")
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    axe(page)


def test_the_chosen_light_is_kept_for_the_next_page(desk):
    page = desk.open("wide")
    enter(page, "/look/")
    ground = "getComputedStyle(document.body).backgroundColor"
    day = page.evaluate(ground)
    page.locator("[data-theme-toggle]").click()
    night = page.evaluate(ground)
    page.reload()
    assert day != night
    assert page.evaluate(ground) == night


KEY = "form[action$='/MeasureWeight/'] input[name=key]"


@pytest.fixture
def weighing(own_desk) -> Page:
    """A nurse before the form for a weight, in a clinic of this test's own."""
    page = own_desk.open("wide")
    plan_of_somebody(page)
    return page


def record_weight(page: Page, weight: str) -> None:
    page.fill("#w", weight)
    page.fill("#h", "164")
    page.locator("form[action$='/MeasureWeight/'] button[type=submit]").click()


def test_a_refused_form_says_it_above_and_at_the_field_and_keeps_what_was_typed(weighing):
    before = weighing.input_value(KEY)
    record_weight(weighing, "59,5,1")
    said = weighing.locator(".faults[role=alert]")
    expect(said).to_be_focused()
    expect(said.locator("a")).to_have_text("Weight")
    expect(weighing.locator("#w")).to_have_attribute("aria-invalid", "true")
    described = weighing.locator("#w").get_attribute("aria-describedby")
    expect(weighing.locator(f"#{described}")).to_be_visible()
    assert (weighing.input_value("#w"), weighing.input_value("#h")) == ("59,5,1", "164")
    after = weighing.input_value(KEY)
    assert after != before
    assert after[:20] == before[:20]
    record_weight(weighing, "59.5")
    expect(weighing.locator("#weight + p")).to_contain_text("59.5 kg")


def test_a_form_that_was_not_sent_keeps_its_key_and_takes_effect_once_when_sent_again(weighing):
    before = weighing.input_value(KEY)
    weighing.context.set_offline(True)
    record_weight(weighing, "59.5")
    expect(weighing.locator(".faults[role=alert] h2")).to_have_text("Not sent. Not connected.")
    assert weighing.input_value(KEY) == before
    assert weighing.input_value("#w") == "59.5"
    weighing.context.set_offline(False)
    record_weight(weighing, "59.5")
    expect(weighing.locator("#weight + p")).to_contain_text("59.5 kg")


def test_a_form_pressed_twice_is_sent_once(weighing):
    sent = []
    weighing.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    weighing.fill("#w", "59.5")
    weighing.fill("#h", "164")
    weighing.locator("form[action$='/MeasureWeight/'] button[type=submit]").dblclick()
    expect(weighing.locator("#weight + p")).to_contain_text("59.5 kg")
    assert len(sent) == 1
