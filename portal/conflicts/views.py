"""Three pages: whom I know; for an administrator, whom a colleague knows, and who is kept out.

None says what was typed: it is not kept. Who is kept out of what is an administrator's to see, who
opens no case; whoever is kept out sees that they declared somebody, and nothing of a case.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Min
from django.http import HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.conflicts import Relation
from portal.conflicts.forms import KnownForm, KnownToColleagueForm, LiftForm
from portal.pages import FormPage, see_other
from portal.spoken_time import day
from referrals import actions
from referrals.actions.declaring import Known
from referrals.models import ConflictBlock, ConflictTag, Grant


class Declared(NamedTuple):
    """What stands of one declaration: whose, who it was, and since when. Never what was typed."""

    whose: str
    who: str
    on: str


class PeopleIKnow(FormPage):
    """One's own. Nobody is told whether it kept anything from them."""

    template_name = "portal/conflicts/mine.html"
    form_class: Any = KnownForm

    def make(self, form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        actions.declare(Known(**given), of=self.member, by=self.member)
        messages.success(self.request, "Declared. What you typed is not kept.")
        return see_other(reverse("portal:people_i_know"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tags = ConflictTag.objects.filter(membership=self.member)
        return {"declared": declared(tags), **super().get_context_data(**kwargs)}


class PeopleTheyKnow(FormPage):
    """An administrator's, for whoever joins."""

    needs = Permission.ADMINISTER
    template_name = "portal/conflicts/theirs.html"
    form_class = KnownToColleagueForm

    def get_form_kwargs(self) -> dict[str, Any]:
        ours = Membership.objects.current().filter(agency=self.member.agency_id, user__isnull=False)
        people = list(ours.select_related("user").order_by("user__name", "pk"))
        return {**super().get_form_kwargs(), "colleagues": people}

    def make(self, form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        whose = given.pop("whose")
        actions.declare(Known(**given), of=whose, by=self.member)
        messages.success(self.request, f"Declared for {whose.display_name}.")
        return see_other(reverse("portal:people_they_know"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.conflicts_declared")
        tags = ConflictTag.objects.filter(agency=self.member.agency_id)
        return {"declared": declared(tags), **super().get_context_data(**kwargs)}


class KeptOut(FormPage):
    """Who is kept out of which case, and letting one of them back in."""

    needs = Permission.ADMINISTER
    template_name = "portal/conflicts/kept_out.html"
    form_class = LiftForm

    @cached_property
    def blocks(self) -> dict[str, ConflictBlock]:
        """What stands and is somebody else's, by a sign that says nothing."""
        standing = ConflictBlock.objects.filter(agency=self.member.agency_id, lifted_at=None)
        others = standing.exclude(membership=self.member).select_related("membership__user")
        return {sign_of(each): each for each in others.order_by("-found_at", "pk")}

    def get_form_kwargs(self) -> dict[str, Any]:
        names = called([each.case_id for each in self.blocks.values()], self.member)
        said = [
            (sign, f"{each.membership.display_name}: {names.get(each.case_id, NOT_TAKEN)}")
            for sign, each in self.blocks.items()
        ]
        return {**super().get_form_kwargs(), "blocks": said}

    def make(self, form: Any) -> HttpResponse:
        block = self.blocks[form.cleaned_data["block"]]
        actions.lift(block.pk, form.cleaned_data["reason"], by=self.member)
        messages.success(self.request, f"Lifted for {block.membership.display_name}.")
        return see_other(reverse("portal:kept_out"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.kept_out")
        return {"any": bool(self.blocks), **super().get_context_data(**kwargs)}


NOT_TAKEN = "a referral that nobody has taken yet"


def declared(tags: Any) -> list[Declared]:
    """What was declared, the newest first, one line a declaration."""
    rows = tags.values("declaration", "relation", "membership__user__name")
    found = rows.annotate(on=Min("declared_at")).order_by("-on", "declaration")
    return [
        Declared(row["membership__user__name"], Relation(row["relation"]).label, day(row["on"]))
        for row in found
    ]


def called(cases: Iterable[Any], member: Membership) -> dict[Any, str]:
    """What the member's agency calls its cases."""
    ours = Grant.objects.filter(case__in=[*cases], agency=member.agency_id, revoked_at=None)
    return dict(ours.values_list("case", "reference"))


def sign_of(block: ConflictBlock) -> str:
    """How one of them stands in a form."""
    return salted_hmac("portal.conflicts", str(block.pk), algorithm="sha256").hexdigest()[:16]
