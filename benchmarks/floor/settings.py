"""Everything that costs time and is not asked for is left out."""

import os
from urllib.parse import urlsplit

_PLACE = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "the floor keeps no secrets"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
ROOT_URLCONF = "benchmarks.floor.urls"
INSTALLED_APPS = ["rest_framework", "benchmarks.floor"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "floor",
        "USER": _PLACE.username,
        "PASSWORD": _PLACE.password,
        "HOST": _PLACE.hostname,
        "PORT": _PLACE.port,
        "CONN_MAX_AGE": None,
    }
}
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}
