"""One id for everything a request does, in the evidence, the log and the answer."""

from contextvars import ContextVar
from uuid import uuid4

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request being served; empty outside one."""
    return _request_id.get()


def new_request_id() -> str:
    """Begin a request: give it an id of its own."""
    request_id = uuid4().hex
    _request_id.set(request_id)
    return request_id
