"""What is the same everywhere. Secrets come from the environment (see ``docs/running.md``)."""

from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from config import env
from config.settings.api import *
from config.settings.files import *
from config.settings.sign_in import *

django_stubs_ext.monkeypatch()  # lets generic views name their types at run time

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DEBUG = False
SECRET_KEY = env.read("SECRET_KEY")
ALLOWED_HOSTS = env.read_list("ALLOWED_HOSTS", "localhost,127.0.0.1")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "tenancy",
    "vault",
    "audit",
    "accounts",
    "notices",
    "events",
    "directory",
    "referrals",
    "risk",
    "rota",
    "visits",
    "marac",
    "oversight",
    "retention",
    "disclosure",
    "keyd",
    "api",
    "portal",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "config.health.Health",  # needs no host name, no TLS and no sign-in
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "audit.middleware.RequestId",
    "portal.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.bodies.NothingTooLarge",
    "api.middleware.JsonDoor",
    "tenancy.middleware.RequestTransaction",  # one transaction from here inwards
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.MembershipMiddleware",
    "vault.middleware.KeysAway",  # innermost: it is asked first about what a view raised
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.look"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.frame",
            ],
        },
    }
]
FORM_RENDERER = "portal.govuk.renderer.GovukRenderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Database. Each process signs in as a role of its own (tenancy/roles.py). The pool answers in time
# for a full house to be told so within two seconds.
DATABASES: dict[str, dict[str, Any]] = {"default": env.database(env.read("DATABASE_URL"))}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_POOL = {
    "min_size": 1,
    "max_size": env.read_int("DATABASE_POOL_SIZE", 8),
    "timeout": 1.5,
}
DATABASES["default"]["OPTIONS"]["pool"] = DATABASE_POOL
DATABASE_ROLE_PREFIX = env.read("DATABASE_ROLE_PREFIX", "")
DATABASE_ROLE_PASSWORDS = {
    "web": env.read("DATABASE_WEB_PASSWORD", ""),
    "worker": env.read("DATABASE_WORKER_PASSWORD", ""),
    "keyd": env.read("DATABASE_KEYD_PASSWORD", ""),
}

# Redis is the broker and nothing else: sessions, throttles and the cache live in PostgreSQL.
SESSION_ENGINE = "accounts.sign_in.sessions"  # in the database, by a hash of the cookie
CACHES = {
    "default": {
        "BACKEND": "accounts.sign_in.counted.JsonCache",
        "LOCATION": "accounts_cache",
        # Counted tries live here: a flood of other addresses must not push them out.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# Vault
KEYD = env.read("KEYD", "inline")  # or "socket": a process of its own
KEYD_SOCKET = env.read("KEYD_SOCKET", "")
KEYD_ASSERTION_KEY = env.read("KEYD_ASSERTION_KEY", "")
KEYD_PEERS = env.read_list("KEYD_PEERS")  # its own alone: uid:web, uid:notary, uid:itself
ROOT_PROVIDER = env.read("ROOT_PROVIDER", "local")  # or "transit", or "kms"
ERASURE_LEDGER = env.read("ERASURE_LEDGER", "")  # a file that no restore brings back; none: unkept
TRANSIT_URL = env.read("TRANSIT_URL", "")
TRANSIT_TOKEN_FILE = env.read("TRANSIT_TOKEN_FILE", "")
TRANSIT_KEY = env.read("TRANSIT_KEY", "")
TRANSIT_MOUNT = env.read("TRANSIT_MOUNT", "")
TRANSIT_NAMESPACE = env.read("TRANSIT_NAMESPACE", "")
TRANSIT_CA_FILE = env.read("TRANSIT_CA_FILE", "")
KMS_REGION = env.read("KMS_REGION", "")
KMS_KEY = env.read("KMS_KEY", "")
KMS_MAC_KEY = env.read("KMS_MAC_KEY", "")
KMS_PREVIOUS_KEY = env.read("KMS_PREVIOUS_KEY", "")
KMS_PREVIOUS_MAC_KEY = env.read("KMS_PREVIOUS_MAC_KEY", "")
ROOT_KEY_FILE = env.read("ROOT_KEY_FILE", "")
ROOT_KEY_PREVIOUS_FILE = env.read("ROOT_KEY_PREVIOUS_FILE", "")
VAULT_HPKE_SUITE = env.read("VAULT_HPKE_SUITE", "xwing")

# Webhooks: what their secrets are sealed with; it opens nothing else
WEBHOOKS_KEY = env.read("WEBHOOKS_KEY", "")
# Whether webhooks may lead to private addresses, and without TLS (tests, development)
WEBHOOKS_ANYWHERE = False

# Lone workers: how long it holds that whoever is feared was found to be elsewhere
WHEREABOUTS_GOOD_FOR_HOURS = env.read_int("WHEREABOUTS_GOOD_FOR_HOURS", 4)

# Sessions and cookies
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.error_pages.csrf_failed"

# Headers
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes browsers send Origin: null with forms
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "script-src-attr": [NONE],
        "style-src": [SELF],
        "style-src-attr": [NONE],
        "img-src": [SELF],
        "font-src": [NONE],
        "connect-src": [SELF],
        "manifest-src": [NONE],
        "worker-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Passwords
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "accounts.sign_in.passwords.NotEndless"},
    {"NAME": "accounts.sign_in.passwords.NotObvious"},
]

