"""A way back in for a colleague: asked for by an administrator, given by a second person."""

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from audit.recording import record
from oversight import recovering
from oversight.models import Recovery
from portal.govuk.forms import EmptyForm
from portal.pages import MemberView, Page
from portal.people.forms import RecoveryForm
from portal.people.views import Acting, Colleague


class Ask(Colleague):
    """Somebody lost their phone, or their password."""

    template_name = "portal/people/lost.html"
    form_class = RecoveryForm

    def act(self, given: dict[str, Any]) -> HttpResponse:
        recovering.ask(self.person, by=self.member, **given)
        said = f"A second person has to confirm it before {self.person.display_name} can sign in."
        return self.finished("people", said)


class _Second(MemberView):
    """A page for those who may be the second person."""

    def answer(self, *args: Any, **kwargs: Any) -> Any:
        if not any(self.member.has(permission) for permission in recovering.SECONDS):
            raise PermissionDenied
        return super().answer(*args, **kwargs)


class Waiting(_Second, Page):
    """Who is to be given a way back in."""

    template_name = "portal/people/ways_back.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.ways_back")
        asked = recovering.waiting(self.member, at=timezone.now())
        known = asked.select_related("person__user", "person__agency", "asked_by__user")
        rows = [(each, recovering.may_answer(self.member, each)) for each in known]
        return {"rows": rows, **super().get_context_data(**kwargs)}


class Answer(_Second, Acting):
    """Give it, having seen them; or do not."""

    template_name = "portal/people/way_back.html"
    form_class = EmptyForm

    @cached_property
    def recovery(self) -> Recovery:
        """What is asked."""
        known = Recovery.objects.filter(agency=self.member.agency_id)
        found: Recovery = known.select_related(
            "person__user", "person__agency", "asked_by__user", "asked_by__agency"
        ).get(pk=self.kwargs["recovery"])
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("recovery.see", about=("membership", self.recovery.person_id))
        if not recovering.may_answer(self.member, self.recovery):
            raise PermissionDenied
        return {"recovery": self.recovery, **super().get_context_data(**kwargs)}

    def act(self, given: dict[str, Any]) -> HttpResponse:
        yes = self.request.POST.get("answer") == "yes"
        one_time = recovering.answer(self.recovery.pk, by=self.member, yes=yes)
        name = self.recovery.person.display_name
        if not yes:
            return self.finished("ways_back", f"{name} was not given a way back in.")
        return self.once(
            heading=f"{name} can sign in",
            what="One-time password",
            secret=one_time,
            then="Give it to them now, while you see them. It is good for an hour: at the first"
            " sign-in they choose their own and set up a second factor.",
            back=reverse("portal:ways_back"),
        )
