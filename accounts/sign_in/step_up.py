"""A fresh second factor, for what must not be done from a screen somebody left open.

Decorate a view with :func:`required`, or call :func:`require` at the start of it. The middleware
turns the exception into the question, and brings the person back afterwards.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings

from accounts.sign_in import sitting


class StepUpNeeded(Exception):
    """The person's own second factor was not given within the last five minutes."""


def is_fresh(request: Any) -> bool:
    """Whether the second factor was given within the last five minutes."""
    given_at = sitting.second_factor_at(request)
    if given_at is None:
        return False
    age = sitting.database_time().timestamp() - given_at
    return bool(age <= settings.STEP_UP_SECONDS)


def require(request: Any) -> None:
    """Go on only with a fresh second factor.

    :raises StepUpNeeded: otherwise; the person is asked, and comes back.
    """
    if not is_fresh(request):
        raise StepUpNeeded


def required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Have a view run only with a fresh second factor."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        require(request)
        return view(request, *args, **kwargs)

    return guarded
