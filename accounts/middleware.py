"""Which membership a signed-in person acts under, for the request and for the database."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.models import Membership
from tenancy.work import enter

SESSION_KEY = "membership"


class MembershipMiddleware:
    """Put ``request.membership`` on each request, and tell the database who is asking."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = membership_of(request)
        request.membership = membership  # type: ignore[attr-defined]
        if membership is not None:
            enter(membership.context)
        return self.get_response(request)


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership chosen in the session, else the person's first; none before sign-in."""
    if not request.user.is_authenticated:
        return None
    current = Membership.objects.current().filter(user=request.user).select_related("agency")
    chosen = request.session.get(SESSION_KEY)
    found = {membership.pk: membership for membership in current.order_by("pk")}
    membership = found.get(chosen) or next(iter(found.values()), None)
    if membership is not None:
        membership.user = request.user
    return membership
