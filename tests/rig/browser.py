"""A real browser: how it is found and started, and what every page in it is held to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

# The two sizes that every page is looked at in: a workstation and a phone.
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
PATIENCE_MS = 10_000

# The browser must not look for the outside world: nothing in the tests needs it, and each try is slow.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright, program: str) -> Browser:
    """The browser found on this machine, headless, with a profile that is thrown away."""
    return playwright.chromium.launch(executable_path=program, headless=True, args=list(FLAGS))


@dataclass
class Watch:
    """What pages did that no page of ours may do: broke, left the content policy, or asked the outside.

    Without slots: Playwright leaves marks of its own on whatever listens to it.
    """

    origin: str
    seen: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda broke: self.seen.append(f"script broke: {broke}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        # axe, put into the page from outside, meets the policy too; what it does has no address.
        ours = bool(message.location["url"])
        if ours and "Content Security Policy" in message.text:
            self.seen.append(f"content policy: {message.text}")

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if (
            asked.scheme not in {"data", "blob", "about"}
            and f"{asked.scheme}://{asked.netloc}" != self.origin
        ):
            self.seen.append(f"outside request: {request.url}")


@dataclass(slots=True)
class Desk:
    """Opens pages, each in a browser context of its own, as people at different machines have it."""

    browser: Browser
    url: str
    watch: Watch

    def open(self, size: str = "wide", *, dark: bool = False, javascript: bool = True) -> Page:
        """A blank page at that size, signed in to nothing; paths given to `goto` start at the server."""
        width, height = SIZES[size]
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            has_touch=size == "phone",
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", self.watch.over)
        return context.new_page()


@contextmanager
def desk_at(browser: Browser, url: str) -> Iterator[Desk]:
    """A desk whose pages are closed with the block; then none of them may have misbehaved."""
    desk = Desk(browser=browser, url=url, watch=Watch(origin=url))
    before = set(browser.contexts)
    try:
        yield desk
    finally:
        for context in set(browser.contexts) - before:
            context.close()
    assert not desk.watch.seen, "\n".join(desk.watch.seen)


def assert_accessible(page: Page) -> None:
    """axe finds nothing serious and nothing critical on the page as it stands."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    grave = [v for v in found if v["impact"] in {"serious", "critical"}]
    assert not grave, "\n".join(
        f"{v['impact']} {v['id']}: {v['help']}\n    " + "\n    ".join(n["html"][:300] for n in v["nodes"][:5])
        for v in grave
    )
