"""What each process is told: its own secrets and no other's."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from config.embedded import postgres, valkey
from config.embedded.keeping import Kept

PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "DATABASE_ROLE_PREFIX",
)  # fmt: skip


@dataclass(frozen=True)
class Environments:
    """The environment of every process of one run."""

    database_url: str  # the owner's
    redis_url: str
    kept: Kept
    port: int

    @classmethod
    def of_running(cls, now: Mapping[str, Any], kept: Kept) -> "Environments":
        """From what the launcher wrote down, which are ports, and from what is kept."""
        owner, redis = kept.word("database-owner"), kept.word("redis")
        return cls(
            os.environ.get("DATABASE_URL") or postgres.url(owner, now["postgres"]),
            os.environ.get("REDIS_URL") or valkey.url(redis, now["valkey"]),
            kept,
            now["port"],
        )

    def ports(self) -> dict[str, int | None]:
        """Where the two servers listen."""
        return {
            "postgres": urlsplit(self.database_url).port,
            "valkey": urlsplit(self.redis_url).port,
        }

    def migrate(self) -> dict[str, str]:
        """The owner of the tables, who also makes the roles that use them."""
        return self._common() | {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DATABASE_WEB_PASSWORD": self.kept.word("database-web"),
            "DATABASE_WORKER_PASSWORD": self.kept.word("database-worker"),
            "DATABASE_KEYD_PASSWORD": self.kept.word("database-keyd"),
            "SECRET_KEY": self.kept.word("secret-key-worker"),
        }

    def owner(self) -> dict[str, str]:
        """Commands that make agencies and cases: they seal, so they need the root key."""
        return self._common() | {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "ROOT_KEY_FILE": str(self.kept.root_key_file),
            "SECRET_KEY": self.kept.word("secret-key-web"),
        }

    def web(self) -> dict[str, str]:
        """The only process that opens what is sealed."""
        return self._common() | {
            "WEBHOOKS_KEY": self.kept.word("webhooks"),
            "DATABASE_URL": self._as_role("web", self.kept.word("database-web")),
            "REDIS_URL": self.redis_url,
            "ROOT_KEY_FILE": str(self.kept.root_key_file),
            "SECRET_KEY": self.kept.word("secret-key-web"),
        }

    def worker(self) -> dict[str, str]:
        """Worker and beat: no root key, and a signing key the web does not share."""
        return self._common() | {
            "WEBHOOKS_KEY": self.kept.word("webhooks"),
            "DATABASE_URL": self._as_role("worker", self.kept.word("database-worker")),
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.kept.word("secret-key-worker"),
        }

    def _common(self) -> dict[str, str]:
        return passed_on(os.environ) | {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "PORT": str(self.port),
            "ERASURE_LEDGER": str(self.kept.directory / "erasures.ndjson"),
            "PYTHONUNBUFFERED": "1",
        }

    def _as_role(self, role: str, password: str) -> str:
        """The same database, entered as one of the roles that ``migrate`` makes."""
        parts = urlsplit(self.database_url)
        name = parts.path.lstrip("/")
        prefix = os.environ.get("DATABASE_ROLE_PREFIX") or name
        place = parts.netloc.rpartition("@")[2]
        netloc = f"{quote(f'{prefix}_{role}')}:{quote(password)}@{place}"
        return urlunsplit(parts._replace(netloc=netloc))


def passed_on(ours: Mapping[str, str]) -> dict[str, str]:
    """The part of our own environment that is nobody's secret."""
    return {name: ours[name] for name in PASSED_ON if name in ours}