# Words, dates
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"  # what people see; the database keeps UTC
USE_TZ = True

# Static files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Mail: staff only, one neutral text; what happened is on the screen.
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env.read("DEFAULT_FROM_EMAIL", "Pierhead <no-reply@pierhead.invalid>")
EMAIL_TIMEOUT = 4  # a letter is over well within its lease (notices/claiming.py)

# Texts: staff who agreed to it, one neutral text; none go unless GOV.UK Notify is set up.
SMS_BACKEND = env.read("SMS_BACKEND", "console")
SMS_FILE_PATH = env.read("SMS_FILE_PATH", "")
NOTIFY_API_KEY = env.read("NOTIFY_API_KEY", "")
NOTIFY_TEMPLATE = env.read("NOTIFY_TEMPLATE", "")
NOTIFY_URL = env.read("NOTIFY_URL", "https://api.notifications.service.gov.uk")
NOTICES_WINDOW = env.read_int("NOTICES_WINDOW", 15 * 60)  # seconds between two messages to a person

# Celery. Redis is a doorbell: what is owed lies in PostgreSQL and is swept slot by slot.
CELERY_BROKER_URL = env.read("REDIS_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True  # a worker that dies has not done its task
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # nor has one whose pool child died
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = True  # an error is tried again by the row, not the queue
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a frozen worker holds one task, not many
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,  # longer than any task may run
    "unacked_restore_interval": 5,  # the default sweep comes only every 100 seconds
    "unacked_restore_throttle": 1,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,  # otherwise a nudge with Redis away takes six seconds of somebody's POST
}
CELERY_TASK_PUBLISH_RETRY = False  # a failed nudge is logged; the sweep finds the row

# Each room sweeps its own rows. Beats only knock, more often than there are slots; notices/ticks.py
# lets one in. What wakes people has short slots: docs/running.md says what may come how late.
SWEEPS = {
    "api": "api.sweeping.sweep",
    "notices": "notices.sweeping.sweep",
    "events": "events.sweeping.sweep",
    "planner": "visits.planner.working.sweep",
    "referrals": "referrals.sweeping.sweep",
    "texts": "notices.sweeping.sweep_texts",
    "visits": "visits.sweeping.sweep",
    "marac": "marac.sweeping.sweep",
    "asking_again": "visits.asking_again.sweep",
    "checkpoints": "oversight.sweeping.sweep",
    "retention": "retention.sweeping.sweep",
    "disclosure": "disclosure.sweeping.sweep",
}
SWEEP_EVERY = dict.fromkeys(("notices", "events", "texts", "visits"), 10)  # seconds; others 30
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # it has nothing to remember, so it keeps no file
CELERY_BEAT_SCHEDULE = {
    f"sweep-{room}": {
        "task": "notices.run_sweep",
        "schedule": SWEEP_EVERY.get(room, 20) / 2,
        "kwargs": {"job": room},
        "options": {"expires": SWEEP_EVERY.get(room, 20) / 2},  # knocks nobody heard are not kept
    }
    for room in SWEEPS
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.read("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},  # people type names into address bars: 404s name them
        "notifications_python_client": {"level": "CRITICAL"},  # its errors may repeat a number
        "pikepdf": {"level": "WARNING"},
        "PIL": {"level": "INFO"},  # at DEBUG it would tell what pictures say by the way
        "oauthlib": {"level": "INFO"},  # at DEBUG it would tell the tokens it makes
    },
}
