"""The request transaction: begin, run, render, commit, and only then release the bytes."""

import logging
from collections.abc import Callable
from typing import Final

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tenancy.context import Context
from tenancy.work import is_retryable, unit_of_work

TRIES: Final = 3
SECONDS_TO_RETRY: Final = 5
logger = logging.getLogger(__name__)


class Undo(Exception):  # noqa: N818 -- a signal to roll back, not an error
    """The answer stands, what was written does not."""

    def __init__(self, response: HttpResponse, failure: Exception) -> None:
        super().__init__(failure)
        self.response, self.failure = response, failure
        self.__cause__ = failure.__cause__


def mark_failed(request: HttpRequest, failure: Exception) -> None:
    """Have this request's transaction rolled back although its answer is sent."""
    request.tenancy_failure = failure  # type: ignore[attr-defined]


class RequestTransaction:
    """One transaction a request, from before the session is read until after the page is made.

    A failed view is rolled back and its attempt recorded. A deadlock is tried again, three times
    in all. Without a database the answer is 503 at once, for a person or a system to try again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _keep_the_body(request)
        for tries_left in reversed(range(TRIES)):
            try:
                return self._once(request)
            except (DatabaseError, InterfaceError) as error:
                if not (is_retryable(error) and tries_left):
                    logger.exception("The database did not answer.")
                    return unavailable(request)
        raise AssertionError  # pragma: no cover -- the loop always returns

    def _once(self, request: HttpRequest) -> HttpResponse:
        mark_failed(request, None)  # type: ignore[arg-type]
        try:
            with unit_of_work(Context.nobody()):
                response = self.get_response(request)
                if failure := request.tenancy_failure:  # type: ignore[attr-defined]
                    raise Undo(response, failure)
        except Undo as undo:
            if isinstance(undo.failure, (DatabaseError, InterfaceError)):
                raise undo.failure from undo.failure.__cause__
            return undo.response
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


def _keep_the_body(request: HttpRequest) -> None:
    """A second try must be able to read what the first one read."""
    if request.content_type != "multipart/form-data":
        request.body  # noqa: B018 -- reading it is what keeps it
