"""What every page of the portal does: who may see it, and what becomes of a refusal.

Unseen is 404, seen but not yours is 403, not now is 409, and not well said is a sentence beside
the field. Rules live below; here they are only given their place on the screen.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView, View

from accounts.models import Membership
from accounts.roles import Permission
from portal.error_pages import error_page
from referrals.errors import (
    AccessEnded,
    ConsentMissing,
    MoveNotAllowed,
    NotWellFormed,
    ReasonMissing,
    ReferralError,
    ServiceUnsuitable,
)
from referrals.looking import LookedTooMuch
from tenancy.middleware import mark_failed

MADE_FROM: Final = "made_from"
_NOT_NOW: Final = (MoveNotAllowed, AccessEnded)


class StalePage(MoveNotAllowed):
    """The page was made from something that has changed since."""


class MemberView(View):
    """A page for members whose role grants ``needs``. Everything else is 403 before it begins."""

    needs: ClassVar[Permission | None] = None

    @property
    def member(self) -> Membership:
        """Who is asking; the middleware lets nobody else this far."""
        acting: Membership = self.request.membership  # type: ignore[attr-defined]
        return acting

    @property
    def reference(self) -> str:
        """The referral that the address names."""
        return str(self.kwargs["reference"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in whoever may come, and answer what is refused and no field is to blame for.

        What was refused is undone, and the attempt is kept in the evidence as refused.
        """
        if self.needs and not self.member.has(self.needs):
            raise PermissionDenied
        try:
            return self.answer(request, *args, **kwargs)
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except LookedTooMuch as error:
            mark_failed(request, error)
            return self.ask_who_it_is(request, error)
        except ReferralError as error:
            mark_failed(request, error)
            return self.refused(error)

    def ask_who_it_is(self, request: HttpRequest, error: LookedTooMuch) -> HttpResponseBase:
        """Where somebody who has looked at much goes on: by saying who they are, or not now."""
        if not error.may_confirm:
            return error_page(HTTPStatus.TOO_MANY_REQUESTS, message=str(error))
        back = {"next": request.get_full_path()} if request.method == "GET" else {}
        return see_other(reverse("portal:go_on", query=back))

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, rendered here so that what it reads is refused here too."""
        response = super().dispatch(request, *args, **kwargs)
        render = getattr(response, "render", None)
        return render() if render else response

    def refused(self, error: ReferralError) -> HttpResponse:
        """The page of a 409."""
        return error_page(HTTPStatus.CONFLICT, message=self.said_of(error))

    def said_of(self, error: ReferralError) -> str:
        """The sentence of a 409; pages that know what is possible instead say so here."""
        return str(error)


class Page(MemberView, TemplateView):
    """A page that is only looked at."""


class FormPage(MemberView, FormView[Any]):
    """One page, one form, one call into the heart.

    :meth:`make` calls it; what it refuses is put beside the field it is about. ``fields_of`` names
    the form's fields for errors that name theirs otherwise, or that are about one kind of thing.
    """

    fields_of: ClassVar[Mapping[str | type[ReferralError], str]] = {}

    def make(self, form: Any) -> HttpResponse:
        """Do what the form asks, and say where to go."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        """Make it, or show the form again with the reason in its place."""
        self.refuse_stale_page()
        try:
            return self.make(form)
        except ReferralError as error:
            if not self.place(error, form):
                raise
            return self.form_invalid(form)

    def place(self, error: ReferralError, form: forms.Form) -> bool:
        """Put a refusal beside its field, or on top; whether it belongs on this page at all."""
        kind = next((each for each in type(error).__mro__ if each in self.fields_of), None)
        if isinstance(error, _NOT_NOW) and kind is None:
            return False
        form.add_error(self._field_of(error, kind, form), str(error))
        return True

    def _field_of(self, error: ReferralError, kind: Any, form: forms.Form) -> str | None:
        if isinstance(error, NotWellFormed):
            last = error.field.rpartition(".")[2]
            name = self.fields_of.get(error.field, last)
        else:
            name = self.fields_of.get(kind, _USUAL_FIELDS.get(type(error), ""))
        return name if name in form.fields else None

    def stamp(self) -> str:
        """What a page was made from, in a word; empty for pages that cannot be stale."""
        return ""

    def refuse_stale_page(self) -> None:
        """Stop when what the page showed is no longer so.

        :raises StalePage: saying so.
        """
        shown = self.request.POST.get(MADE_FROM, "")
        if shown and shown != self.stamp():
            raise StalePage(
                "This changed while you had the page open. Look at it as it is now, then decide."
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and what its page is made from."""
        return {"made_from": self.stamp(), **super().get_context_data(**kwargs)}


_USUAL_FIELDS: Final[Mapping[type[ReferralError], str]] = {
    ReasonMissing: "reason",
    ServiceUnsuitable: "service",
    ConsentMissing: "agreement",
}


def see_other(url: str) -> HttpResponseRedirect:
    """Go and look, after a POST."""
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)
