"""Whether this process is alive, and whether it can work: asked by whoever keeps it running.

It stands before everything else, so that it needs no host name, no sign-in and no TLS, and it
tells nothing but yes or no.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from config import restored, right_clock
from tenancy.context import Context
from tenancy.work import unit_of_work

ALIVE = "/healthz"
READY = "/readyz"


class Health:
    """Answers the two questions; everything else goes on inwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Remember who is next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Alive is that we answer; ready, that the database lets us in as our own role, has the
        same time, and is not one from before what the ledger holds."""
        if request.path == ALIVE:
            return _said("alive", HTTPStatus.OK)
        if request.path == READY:
            return _readiness()
        if not restored.may_open():
            return _said("not open", HTTPStatus.SERVICE_UNAVAILABLE)
        return self.get_response(request)


def _readiness() -> HttpResponse:
    try:
        with unit_of_work(Context.nobody()):
            if not right_clock.is_right():
                return _said("wrong clock", HTTPStatus.SERVICE_UNAVAILABLE)
            if not restored.still_knows():
                return _said("older database", HTTPStatus.SERVICE_UNAVAILABLE)
            return _said("ready", HTTPStatus.OK)
    except (DatabaseError, InterfaceError):
        return _said("no database", HTTPStatus.SERVICE_UNAVAILABLE)


def _said(word: str, status: HTTPStatus) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(f"{word}\n", status=status, content_type="text/plain", headers=headers)
