"""What the tests of notices share: a database that commits, and a worker to look and act."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from accounts.models import Membership
from config.celery import app
from notices import outbox
from notices.models import Notice
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases

CLOSED = "redis://127.0.0.1:1/0"


@contextmanager
def working() -> Iterator[None]:
    """Be the worker: its role in the database, one transaction in the system's context."""
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        yield


def notices() -> list[Notice]:
    """All there are, as the worker sees them, oldest first."""
    with working():
        return list(Notice.objects.order_by("created_at", "dedupe"))


@pytest.fixture(autouse=True)
def redis_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that want a broker ask for one; no other needs it."""
    use_broker(monkeypatch, CLOSED)


def use_broker(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Have nudges go to ``url``."""
    monkeypatch.setattr(outbox, "doorbell", outbox.Doorbell())
    monkeypatch.setattr(app.conf, "broker_url", url)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


@pytest.fixture
def owed(own_database: str) -> Callable[..., None]:
    """Owe somebody a number of notices, as a member of another agency does."""

    def owe_them(recipient: Membership, *, by: Membership, number: int = 1) -> None:
        with unit_of_work(by.context):
            for nth in range(number):
                outbox.owe(
                    [recipient], kind="referral.sent", reference="PH-TEST", dedupe=f"event:{nth}"
                )

    return owe_them


@pytest.fixture
def mail_server_is_away(settings: object) -> None:
    """A mail server whose port nobody listens on."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
