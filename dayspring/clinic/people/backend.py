"""How a name and a password are checked, and who may not sign in at all."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest, HttpResponse


def is_of_another_place(person: object) -> bool:
    """Staff of the demonstration have known passwords: outside it they are nobody."""
    return bool(getattr(person, "invented", False)) and not settings.DEMO


class Backend(AuthenticationBackend):
    """A name or an address with a password. Whoever may not come in may not stay in either."""

    def user_can_authenticate(self, user: object) -> bool:
        return not is_of_another_place(user) and bool(super().user_can_authenticate(user))


class Adapter(DefaultAccountAdapter):
    """Accounts are made by a manager, never by whoever comes to the door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: object, **more: object) -> HttpResponse | None:
        """The last word before any kind of sign-in, passkeys included."""
        if is_of_another_place(user):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **more)
