"""The MARAC beside a case: the pages to refer it on, to pass it on, and to say she was told."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from accounts.models import Agency, AgencyKind
from accounts.roles import Permission
from marac import actions
from marac.reading import next_meeting, open_meetings
from marac.terms import Terms, terms_of
from portal.cases.work import WorkPage
from portal.marac.agreement import consent_of
from portal.marac.case_forms import EnterForm, IdvaForm, MaracForm
from portal.marac.forms import ToldForm
from portal.marac.standing import tellings
from referrals.errors import ReferralError


class MaracPage(WorkPage):
    """A page about the MARAC beside a case, in sections."""

    needs = Permission.REFER
    template_name = "portal/marac/refer.html"
    fields_of = {"area_code": "grounds", "compartments": "compartments"}

    @cached_property
    def terms(self) -> Terms | None:
        """The area's terms; none where there is no MARAC to refer to."""
        try:
            return terms_of(self.referral.area_code, timezone.localdate())
        except ReferralError:
            return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, terms = timezone.now(), self.terms
        reached = terms.reached(self.referral.risk_band) if terms else False
        context = {
            "terms": terms,
            "reached": reached,
            "next_meeting": next_meeting(self.referral.area_code, self.member, now),
        }
        return {**context, **super().get_context_data(**kwargs)}


class Refer(MaracPage):
    """Refer a case to its area's MARAC. A person decides; no score does."""

    purpose = "refer to MARAC"
    heading, button, done = "Refer to MARAC", "Refer to MARAC", "Referred to the MARAC."
    form_class = MaracForm

    def make(self, form: Any) -> HttpResponse:
        actions.refer(self.reference, details_of(form.cleaned_data), by=self.member)
        return self.finished()


class Enter(MaracPage):
    """Put a case on the coordinator's own list."""

    needs = Permission.MANAGE
    purpose = "put on a MARAC list"
    heading, button, done = "Put on a MARAC list", "Put on the list", "On the list."
    form_class = EnterForm

    def get_form_kwargs(self) -> dict[str, Any]:
        coming = open_meetings(self.member, timezone.now())
        return {**super().get_form_kwargs(), "meetings": list(coming)}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        actions.enter(self.reference, details_of(given), given["meeting"], by=self.member)
        return self.finished()


class PassToIdva(MaracPage):
    """Pass the case, and the running clock, to the IDVA service of her area."""

    needs = Permission.MANAGE
    purpose = "pass to the IDVA service"
    heading, button = "Pass to the IDVA service", "Pass it on"
    done = "Passed on. You answer for it until the service has taken it."
    form_class = IdvaForm
    template_name = "portal/marac/pass.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "agencies": idva_services(self.referral.area_code)}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        to, consent = given["agency"], consent_of(given)
        actions.pass_to_idva(self.reference, to, consent, by=self.member)
        return self.finished()


class Told(WorkPage):
    """That she was told the result, or why not."""

    needs = Permission.VISIT
    purpose = "tell the result of the MARAC"
    heading, button, done = "Tell them the result", "Save", "Saved."
    form_class = ToldForm
    template_name = "portal/marac/told.html"

    def make(self, form: Any) -> HttpResponse:
        actions.tell(self.reference, form.cleaned_data["outcome"], by=self.member)
        return self.finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owed = tellings(self.referral, self.member)
        context = {"tell_by": owed[0].due_at if owed else None}
        return {**context, **super().get_context_data(**kwargs)}


def details_of(given: dict[str, Any]) -> actions.MaracDetails:
    """The form's answers as the heart takes them."""
    names = (
        "grounds",
        "knows",
        "said_repeat",
        "police_incidents",
        "is_adult",
        "judgement",
        "safe_people",
        "unsafe_people",
    )
    said = {name: given[name] for name in names}
    return actions.MaracDetails(consent=consent_of(given), **said)


def idva_services(area_code: str) -> Sequence[Agency]:
    """The IDVA services of an area that share."""
    sharing = Agency.objects.sharing(timezone.localdate())
    of_the_area = sharing.filter(kind=AgencyKind.IDVA, areas__contains=[area_code])
    return list(of_the_area.order_by("name"))
