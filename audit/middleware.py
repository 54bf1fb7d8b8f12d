"""Gives each request its id."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tenancy.request_id import new_request_id


class RequestId:
    """Name the request, and tell the caller the name for when they ring about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = new_request_id()
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response
