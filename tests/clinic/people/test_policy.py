"""Every route says who may come, and is held to it (hazard H49)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, include, path, resolve, reverse
from django.urls.resolvers import RegexPattern, URLResolver

from dayspring.clinic.audit.models import Access
from dayspring.clinic.people.models import Role, Staff
from dayspring.clinic.people.policy import (
    NOT_OURS,
    Policy,
    Undeclared,
    assert_policies,
    decide,
    faults,
    policy,
    policy_of,
    routes,
)
from dayspring.knowledge import library
from tests.clinic.people import routes_of_a_room

pytestmark = [pytest.mark.django_db, pytest.mark.hazard("H49")]

CHART = "0b0e3f3a-2f7e-4a52-9b0e-6a1d7c7f0001"
SAMPLES = {"uuid": CHART, "int": 1, "str": "x", "slug": "x", "path": "x"}
OURS = dict(routes())


def address(name: str, pattern: URLPattern) -> str:
    """An address of that route, with something of the right shape in each place."""
    converters = pattern.pattern.converters
    found = {
        key: SAMPLES.get(type(c).__name__.removesuffix("Converter").lower(), "x")
        for key, c in converters.items()
    }
    try:
        return reverse(name, kwargs=found)
    except NoReverseMatch:
        return reverse(name, kwargs=dict.fromkeys(pattern.pattern.regex.groupindex, "x") | parents(name))


def parents(name: str) -> dict[str, object]:
    """Places that lie in the including part of the route."""
    return {"pk": 1} if name in ("mfa_remove_webauthn", "mfa_edit_webauthn") else {}


def may(said: Policy, role: str | None) -> bool:
    """Read off the table by hand, apart from the code that decides."""
    if said.closed:
        return False
    if said.public or said.gateway:
        return True
    if role is None:
        return False
    if said.signed_in or said.station:
        return True
    if said.act:
        return role in library().roles["acts"][said.act]["roles"]
    return role in said.roles


def let_in(client: Client, url: str) -> bool:
    """Whether the door opened; what the page then made of a patient that does not exist is its own matter."""
    answer = client.get(url)
    if answer.status_code == 403:
        # A page may refuse for reasons of its own; the door's refusal names the row.
        return "people/refused.html" not in [t.name for t in answer.templates]
    if answer.status_code in (401, 423):
        return False
    if answer.status_code == 302:
        gone = answer.headers["Location"]
        return not gone.startswith(
            (reverse("people:enter") + "?", reverse("account_login") + "?", reverse("people:locked"))
        )
    return True


@pytest.mark.parametrize("role", [None, *Role.values])
def test_every_route_opens_to_exactly_whom_its_policy_names(role, demo):
    client = Client(raise_request_exception=False)
    someone = (
        Staff.objects.create_user("someone", "a@example.org", "x", called="Some One", role=role)
        if role
        else None
    )
    wrong = []
    for name, pattern in OURS.items():
        said = policy_of(pattern.callback, name)
        if said is None or said.closed:
            continue
        # Each route is met afresh: signing out is a route as well.
        client.logout()
        if someone:
            client.force_login(someone)
        if let_in(client, address(name, pattern)) != may(said, role):
            wrong.append(f"{name} for {role}: must be {may(said, role)}")
    assert not wrong, wrong


def test_a_route_for_machines_refuses_everybody_who_has_not_its_key(signed_in, demo):
    said = {name: policy_of(pattern.callback, name) for name, pattern in OURS.items()}
    machines = [n for n, p in said.items() if p and (p.gateway or (p.public and p.background))]
    assert "sessions:readings" in machines
    for client in (Client(), signed_in("prescriber")):
        for name in machines:
            for ask in (client.get, client.post):
                assert ask(address(name, OURS[name])).status_code == 403, name


def test_a_closed_route_is_no_page_for_anybody(signed_in, demo):
    closed = [n for n, p in OURS.items() if (said := policy_of(p.callback, n)) and said.closed]
    assert "account_signup" in closed
    for client in (Client(), signed_in("manager")):
        assert {client.get(address(n, OURS[n])).status_code for n in closed} == {404}


def test_the_server_starts_with_the_routes_it_has():
    assert_policies()


def test_the_server_does_not_start_with_a_route_that_declares_nothing(settings):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    with pytest.raises(Undeclared, match="rooms:forgotten declares no policy"):
        assert_policies()


def test_a_route_that_declares_nothing_opens_to_nobody(settings, signed_in, demo):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    for client in (Client(), signed_in("prescriber")):
        answer = client.get("/room-test/forgotten/")
        assert answer.status_code == 403
        assert b"a chart" not in answer.content


def test_a_policy_that_names_an_unknown_role_or_act_keeps_the_server_from_starting():
    @policy(roles=["doctor"])
    def a(request): ...

    @policy(act="GiveDrug")
    def b(request): ...

    resolver = URLResolver(RegexPattern(r"^/"), [path("a/", a, name="a"), path("b/", b, name="b")])
    assert faults(resolver) == [
        "a names the role doctor",
        "b names the act GiveDrug, which roles.toml does not hold",
    ]


@pytest.mark.parametrize(
    "says", [{}, {"public": True, "signed_in": True}, {"roles": ("nurse",), "station": True}]
)
def test_a_policy_says_exactly_one_thing(says):
    with pytest.raises(Undeclared):
        Policy(**says)


def test_every_row_for_a_route_that_is_not_ours_names_a_route_that_exists():
    assert set(NOT_OURS) <= set(OURS)


def test_a_refusal_names_the_row_and_is_written_down(settings, signed_in, demo):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    answer = signed_in("nurse").get("/room-test/sign/")
    row = "Sign an order: prescriber (roles.toml, SignOrder). Nurse is not among them."
    assert answer.status_code == 403
    assert row in answer.content.decode()
    line = Access.objects.get(outcome="refused")
    assert (line.route, line.role, line.why) == ("rooms:sign", "nurse", row)


def test_a_script_is_refused_in_its_own_words(settings, signed_in, demo):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    answer = signed_in("nurse").get("/room-test/sign/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["ok"]) == (403, False)
    assert "SignOrder" in answer.json()["row"]


def test_a_stream_is_told_by_a_status_and_not_sent_to_a_page(settings, demo):
    settings.ROOT_URLCONF = routes_of_a_room.__name__
    assert Client().get("/room-test/stream/").status_code == 401


def test_an_address_of_nothing_is_a_404_and_not_an_open_door(demo):
    assert Client().get("/nothing-here/").status_code == 404


@pytest.mark.parametrize("role", [None, "nurse", "manager"])
def test_the_decision_is_the_same_for_a_role_wherever_it_is_asked(role):
    said = Policy(roles=("nurse",))
    assert decide(said, route="r", role=role, station=False).allowed is (role == "nurse")


def test_a_namespace_is_part_of_a_routes_name():
    inner = ([path("x/", lambda r: None, name="x")], "inside")
    resolver = URLResolver(RegexPattern(r"^/"), [path("", include(inner))])
    assert [name for name, _ in routes(resolver)] == ["inside:x"]


def test_stop_of_the_real_room_works_for_a_station_behind_the_lock():
    said = policy_of(resolve(address("sessions:stop", OURS["sessions:stop"])).func, "sessions:stop")
    assert said is not None
    assert said.station
    assert said.locked
