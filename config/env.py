"""Typed reads of the environment that fail loudly, and never echo what they read.

Every name may be given as ``NAME`` or, for secrets that lie in files, as ``NAME_FILE``.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def read(name: str, default: str | None = None) -> str:
    """The value of ``name``; without a default its absence stops the start."""
    if path := os.environ.get(f"{name}_FILE"):
        return _content_of(name, Path(path))
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"Set {name}, or {name}_FILE to the path of a file that holds it."
        )
    return value


def read_list(name: str, default: str = "") -> list[str]:
    """The comma-separated values of ``name``."""
    return [part.strip() for part in read(name, default).split(",") if part.strip()]


def read_int(name: str, default: int) -> int:
    """The whole number in ``name``."""
    value = read(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number.")
    return int(value)


def database(url: str) -> dict[str, object]:
    """Django's settings for a ``postgresql://role:password@host:port/name?option=…`` URL.

    A host that starts with ``/`` is a socket's directory: ``postgresql://role:pw@%2Frun%2Fpg/name``.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgresql://role:password@host/name."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": options,
    }


def _content_of(name: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE: {path} cannot be read ({error.strerror})."
        ) from None
