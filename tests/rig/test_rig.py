"""The rig itself holds: it finds what it is there to find, and says so when something is missing."""

from __future__ import annotations

import psycopg
import pytest

from tests.rig.absence import absent
from tests.rig.browser import assert_accessible, desk_at
from tests.rig.server import Server, ServerNeverReady, answers

NOWHERE = "http://localhost:9"
SOUND = "<html lang=en><title>Board</title><body><main><h1>Board</h1></main></body></html>"


def test_the_database_under_test_is_a_real_postgres(postgres):
    with psycopg.connect(postgres) as connection:
        row = connection.execute("select version()").fetchone()
    assert row is not None
    assert row[0].startswith("PostgreSQL")


def test_a_phone_page_is_as_narrow_as_a_phone(browser):
    with desk_at(browser, NOWHERE) as desk:
        page = desk.open("phone")
        page.set_content(SOUND)
        assert page.evaluate("innerWidth") == 390
        assert_accessible(page)


def test_an_inaccessible_page_is_noticed(browser):
    with desk_at(browser, NOWHERE) as desk:
        page = desk.open()
        page.set_content(SOUND.replace("</main>", "<img src='data:,'></main>"))
        with pytest.raises(AssertionError, match="image-alt"):
            assert_accessible(page)


@pytest.mark.parametrize(
    "markup, noticed",
    [
        ("<script>throw new Error('lost')</script>", "script broke"),
        ("<img alt='' src='http://127.0.0.1:9/tracker.png'>", "outside request"),
        (
            "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><script>1</script>",
            "content policy",
        ),
    ],
)
def test_a_page_that_misbehaves_is_noticed_when_it_closes(browser, markup, noticed):
    desk = desk_at(browser, NOWHERE)
    page = desk.__enter__().open()
    page.route("**/planted", lambda route: route.fulfill(body=markup + SOUND, content_type="text/html"))
    page.goto("/planted")
    with pytest.raises(AssertionError, match=noticed):
        desk.__exit__(None, None, None)


def test_what_is_missing_fails_where_nothing_may_be_missing(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install chromium"):
        absent("A browser", "install chromium")


def test_what_is_missing_elsewhere_is_skipped_with_the_way_to_get_it(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="install chromium"):
        absent("A browser", "install chromium")


def test_a_server_killed_without_warning_comes_back_in_the_same_home(own_server):
    own_server.kill()
    assert not answers(own_server.url)
    own_server.start()
    assert answers(own_server.url)


def test_a_server_that_cannot_start_says_why(tmp_path):
    broken = Server(home=tmp_path, more_env={"DAYSPRING_DATABASE": "nowhere://x"})
    with pytest.raises(ServerNeverReady, match="nowhere"):
        broken.start()


def test_the_front_door_opens_at_every_size_and_is_accessible(page, axe):
    reply = page.goto("/")
    assert reply is not None
    assert reply.ok
    axe(page)
