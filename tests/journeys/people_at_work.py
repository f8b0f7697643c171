"""What the people of the clinic do at a screen: enter, fill, press, read. Words on the page are the handles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, Response, expect

import tasks
from dayspring.knowledge import library
from tests.rig.browser import assert_accessible

SCREENS = tasks.ROOT / "build" / "screens"
ZONE = ZoneInfo("America/New_York")

# What reaches beyond the right edge of a page that scrolls sideways; nothing when it does not.
STICKING_OUT = """() => {
  const page = document.documentElement, edge = page.clientWidth;
  if (page.scrollWidth <= edge) return [];
  const out = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > edge + 0.5);
  return out.slice(-3).map((one) => one.outerHTML.slice(0, 160));
}"""


def enter(page: Page, username: str) -> Page:
    """Goes in as one of the demonstration's staff, by the button that exists for it."""
    page.goto("/enter/")
    page.locator(f"button[value={username}]").click()
    page.wait_for_url("**/board/")
    return page


def look(page: Page, name: str, *, whole: bool = True, picture: bool = True) -> None:
    """What every page owes: a title of its own, no scrolling sideways, nothing serious from axe; and a picture."""
    assert re.match(r"\S.* · Dayspring$", page.title()), f"{page.url} is titled “{page.title()}”"
    sticking_out = page.evaluate(STICKING_OUT)
    assert not sticking_out, f"{page.url} scrolls sideways because of " + "; ".join(sticking_out)
    assert_accessible(page)
    if picture:
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}-{page.evaluate('innerWidth')}.png", full_page=whole)


def press(page: Page, button: str | re.Pattern[str], within: Locator | None = None) -> None:
    """Presses a button that leads to another page; fails with the words of a refusal when it does not."""
    scope = within or page.locator("body")
    page.evaluate("document.documentElement.dataset.stood = 'yes'")
    faults, gone = scope.locator(".faults"), page.locator("html:not([data-stood])")
    named(scope, button).click()
    expect(gone.or_(faults).first).to_be_attached()
    if not gone.count():
        raise AssertionError(f"“{button}” was refused: {faults.first.inner_text()}")
    page.wait_for_load_state()


def named(within: Locator, button: str | re.Pattern[str]) -> Locator:
    return within.get_by_role("button", name=button, exact=True)


def refusal(page: Page, button: str, within: Locator | None = None) -> str:
    """Presses a button whose act is refused; gives the words that then stand beside the form."""
    scope = within or page.locator("body")
    named(scope, button).click()
    box = scope.locator(".faults")
    expect(box).to_be_visible()
    return box.inner_text()


def keep(page: Page, button: str, within: Locator) -> Response:
    """Presses a button of the room: the page stays, and the answer says that the act was kept."""
    with page.expect_response(re.compile(r"/do/")) as answered:
        named(within, button).click()
    answer = answered.value
    assert answer.ok, answer.text()
    return answer


def fill(within: Page | Locator, values: Mapping[str, object]) -> None:
    """Types each value into the field of that name; ticks boxes, picks choices."""
    for name, value in values.items():
        field = within.locator(f'[name="{name}"]:not([type=hidden])')
        kind = field.first.evaluate("at => at.tagName === 'SELECT' ? 'select' : at.type")
        if kind == "radio":
            within.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            field.set_checked(bool(value))
        elif kind == "select":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def fill_rows(editor: Locator, rows: Sequence[Mapping[str, str]]) -> None:
    """Types a list into its rows, one row after the other; each further row is asked for by its button."""
    for place, row in enumerate(rows):
        if place:
            named(editor, "Add a row").click()
        line = editor.locator(".row-edit").last
        for column, value in row.items():
            cell = line.locator(f'[name$="__{column}"]')
            if cell.evaluate("at => at.tagName") == "SELECT":
                cell.select_option(value)
            else:
                cell.fill(value)


def panel(page: Page, heading: str) -> Locator:
    """The panel under that heading."""
    return page.locator("section.panel, aside.panel").filter(
        has=page.get_by_role("heading", name=heading, exact=True)
    )


def unfold(within: Locator, summary: str) -> Locator:
    """Opens what is folded under that summary."""
    fold = within.locator("details").filter(has=within.page.locator("summary", has_text=summary)).last
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    return fold


def local(at: datetime) -> str:
    """A time as a field of a form holds it, in the clinic's zone."""
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def now() -> datetime:
    return datetime.now(ZONE)


def clear_woman() -> dict[str, object]:
    """What a woman answers who fits the course and against whom nothing speaks; her test is of today."""
    return dict.fromkeys(library().screening["history"], "no") | {
        "birth_date": "1984-06-15",
        "sex": "female",
        "weight": "64",
        "height": "168",
        "diagnosis": "depression",
        "diagnosis_by": "psychiatrist",
        "phq9_total": "19",
        "gad7_total": "6",
        "bipolar_family": "no",
        "pdmp_checked": "yes",
        "allergies": "none",
        "cssrs_1": "yes",
        "cssrs_2": "no",
        "cssrs_6": "no",
        "audit_total": "2",
        "dast_total": "0",
        "substance_criteria": "0",
        "cannabis": "never",
        "child_pugh": "none",
        "alt": "22",
        "alt_upper": "40",
        "ast": "25",
        "ast_upper": "40",
        "alp": "70",
        "alp_upper": "120",
        "ggt": "20",
        "ggt_upper": "45",
        "sleep_apnoea": "no",
        "childbearing": "yes",
        "pregnancy_test": "negative",
        "pregnancy_test_date": now().date().isoformat(),
        "systolic_1": "124",
        "diastolic_1": "78",
        "systolic_2": "122",
        "diastolic_2": "76",
        "pulse": "72",
        "spo2": "98",
        "escort": "yes",
        "willing": "yes",
    }


TRIALS = tuple(
    {"drug": drug, "dose_mg": dose, "weeks": weeks, "improvement_percent": better, "stopped_for": "no_effect"}
    for drug, dose, weeks, better in (("Zoloft", "150", "12", "20"), ("venlafaxine XR", "225", "10", "30"))
)
MEDICINES = ({"name": "Effexor XR", "dose_mg_per_day": "225"},)


def course_of(page: Page, name: str) -> str:
    """The address of a person's course, found as staff find it: on the page of courses."""
    page.goto("/courses/")
    way = page.get_by_role("rowheader", name=name, exact=True).get_by_role("link")
    return str(way.get_attribute("href"))


def session_of_today(page: Page, name: str) -> str:
    """The address of the room of a person's newest session."""
    page.goto(course_of(page, name))
    rooms = page.get_by_role("row").get_by_role("link", name="Open", exact=True)
    found = [str(way.get_attribute("href")) for way in rooms.all()]
    session = re.search(r"/sessions/[0-9a-f-]+/", found[-1])
    assert session, f"no session of {name} is on the page of the course"
    return session.group()


def in_hours(hours: float) -> datetime:
    return now() + timedelta(hours=hours)
