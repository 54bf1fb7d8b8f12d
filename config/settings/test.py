"""The suite: real PostgreSQL and Redis, quick passwords, mail kept in memory."""

import os

for name, value in {
    "SECRET_KEY": "the-suite-keeps-no-secrets-" * 3,
    "DATABASE_ROLE_PREFIX": "pierhead_test",
    "DATABASE_WEB_PASSWORD": "the web role of the suite",
    "DATABASE_WORKER_PASSWORD": "the worker role of the suite",
    "WEBHOOKS_KEY": "what the suite seals webhooks' secrets with",
    "DATABASE_KEYD_PASSWORD": "the keyd role of the suite",
}.items():
    os.environ.setdefault(name, value)

from config.settings.base import *  # noqa: E402 -- it reads what is set above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
API_REQUESTS_A_MINUTE = 0  # but for the tests of it
DEMONSTRATION = True
DEMONSTRATION_FILE = BASE_DIR / "var" / "demo-of-the-suite.json"
INSTALLED_APPS = [*INSTALLED_APPS, "demonstration"]
DATABASES["default"]["OPTIONS"].pop("pool")  # a test's threads and clones open their own
