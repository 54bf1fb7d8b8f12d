"""A portal without a database, for the tests of how it looks."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from tests.live import chromium, site

__all__ = ["chromium", "look", "site"]

STANDING_ALONE = (
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
)


@pytest.fixture
def look() -> Iterator[None]:
    """The pages of `look_pages`, with the product's own headers and templates round them."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    templates[0]["OPTIONS"]["context_processors"].remove(
        "django.contrib.auth.context_processors.auth"
    )
    templates[0]["OPTIONS"]["string_if_invalid"] = "UNDEFINED(%s)"
    with override_settings(
        ROOT_URLCONF="tests.portal.look_pages",
        TEMPLATES=templates,
        MIDDLEWARE=[*STANDING_ALONE, "tests.portal.look_pages.ActingMiddleware"],
    ):
        yield
