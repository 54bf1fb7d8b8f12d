"""An agency's people: who they are to it, and who has left."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.actions import administering
from accounts.errors import NotDone
from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from portal.govuk.forms import EmptyForm
from portal.pages import FormPage, MemberView, Page, see_other
from portal.people.forms import PersonForm, RoleForm
from portal.rota.people import sign_of
from visits.handing import loads


class Administering(MemberView):
    """A page for whoever looks after the agency."""

    needs = Permission.ADMINISTER

    @property
    def ours(self) -> QuerySet[Membership]:
        """Everybody who acts or acted for the agency; each page says whom of them."""
        ours = Membership.objects.filter(agency=self.member.agency_id)
        return ours.select_related("user", "agency")

    def signed(self, known: Iterable[Membership]) -> Membership:
        """Whom the address means.

        :raises Http404: if it is none of them.
        """
        sign = self.kwargs["colleague"]
        for each in known:
            if sign_of(each.pk) == sign:
                return each
        raise Http404


class Acting(FormPage):
    """One act; what stands in its way is said on top of the page."""

    def make(self, form: Any) -> HttpResponse:
        try:
            return self.act(form.cleaned_data)
        except NotDone as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)

    def act(self, given: dict[str, Any]) -> HttpResponse:
        """Do it."""
        raise NotImplementedError

    def finished(self, page: str, said: str, *about: str) -> HttpResponse:
        """Say so, and go back to the page it was done from."""
        messages.success(self.request, said)
        return see_other(reverse(f"portal:{page}", args=about))

    def once(self, **shown: str) -> HttpResponse:
        """Show what is shown only now. It is kept in no session, and so not after a redirect."""
        context = {**self.get_context_data(form=EmptyForm()), **shown}
        return self.response_class(self.request, "portal/people/once.html", context)


class ActPage(Administering, Acting):
    """An act of whoever looks after the agency."""


class People(Administering, Page):
    """Everybody, those who have left below."""

    template_name = "portal/people/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.people")
        people = list(self.ours.exclude(user=None).order_by("user__name", "pk"))
        return {
            "here": [(each, sign_of(each.pk)) for each in people if each.ended_at is None],
            "gone": [each for each in people if each.ended_at is not None],
            **super().get_context_data(**kwargs),
        }


class Add(ActPage):
    """Somebody joins. New here, they get a password that is shown once."""

    template_name = "portal/people/add.html"
    form_class = PersonForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.member.agency.kind}

    def act(self, given: dict[str, Any]) -> HttpResponse:
        joined = administering.add_person(by=self.member, **given)
        name = joined.membership.display_name
        if not joined.one_time_password:
            return self.finished("people", f"{name} now acts for your agency as well.")
        return self.once(
            heading=f"{name} can sign in",
            what="One-time password",
            secret=joined.one_time_password,
            then="Give it to them in person, or on a number you know. It is good for a week: at the"
            " first sign-in they choose their own and set up a second factor.",
            back=reverse("portal:people"),
        )


class Colleague(ActPage):
    """An act on one colleague."""

    @cached_property
    def person(self) -> Membership:
        """Whom it is about."""
        return self.signed(self.ours.filter(ended_at=None).exclude(user=None))

    def stamp(self) -> str:
        """What the page showed."""
        return self.person.role

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"person": self.person, **super().get_context_data(**kwargs)}


class ChangeRole(Colleague):
    """What somebody is to the agency from now on."""

    template_name = "portal/people/role.html"
    form_class = RoleForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.member.agency.kind}

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        return {"role": self.person.role}

    def act(self, given: dict[str, Any]) -> HttpResponse:
        administering.give_role(self.person, by=self.member, **given)
        said = f"{self.person.display_name} has another role, and signs in anew."
        return self.finished("people", said)


class Left(Colleague):
    """Somebody has left: at once, everywhere."""

    template_name = "portal/people/left.html"
    form_class = EmptyForm

    @cached_property
    def in_hand(self) -> tuple[int, int]:
        """How many cases and booked visits they leave behind."""
        return loads(self.member.agency_id, at=timezone.now()).get(self.person.pk, (0, 0))

    def act(self, given: dict[str, Any]) -> HttpResponse:
        cases, visits = self.in_hand
        administering.end_membership(self.person, by=self.member)
        said = f"{self.person.display_name} does not act for your agency any more."
        if cases or visits:
            said += f" Tell a manager: cases {cases}, booked visits {visits} are to be handed over."
        return self.finished("people", said)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cases, visits = self.in_hand
        return {"cases": cases, "visits": visits, **super().get_context_data(**kwargs)}


class SignOut(Colleague):
    """A phone was lost, or a screen left open."""

    template_name = "portal/people/sign_out.html"
    form_class = EmptyForm

    def act(self, given: dict[str, Any]) -> HttpResponse:
        administering.end_sessions(self.person, by=self.member)
        return self.finished("people", f"{self.person.display_name} is signed out everywhere.")
