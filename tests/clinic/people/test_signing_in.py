"""Who gets in: a second factor outside the demonstration, one press inside it (hazard H51)."""

from __future__ import annotations

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from dayspring.clinic.people.demo import CAST, PASSWORD, make_staff
from dayspring.clinic.people.models import Staff

SECRET_WORD = "a long enough word"
LOGIN, CODE = "/account/login/", "/account/second-factor/authenticate/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def say_password(client: Client, login: str, password: str = SECRET_WORD):
    return client.post(LOGIN, {"login": login, "password": password})


@pytest.mark.usefixtures("real")
class TestOutsideTheDemonstration:
    def test_the_front_page_leads_to_the_sign_in(self):
        assert Client().get("/").headers["Location"] == LOGIN

    def test_there_is_no_entrance_of_the_demonstration(self):
        assert Client().get("/enter/").status_code == 404
        assert Client().post("/enter/", {"as": "lena"}).status_code == 404
        assert not Staff.objects.exists()

    def test_the_staff_of_the_demonstration_cannot_sign_in(self):
        make_staff()
        client = Client()
        say_password(client, "lena", PASSWORD)
        assert "_auth_user_id" not in client.session

    def test_the_staff_of_the_demonstration_cannot_stay_signed_in(self, settings):
        settings.DEMO = True
        client = Client()
        client.post("/enter/", {"as": "lena"})
        assert client.get("/people/").status_code == 200
        settings.DEMO = False
        assert client.get("/people/").headers["Location"].startswith(LOGIN)

    @pytest.mark.parametrize("url", ["/people/", "/people/new/"])
    def test_without_a_second_factor_every_page_leads_to_setting_one_up(self, member, url):
        member("prescriber", "amal")
        client = Client()
        say_password(client, "amal")
        assert client.get(url).headers["Location"].startswith("/account/second-factor/?")
        assert client.get("/account/second-factor/").status_code == 200

    def test_setting_up_a_code_opens_the_clinic(self, member):
        member("nurse", "noor")
        client = Client()
        say_password(client, "noor@example.org")
        activate = "/account/second-factor/totp/activate/"
        again = client.get(activate).headers["Location"]
        client.post(again, {"password": SECRET_WORD})
        secret = client.get(activate).context["form"].secret
        client.post(activate, {"code": pyotp.TOTP(secret).now()})
        assert client.get("/people/").status_code == 200

    def test_a_password_alone_no_longer_signs_in_once_there_is_a_code(self, member):
        nurse = member("nurse", "noor")
        secret = pyotp.random_base32()
        TOTP.activate(nurse, secret)
        client = Client()
        assert say_password(client, "noor").headers["Location"] == CODE
        assert client.get("/people/").headers["Location"].startswith(LOGIN)
        wrong = (int(pyotp.TOTP(secret).now()) + 1) % 1_000_000
        client.post(CODE, {"code": f"{wrong:06d}"})
        assert client.get("/people/").headers["Location"].startswith(LOGIN)
        client.post(CODE, {"code": pyotp.TOTP(secret).now()})
        assert client.get("/people/").status_code == 200

    def test_a_recovery_code_signs_in_once(self, member):
        nurse = member("nurse", "noor")
        TOTP.activate(nurse, pyotp.random_base32())
        code = RecoveryCodes.activate(nurse).get_unused_codes()[0]
        for works in (True, False):
            client = Client()
            say_password(client, "noor")
            client.post(CODE, {"code": code})
            assert (client.get("/people/").status_code == 200) is works

    def test_a_passkey_can_be_offered_on_the_sign_in_page(self):
        page = Client().get(LOGIN).content.decode()
        assert 'id="passkey_login"' in page
        assert "mfa/js/webauthn" in page

    def test_nobody_makes_an_account_at_the_door(self):
        assert Client().post("/account/signup/", {"username": "eve"}).status_code == 404
        assert not Staff.objects.exists()

    def test_taking_the_second_factor_away_closes_the_clinic_again(self, member):
        nurse = member("nurse", "noor")
        secret = pyotp.random_base32()
        TOTP.activate(nurse, secret)
        client = Client()
        say_password(client, "noor")
        client.post(CODE, {"code": pyotp.TOTP(secret).now()})
        Authenticator.objects.all().delete()
        assert client.get("/people/").headers["Location"].startswith("/account/second-factor/?")


@pytest.mark.usefixtures("demo")
class TestInsideTheDemonstration:
    def test_the_front_page_leads_to_the_entrance(self):
        assert Client().get("/").headers["Location"] == "/enter/"

    @pytest.mark.parametrize("username, called, role", CAST)
    def test_one_press_enters_as_each_of_the_cast(self, username, called, role):
        client = Client()
        client.post("/enter/", {"as": username})
        page = client.get("/people/")
        assert page.status_code == 200
        assert page.context["staff"].called == called
        assert page.context["staff"].role == role

    def test_the_entrance_offers_the_three_roles_of_the_day(self):
        page = Client().get("/enter/").content.decode()
        for words in ("Enter as nurse", "Enter as prescriber", "Enter as front desk"):
            assert words in page

    def test_entering_as_somebody_unknown_makes_nobody(self):
        client = Client()
        assert client.post("/enter/", {"as": "root"}).status_code == 404
        assert "_auth_user_id" not in client.session

    def test_making_the_cast_twice_makes_them_once(self):
        assert make_staff() == make_staff()
        assert Staff.objects.count() == len(CAST)

    def test_every_page_says_that_it_is_the_demonstration(self):
        assert Client().get("/enter/").context["demo"] is True

    def test_signing_out_leaves_the_station_and_takes_the_person(self):
        client = Client()
        client.post("/enter/", {"as": "lena"})
        client.get("/people/")
        client.post("/account/logout/")
        assert client.get("/people/").headers["Location"].startswith("/enter/")
        assert client.cookies["station"].value


@pytest.mark.parametrize("how", ["httponly", "samesite", "max-age"])
def test_the_stations_cookie_is_out_of_reach_of_scripts_and_other_sites(demo, signed_in, how):
    client = signed_in("nurse")
    client.get("/people/")
    wanted = {"httponly": True, "samesite": "Strict", "max-age": 365 * 24 * 3600}
    assert client.cookies["station"][how] == wanted[how]
