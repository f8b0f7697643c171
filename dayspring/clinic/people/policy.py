"""Who may come through which route: declared at the route, decided in one place, refused when undeclared.

A route says exactly one of: `public`, `signed_in`, `station`, `gateway` (a machine that knows a key, which
the route itself asks for), `roles` (their names) or `act` (whose row in roles.toml names the roles). Beside
it, it may say `locked` (works behind the lock) and `background` (no person's act: never keeps a door open).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.urls import URLPattern, URLResolver, get_resolver

from dayspring.knowledge import Library, library
from dayspring.therapy.roles import allowed, role_name, row_of

View = TypeVar("View", bound=Callable[..., Any])


class Undeclared(RuntimeError):
    """A route lacks a policy, or its policy names something that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one route asks of who comes. `setup` works before a second factor exists; `closed` is no route."""

    public: bool = False
    signed_in: bool = False
    station: bool = False
    gateway: bool = False
    closed: bool = False
    roles: tuple[str, ...] = ()
    act: str = ""
    locked: bool = False
    background: bool = False
    setup: bool = False

    def __post_init__(self) -> None:
        who = (self.public, self.signed_in, self.station, self.gateway, self.closed)
        says = [*who, bool(self.roles), bool(self.act)]
        if sum(says) != 1:
            raise Undeclared(f"a policy says one thing about who may come; this says {sum(says)}: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether, and the row that says so."""

    allowed: bool
    row: str


def policy(
    *,
    public: bool = False,
    signed_in: bool = False,
    station: bool = False,
    gateway: bool = False,
    roles: tuple[str, ...] | list[str] = (),
    act: str = "",
    locked: bool = False,
    background: bool = False,
    setup: bool = False,
) -> Callable[[View], View]:
    """Declares the policy of a view."""
    said = Policy(
        public=public,
        signed_in=signed_in,
        station=station,
        gateway=gateway,
        roles=tuple(roles),
        act=act,
        locked=locked or station,
        background=background or gateway,
        setup=setup,
    )

    def declare(view: View) -> View:
        view.policy = said  # type: ignore[attr-defined]
        if station or gateway:
            # A page that stayed open over a sign-in holds an old token, and stop must not fail for that.
            # The door itself checks that the request came from our own page; a gateway has no page at all.
            view.csrf_exempt = True  # type: ignore[attr-defined]
        return view

    return declare


_PUBLIC = Policy(public=True)
_SIGNED_IN = Policy(signed_in=True, setup=True)
_CLOSED = Policy(closed=True)

# Routes whose views are not ours. Whatever of theirs is missing here keeps the server from starting.
NOT_OURS = {
    "account_login": _PUBLIC,
    # Also for whoever gives up between the password and the second factor.
    "account_logout": _PUBLIC,
    "account_inactive": _PUBLIC,
    "account_reauthenticate": _SIGNED_IN,
    "account_change_password": _SIGNED_IN,
    "account_signup": _CLOSED,
    "account_email": _CLOSED,
    "account_email_verification_sent": _CLOSED,
    "account_confirm_email": _CLOSED,
    "account_set_password": _CLOSED,
    "account_reset_password": _CLOSED,
    "account_reset_password_done": _CLOSED,
    "account_reset_password_from_key": _CLOSED,
    "account_reset_password_from_key_done": _CLOSED,
    "account_confirm_login_code": _CLOSED,
    "mfa_index": _SIGNED_IN,
    "mfa_authenticate": _PUBLIC,
    "mfa_login_webauthn": _PUBLIC,
    "mfa_reauthenticate": _SIGNED_IN,
    "mfa_activate_totp": _SIGNED_IN,
    "mfa_deactivate_totp": _SIGNED_IN,
    "mfa_view_recovery_codes": _SIGNED_IN,
    "mfa_generate_recovery_codes": _SIGNED_IN,
    "mfa_download_recovery_codes": _SIGNED_IN,
    "mfa_list_webauthn": _SIGNED_IN,
    "mfa_add_webauthn": _SIGNED_IN,
    "mfa_reauthenticate_webauthn": _SIGNED_IN,
    "mfa_remove_webauthn": _SIGNED_IN,
    "mfa_edit_webauthn": _SIGNED_IN,
}


def policy_of(view: Callable[..., Any], route: str) -> Policy | None:
    """The declared policy of a route; None when nobody declared one."""
    declared = getattr(view, "policy", None)
    return declared if isinstance(declared, Policy) else NOT_OURS.get(route)


def decide(
    said: Policy, *, route: str, role: str | None, station: bool, knowledge: Library | None = None
) -> Verdict:
    """Whether this role, or nobody (None), may come through; the row that decides is named either way."""
    if said.public:
        return Verdict(allowed=True, row=f"{route} is open to everybody")
    if said.gateway:
        return Verdict(allowed=True, row=f"{route} is open to a gateway that knows its key")
    if said.closed:
        return Verdict(allowed=False, row=f"{route} is closed")
    if said.station:
        return Verdict(allowed=station or role is not None, row=f"{route} is open to staff and to stations")
    if role is None:
        return Verdict(allowed=False, row=f"{route} is open to those who have signed in")
    if said.signed_in:
        return Verdict(allowed=True, row=f"{route} is open to those who have signed in")
    knowledge = knowledge or library()
    if said.act:
        answer = allowed(said.act, role, knowledge)
        return Verdict(allowed=not hasattr(answer, "reason"), row=str(answer))
    named = ", ".join(role_name(r, knowledge).lower() for r in said.roles)
    if role in said.roles:
        return Verdict(allowed=True, row=f"{route} is open to: {named}")
    called = role_name(role, knowledge)
    return Verdict(allowed=False, row=f"{route} is open to: {named}. {called} is not among them.")


def routes(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """Every route by its full name, or by its pattern when it has none."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        else:
            yield ":".join((*spaces, entry.name or str(entry.pattern))), entry


def faults(resolver: URLResolver | None = None) -> list[str]:
    """Every route without a policy, and every policy that names a role or an act that does not exist."""
    knowledge = library()
    found = []
    for name, pattern in routes(resolver):
        said = policy_of(pattern.callback, name)
        if said is None:
            found.append(f"{name} declares no policy")
            continue
        found += [f"{name} names the role {r}" for r in said.roles if r not in knowledge.roles["roles"]]
        if said.act and row_of(said.act, knowledge) is None:
            found.append(f"{name} names the act {said.act}, which roles.toml does not hold")
    return found


def assert_policies(resolver: URLResolver | None = None) -> None:
    """Raises Undeclared, naming every route that anybody could walk through unasked."""
    if wrong := faults(resolver):
        raise Undeclared("Not started: " + "; ".join(wrong) + ".")
