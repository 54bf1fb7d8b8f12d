"""What tests of the portal share: how it looks without a database, and a case in hand."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from tests import given
from tests.live import chromium, site
from visits import actions

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


@pytest.fixture
def taken(people):
    """A case after a police visit two hours ago, which the adviser has taken."""
    referral = actions.refer_after_visit(
        given.details(safe_windows=given.ANY_TIME),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    return actions.take(referral.reference, by=people.adviser)
