"""Which membership a signed-in person acts under, and whether the session is still good for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.models import Membership
from accounts.sign_in import sitting, step_up
from audit import recording
from tenancy.work import enter

SESSION_KEY: Final = "membership"
ALWAYS_OPEN: Final = "account_logout"
CHOOSE_PASSWORD: Final = "account_change_password"  # noqa: S105 -- an address's name
ENROL: Final = "mfa_activate_totp"
REFUSALS: Final = frozenset({403, 404, 409, 429})


class MembershipMiddleware:
    """Put ``request.membership`` on each request, and tell the database who is asking.

    A session ends when its time is up, or when the person was suspended, left, or their agency
    was. Without an own password and a second factor there is no membership, and no page but those
    where the two are chosen.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            self._sit_down(request)
        response = self.get_response(request)
        _leave_no_refusal_unrecorded(request, response)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Lead whoever has not finished signing in to what is missing."""
        missing = _missing(request) if request.user.is_authenticated else ""
        here = request.resolver_match.url_name if request.resolver_match else ""
        if not missing or here in {missing, ALWAYS_OPEN}:
            return None
        return HttpResponseRedirect(reverse(missing))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Ask for the second factor again where a view wants a fresh one."""
        if not isinstance(exception, step_up.StepUpNeeded):
            return None
        back = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{back}")

    def _sit_down(self, request: HttpRequest) -> None:
        membership = membership_of(request)
        if membership is None or _is_over(request, membership.asked_at):  # type: ignore[attr-defined]
            logout(request)
            return
        sitting.notice_activity(request, membership.asked_at)  # type: ignore[attr-defined]
        if not _missing(request):
            request.membership = membership  # type: ignore[attr-defined]
            enter(membership.context)


def _leave_no_refusal_unrecorded(request: HttpRequest, response: HttpResponse) -> None:
    """Whoever may not come in, or asks for what is not there for them, is on record all the same.

    Addresses that lead nowhere at all are not: people mistype.
    """
    match = request.resolver_match
    if response.status_code not in REFUSALS or match is None or not _asker(request):
        return
    about = ("referral", match.kwargs["reference"]) if "reference" in match.kwargs else ("page", "")
    recording.record_refusal_unless_recorded(
        f"page.{match.url_name}", about=about, reason=str(response.status_code)
    )


def _asker(request: HttpRequest) -> Membership | None:
    """Who asks: somebody signed in, or a system with a token."""
    membership: Membership | None = getattr(request, "membership", None)
    return membership


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership chosen in the session, else the person's first; none before sign-in."""
    if not request.user.is_authenticated:
        return None
    current = Membership.objects.current().filter(user=request.user).select_related("agency")
    chosen = request.session.get(SESSION_KEY)
    found = {each.pk: each for each in current.annotate(asked_at=Now()).order_by("pk")}
    membership = found.get(chosen or 0) or next(iter(found.values()), None)
    if membership is not None:
        membership.user = request.user
    return membership


def _is_over(request: HttpRequest, now: datetime) -> bool:
    due_at = request.user.password_due_at  # type: ignore[union-attr]
    return sitting.is_over(request.session, now) or (due_at is not None and due_at <= now)


def _missing(request: HttpRequest) -> str:
    """The page a signed-in person must see first, by the name of its address."""
    if request.user.password_due_at is not None:  # type: ignore[union-attr]
        return CHOOSE_PASSWORD
    return "" if sitting.second_factor_at(request) else ENROL
