"""The request transaction: begin, run, render, commit, and only then release the bytes."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tenancy.context import Context
from tenancy.work import Undo, is_retryable, unit_of_work

TRIES: Final = 3
SECONDS_TO_RETRY: Final = 5
logger = logging.getLogger(__name__)


class BrokenAnswer(RuntimeError):
    """A view, or something around it, answered with a 5xx."""


def mark_failed(request: HttpRequest, failure: Exception | None) -> None:
    """Have this request's transaction rolled back although its answer is sent."""
    request.tenancy_failure = failure  # type: ignore[attr-defined]


def failure_of(request: HttpRequest) -> Exception | None:
    """What :func:`mark_failed` was last told."""
    failure: Exception | None = getattr(request, "tenancy_failure", None)
    return failure


class RequestTransaction:
    """One transaction a request, from before the session is read until after the page is made.

    A failed view is rolled back and its attempt recorded. A deadlock is tried again, three times
    in all. Without a database the answer is 503 at once, for a person or a system to try again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.body  # noqa: B018 -- reads it, so that a second try can read it too
        for tries_left in reversed(range(TRIES)):
            try:
                return self._once(request)
            except (DatabaseError, InterfaceError) as error:
                if not (is_retryable(error) and tries_left):
                    logger.exception("The database did not answer.")
                    return unavailable(request)
        raise AssertionError  # pragma: no cover -- the loop always returns

    def _once(self, request: HttpRequest) -> HttpResponse:
        _forget_the_try_before(request)
        try:
            with unit_of_work(Context.nobody()):
                response = self._answer(request)
                if failure := failure_of(request):
                    raise Undo(failure)  # noqa: TRY301 -- leaving by an exception is what undoes
        except Undo as undo:
            if isinstance(undo.failure, (OperationalError, InterfaceError)):
                raise undo.failure from undo.failure.__cause__
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        """The rendered answer; a 5xx is a failure wherever in the house it was made."""
        try:
            response = self.get_response(request)
        except Exception as error:  # noqa: BLE001 -- it is raised again
            failure = failure_of(request) or error  # the view's, not that of the page about it
            raise failure from failure.__cause__
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and not failure_of(request):
            mark_failed(request, BrokenAnswer(response.status_code))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Remember what the view raised; Django turns it into an answer further in."""
        mark_failed(request, exception)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 that needs no database: a page for people, a problem document for systems."""
    if request.path.startswith("/api/"):
        body, kind = render_to_string("503.json"), "application/problem+json"
    else:
        body, kind = render_to_string("503.html"), "text/html"
    headers = {"Retry-After": str(SECONDS_TO_RETRY)}
    return HttpResponse(body, status=503, content_type=kind, headers=headers)


def _forget_the_try_before(request: HttpRequest) -> None:
    """What an undone try left on the request may not be true: its failure, and who asked."""
    mark_failed(request, None)
    for name in ("_cached_user", "_acached_user"):
        vars(request).pop(name, None)
