"""Systems that hear what happens, and a receiver of somebody else's."""

import json
from datetime import timedelta

import pytest

from accounts.actions.clients import add_client
from accounts.models import Agency, Membership
from accounts.scopes import SCOPES
from events import hooking, sweeping
from notices.clock import database_now
from tenancy.context import Context
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases
from tests.oversight.receiver import receiving


@pytest.fixture
def anywhere(settings):
    """Tests have no host out in the world to send to."""
    settings.WEBHOOKS_ANYWHERE = True


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


def a_system(code, scopes=tuple(SCOPES)):
    """A system of an agency, added by the operator."""
    with databases.as_owner():
        return add_client(Agency.objects.get(code=code), title="Case system", scopes=scopes)


def administrator_of(code):
    with databases.as_owner(), unit_of_work(Context.migration()):
        found = Membership.objects.select_related("agency", "user")
        return found.get(agency__code=code, role="administrator")


@pytest.fixture
def system(own_database, people):
    """The IDVA's case system."""
    return a_system("liverpool-idva").membership


@pytest.fixture
def administrator(system):
    return administrator_of("liverpool-idva")


@pytest.fixture
def hooked(system, administrator, anywhere, receiver):
    """The system, told at the receiver; with it what it checks calls with."""
    return hooking.add_hook(system, address=receiver.url, by=administrator)


def sweep(after=timedelta(0)):
    """A turn of the worker's, or one that comes later."""
    with databases.signed_in_as(WORKER):
        with unit_of_work(Context.system()):
            at = database_now()
        return sweeping.sweep(at + after)


def said(receiver):
    """What the receiver was told: types and references, in the order they came."""
    bodies = [json.loads(body) for _, body in receiver.got]
    return [(body["type"], body["reference"]) for body in bodies]
