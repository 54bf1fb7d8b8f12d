"""A house whose evidence is committed, signed and sent."""

from contextlib import contextmanager
from uuid import uuid4

import pytest

from audit.checkpoints import sign_due
from audit.recording import record
from notices.clock import database_now
from oversight import sweeping
from oversight.holding import add_holder
from oversight.models import Delivery
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases


@pytest.fixture
def anywhere(settings):
    """Tests have no host out in the world to send to."""
    settings.WEBHOOKS_ANYWHERE = True


@pytest.fixture
def agency(own_database, people):
    """An agency with a chain."""
    return people.officer.agency


def sign_something(member):
    """One more entry in a member's chain, signed."""
    with unit_of_work(member.context):
        record("open", about=("referral", uuid4().hex))
    sign_due(growth=1)


def sweep(after=None):
    """A turn of the worker's, or one that comes later."""
    with databases.signed_in_as(WORKER):
        with unit_of_work(Context.system()):
            at = database_now()
        return sweeping.sweep(at + after if after else at)


def hold(agency, kind, address):
    """Somebody who holds an agency's checkpoints, added by the operator."""
    with databases.as_owner():
        return add_holder(agency, kind=kind, address=str(address))


@contextmanager
def deliveries():
    """Every delivery there is, as the owner sees them."""
    with databases.as_owner(), unit_of_work(Context.migration()):
        yield Delivery.objects.order_by("checkpoint__seq")
