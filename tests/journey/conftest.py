"""The journeys' server and browser."""

from tests.live import chromium, site

__all__ = ["chromium", "site"]
