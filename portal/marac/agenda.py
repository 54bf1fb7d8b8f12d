"""The agenda outside the house: codes to print or to count, and names in a step of their own."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.recording import record
from marac.agenda import as_csv, counts_of, line_of
from marac.models import Listing
from marac.reading import on_the_list
from portal.marac.coordinating import OurMeetingMixin
from portal.marac.forms import NamesForm
from portal.pages import FormPage, MemberView, Page
from portal.referrals.checking import name_of
from referrals.errors import AccessEnded
from referrals.reading import open_case


class Agenda(OurMeetingMixin, Page):
    """To print: what the list says, in codes."""

    template_name = "portal/marac/agenda.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on_record(self, "print")
        listed = on_the_list(self.meeting, self.member)
        lines = [(line_of(each), "") for each in listed]
        printed = {"lines": lines, "counts": counts_of(listed), "now": timezone.now()}
        return {**printed, **super().get_context_data(**kwargs)}


class AgendaFile(OurMeetingMixin, MemberView):
    """The same as a file for a spreadsheet."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        on_record(self, "csv")
        lines = [line_of(each) for each in on_the_list(self.meeting, self.member)]
        response = HttpResponse(as_csv(lines), content_type="text/csv; charset=utf-8")
        name = f"agenda-{self.area_code}-{self.on}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class Names(OurMeetingMixin, FormPage):
    """With names, for agencies that look up their own: after a word, and each case on record."""

    template_name = "portal/marac/names.html"
    form_class = NamesForm

    def make(self, form: Any) -> HttpResponse:
        on_record(self, "names")
        listed = on_the_list(self.meeting, self.member)
        lines = list(self._named(listed))
        printed = {"lines": lines, "counts": counts_of(listed), "now": timezone.now()}
        context = self.get_context_data(form=form, has_names=True, **printed)
        return self.response_class(self.request, "portal/marac/agenda.html", context)

    def _named(self, listed: Iterable[Listing]) -> Iterable[tuple[Any, str]]:
        """Each line with the name its case opens to, while the coordinator holds the grant."""
        for each in listed:
            reference = each.marac.referral.reference
            try:
                case = open_case(
                    reference, by=self.member, only=["identity"], purpose="MARAC agenda"
                )
            except AccessEnded:
                yield line_of(each), "No access any more"
            else:
                yield line_of(each), name_of(case)


def on_record(page: OurMeetingMixin, form: str) -> None:
    """That an agenda left the house, and in which form."""
    record(
        "marac.export",
        about=("area", page.area_code),
        purpose=form,
        reason=page.on.isoformat(),
    )
