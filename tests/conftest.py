"""Fixtures that every test may ask for. What stands behind them is in tests/rig/."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, sync_playwright

import tasks
from tests.rig import browser as browsers
from tests.rig import postgres as postgreses
from tests.rig import server as servers
from tests.rig.absence import absent

settings.register_profile("small", max_examples=30, deadline=None, derandomize=True)
settings.register_profile(
    "long", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the tests marked long, and many more examples")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.getoption("--long") else "small")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; runs with --long"))


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration clinic, seeded once and never served: tests copy it."""
    return servers.seed(tmp_path_factory.mktemp("clinic") / "seeded")


@pytest.fixture(scope="session")
def server(seeded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """One running clinic for all tests that only look, or that change what no other test looks at."""
    running = servers.Server(
        home=servers.copy_of(seeded_home, tmp_path_factory.mktemp("served") / "home")
    ).start()
    yield running
    running.stop()


@pytest.fixture
def own_server(seeded_home: Path, tmp_path: Path) -> Iterator[servers.Server]:
    """A running clinic that this test may change, kill and start again."""
    running = servers.Server(home=servers.copy_of(seeded_home, tmp_path / "home")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The real browser found on this machine."""
    program = tasks.browser()
    if not program:
        absent("A browser", "install chromium, or name one in DAYSPRING_BROWSER")
    # Playwright keeps an event loop running in this thread; Django would refuse its database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = browsers.launch(playwright, program)
        yield running
        running.close()


@pytest.fixture
def desk(browser: Browser, server: servers.Server) -> Iterator[browsers.Desk]:
    """Opens pages on the shared clinic; afterwards none of them may have misbehaved."""
    with browsers.desk_at(browser, server.url) as opened:
        yield opened


@pytest.fixture
def own_desk(browser: Browser, own_server: servers.Server) -> Iterator[browsers.Desk]:
    """Opens pages on the clinic that is this test's own."""
    with browsers.desk_at(browser, own_server.url) as opened:
        yield opened


@pytest.fixture(params=list(browsers.SIZES))
def size(request: pytest.FixtureRequest) -> str:
    """Each size that pages are looked at in, one after the other."""
    return str(request.param)


@pytest.fixture
def page(desk: browsers.Desk, size: str) -> Page:
    """A page on the shared clinic, once at each size."""
    return desk.open(size)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Fails when axe finds anything serious or critical on the page."""
    return browsers.assert_accessible


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of an empty database on a PostgreSQL server; an address in the environment comes first."""
    if given := os.environ.get("DAYSPRING_TEST_POSTGRES"):
        yield given
        return
    programs = postgreses.programs()
    if programs is None:
        absent("PostgreSQL", "install postgresql, or give an address in DAYSPRING_TEST_POSTGRES")
    with postgreses.postgres_server(programs) as address:
        yield address
