"""Where each role's day begins, and acting for another agency."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from accounts.roles import Permission, Role
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from portal.navigation import PAGES
from portal.pages import FormPage, MemberView, Page, see_other

CAN: Final[Mapping[Permission, str]] = {
    Permission.COUNT: "read the numbers your agency reports",
    Permission.ADMINISTER: "look after your agency’s people, roles and systems",
}


class Home(Page):
    """Each role's first page; a plain one for roles that have none here."""

    template_name = "portal/home/plain.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if SESSION_KEY not in request.session and memberships_of(self.member).count() > 1:
            return see_other(reverse("portal:choose"))
        pages = PAGES.get(Role(self.member.role), ())
        if pages and pages[0].url_name != "portal:home":
            return see_other(reverse(pages[0].url_name))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can = [said for each, said in CAN.items() if self.member.has(each)]
        administers = self.member.has(Permission.ADMINISTER)
        return {"can": can, "administers": administers, **super().get_context_data(**kwargs)}


class StillHere(MemberView):
    """Nothing to see: asked for now and then while somebody types, and it counts as activity."""

    http_method_names = ["get"]

    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class ChooseForm(GovukForm):
    """Which agency to act for."""

    agency = forms.ChoiceField(
        label="Which agency are you acting for now?",
        widget=Radios(),
        error_messages={"required": "Select the agency you are acting for"},
    )

    def __init__(self, *args: Any, memberships: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {each.agency.code: each for each in memberships}
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            (code, f"{each.agency.name} ({each.get_role_display()})")
            for code, each in self.members.items()
        ]


class Choose(FormPage):
    """Choose one of several memberships; the header says which one from then on."""

    template_name = "portal/home/choose.html"
    form_class = ChooseForm

    def get_form_kwargs(self) -> dict[str, Any]:
        now = {"agency": self.member.agency.code}
        kwargs = {**super().get_form_kwargs(), "initial": now}
        return {**kwargs, "memberships": memberships_of(self.member)}

    def make(self, form: Any) -> HttpResponse:
        chosen = form.members[form.cleaned_data["agency"]]
        self.request.session[SESSION_KEY] = chosen.pk
        return see_other(reverse("portal:home"))


def memberships_of(member: Membership) -> QuerySet[Membership]:
    """Everything the same person may act for."""
    current = Membership.objects.current().filter(user=member.user_id)
    return current.select_related("agency").order_by("agency__name")
