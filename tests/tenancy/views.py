"""Views that write, then go wrong in every way a view can."""

import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.recording import record
from tenancy.context import Context
from tenancy.middleware import mark_failed
from tenancy.work import enter
from tests.tenancy.conftest import add, words

ASKER = Context.member(agency_id=1, membership_id=7)
CANARY = "canary-7d1f6c"
TRIES: list[str] = []  # the tries made, by what they were asked

meetings: dict[str, threading.Barrier] = {}


def _raise(error: Exception) -> HttpResponse:
    raise error


def _swallow() -> HttpResponse:
    try:
        add(None)
    except IntegrityError:
        return HttpResponse(CANARY)
    raise AssertionError


def _hang_up() -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return HttpResponse(CANARY)


def _page(source: str) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: TemplateResponse(
        request, engines["django"].from_string(source), {"words": words, "break": lambda: 1 / 0}
    )


ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "fine": lambda _: HttpResponse(CANARY),
    "error": lambda _: _raise(ValueError(CANARY)),
    "unseen": lambda _: _raise(Http404()),
    "forbidden": lambda _: _raise(PermissionDenied()),
    "conflict": lambda _: HttpResponse("Not now.", status=HTTPStatus.CONFLICT),
    "broken": lambda _: HttpResponse(CANARY, status=HTTPStatus.BAD_GATEWAY),
    "swallowed": lambda _: _swallow(),
    "at-commit": lambda _: add("ours") or HttpResponse(CANARY),
    "hung-up": lambda _: _hang_up(),
    "lazy": _page("{{ words|join:',' }}"),
    "lazily-broken": _page(CANARY + "{{ break }}"),
    "streamed": lambda _: StreamingHttpResponse(iter(lambda: ",".join(words()), "")),
}


@csrf_exempt
@login_not_required
def answer(request: HttpRequest, how: str, word: str) -> HttpResponse:
    """Write a word and owe an entry, then answer as asked."""
    enter(ASKER)
    record("probe", about=("word", word))
    add(word)
    return ANSWERS[how](request)


class LazyRenderer(BaseRenderer):
    media_type, format = "text/plain", "txt"

    def render(self, *_: Any, **__: Any) -> bytes:
        return ",".join(words()).encode()


class Lazy(APIView):
    """A DRF answer, which is rendered after the view has returned."""

    authentication_classes: list[type] = []
    permission_classes: list[type] = []
    renderer_classes = [LazyRenderer]
    login_required = False

    def get(self, _request: HttpRequest) -> Response:
        enter(ASKER)
        return Response()


@csrf_exempt
@login_not_required
def refuse_quietly(request: HttpRequest, word: str) -> HttpResponse:
    """As an API's exception handler does: the answer is made, the failure marked."""
    enter(ASKER)
    record("probe", about=("word", word))
    add(word)
    mark_failed(request, PermissionDenied())
    return HttpResponse("No.", status=HTTPStatus.FORBIDDEN)


@csrf_exempt
@login_not_required
def lock_two(request: HttpRequest, meeting: str, first: str, second: str) -> HttpResponse:
    """Lock one word, meet the other thread, lock the second: two of these deadlock, once."""
    TRIES.append(meeting)
    enter(ASKER)
    record("probe", about=("word", meeting))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM tenancy_probe WHERE word = %s FOR UPDATE", [first])
        if TRIES.count(meeting) <= meetings[meeting].parties:
            meetings[meeting].wait(timeout=10)
        cursor.execute("SELECT 1 FROM tenancy_probe WHERE word = %s FOR UPDATE", [second])
    return _echo(request)


@csrf_exempt
@login_not_required
def lose_races(request: HttpRequest, state: str, times: int, word: str) -> HttpResponse:
    """Fail with an SQLSTATE the first ``times`` tries."""
    TRIES.append(word)
    enter(ASKER)
    record("probe", about=("word", word))
    add(word)
    if TRIES.count(word) <= times:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE 'as asked' USING ERRCODE = '{state}'; END $$")
    return _echo(request)


def _echo(request: HttpRequest) -> HttpResponse:
    if request.content_type == "application/json":
        return JsonResponse(json.loads(request.body))
    files = {name: file.read().decode() for name, file in request.FILES.items()}
    return JsonResponse({**request.POST.dict(), **files})


@login_not_required
def isolation(_request: HttpRequest) -> HttpResponse:
    """How this request's transaction runs."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        return HttpResponse(cursor.fetchone()[0])
