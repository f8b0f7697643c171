"""How the server is set up. The environment says where data lies, in which database, and whether for show.

DAYSPRING_HOME      the folder for everything that is kept        <repository>/var
DAYSPRING_DATABASE  postgresql://user:password@host:port/name     SQLite in the home folder
DAYSPRING_DEMO      1 for the demonstration clinic                not
DAYSPRING_HOSTS     names the server answers to, comma-separated  this machine only
DAYSPRING_ZONE      the clinic's time zone                        America/New_York
"""

from __future__ import annotations

import os
import warnings
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from dayspring.clinic.durable import database
from dayspring.clinic.secret import secret_in
from dayspring.knowledge import read_house, use_house

CLINIC = Path(__file__).resolve().parent
HOME = Path(os.environ.get("DAYSPRING_HOME") or CLINIC.parent.parent / "var")
DEMO = os.environ.get("DAYSPRING_DEMO") == "1"
DEBUG = False
SECRET_KEY = secret_in(HOME)
# A clinic may be stricter than the pack, never looser; a looser row stops the start here.
use_house(read_house(HOME / "house_limits.toml"))

# Where it answers ----------------------------------------------------------------------------------

LOCAL = ("localhost", "127.0.0.1", "[::1]")
HOSTS = tuple(h.strip() for h in os.environ.get("DAYSPRING_HOSTS", "").split(",") if h.strip())
ALLOWED_HOSTS = [*LOCAL, *HOSTS]
# A name of its own means other machines, and other machines mean TLS.
SECURE = bool(HOSTS)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS]
ROOT_URLCONF = "dayspring.clinic.urls"
ASGI_APPLICATION = "dayspring.clinic.asgi.application"

# Its parts -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "dayspring.clinic.people",
    "dayspring.clinic.audit",
    "dayspring.clinic.pack",
    "dayspring.clinic.charts",
    "dayspring.clinic.sessions",
    "dayspring.clinic.screening",
    "dayspring.clinic.planning",
    "dayspring.clinic.courses",
    "dayspring.clinic.reports",
    "dayspring.clinic.services",
    "dayspring.clinic.prescreen",
    "dayspring.clinic.consents",
    "dayspring.clinic.browser",
    "dayspring.clinic.look",
]
# The routes of each page, in the order in which they are tried.
PAGE_URLS = [
    "dayspring.clinic.acting.urls",
    "dayspring.clinic.sessions.urls",
    "dayspring.clinic.screening.urls",
    "dayspring.clinic.planning.urls",
    "dayspring.clinic.courses.urls",
    "dayspring.clinic.reports.urls",
    "dayspring.clinic.services.urls",
    "dayspring.clinic.prescreen.urls",
    "dayspring.clinic.consents.urls",
    "dayspring.clinic.browser.urls",
    "dayspring.clinic.look.urls",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dayspring.clinic.people.edge.Edge",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dayspring.clinic.people.middleware.Doors",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CLINIC / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dayspring.clinic.people.context.clinic",
            ]
        },
    }
]

# What is kept --------------------------------------------------------------------------------------

DATABASES = {"default": database(os.environ.get("DAYSPRING_DATABASE", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [CLINIC / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "dayspring.clinic.static_files.Fingerprinted"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# Nothing is sent out of the house; a clinic that wants mail says so in settings of its own.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# WhiteNoise hands out files with a plain iterator; under ASGI Django remarks on each one.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

# Language and time ---------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [CLINIC / "locale"]
USE_I18N = True
USE_TZ = True
# What is stored is UTC in every database; this is the zone in which it is shown.
TIME_ZONE = ZONE = os.environ.get("DAYSPRING_ZONE") or "America/New_York"

# Who comes in --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = ["dayspring.clinic.people.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "dayspring.clinic.people.backend.Adapter"
ACCOUNT_FORMS = {"login": "dayspring.clinic.people.forms.SignIn"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Dayspring"
# Passkeys work on localhost without TLS and nowhere else.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

# How long a door stays open (hazards H29, H51).
IDLE = timedelta(minutes=5)
ABSOLUTE = timedelta(hours=12)
SESSION_COOKIE_AGE = int(ABSOLUTE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dayspring.clinic.people.failures.form_too_old"

# What a browser may do -----------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
X_FRAME_OPTIONS = "DENY"

# What the server says of itself --------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "dayspring.clinic.people.log.Plain"}},
    "filters": {"once": {"()": "dayspring.clinic.people.log.Once"}},
    "handlers": {
        "screen": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["once"]},
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": HOME / "clinic.log",
            "maxBytes": 10_000_000,
            "backupCount": 5,
            "delay": True,
            "formatter": "plain",
            "filters": ["once"],
        },
    },
    "loggers": {
        "django": {"handlers": ["screen", "file"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["file"], "level": "WARNING", "propagate": False},
        "dayspring": {"handlers": ["screen", "file"], "level": "WARNING", "propagate": False},
        "dayspring.requests": {"handlers": ["file"], "level": "INFO", "propagate": False},
    },
}
