"""The register, looking over what goes out, standing behind it, and the paper."""

from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from audit.recording import record
from disclosure import actions
from disclosure.actions import NewRequest
from disclosure.models import DisclosureRequest, Redaction
from disclosure.reading import TAKEN_OUT, Piece, left_of, may_disclose, open_request, requests_of
from portal.components import Row
from portal.disclosure.forms import EnterForm, LookOverForm, RefuseForm, SecondForm
from portal.govuk.forms import EmptyForm
from portal.pages import FormPage, MemberView, Page, see_other
from portal.spoken_time import day
from referrals.compartments import FIELDS, LABELS, NOTE, PARTY, WAY, Compartment
from referrals.errors import MoveNotAllowed
from referrals.models import Grant, RecordKind


class DisclosingView(MemberView):
    """A page of those who look over what goes out."""

    needs = Permission.MANAGE

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who may open no case looks over none."""
        if not may_disclose(self.member):
            raise PermissionDenied
        return super().answer(request, *args, **kwargs)

    @property
    def row(self) -> UUID:
        """Which request."""
        return UUID(str(self.kwargs["row"]))

    @cached_property
    def opened(self) -> tuple[DisclosureRequest, list[Piece]]:
        """The request, and everything held of the case."""
        return open_request(self.row, by=self.member)

    def back(self, sentence: str) -> HttpResponse:
        """Say what was done, and back to the register."""
        messages.success(self.request, sentence)
        return see_other(reverse("portal:disclosures"))


class Register(DisclosingView, Page):
    """Every request, what is open first."""

    template_name = "portal/disclosure/register.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.disclosures")
        rows = requests_of(self.member)
        waiting = rows.filter(given_at=None, refused_at=None).order_by("due_on", "id")
        ended = rows.exclude(given_at=None, refused_at=None).order_by("-received_on", "id")[:50]
        return {
            "waiting": list(waiting),
            "ended": list(ended),
            "today": timezone.localdate(),
            **super().get_context_data(**kwargs),
        }


class Enter(DisclosingView, FormPage):
    """A request is entered."""

    template_name = "portal/disclosure/form.html"
    form_class = EnterForm

    def make(self, form: Any) -> HttpResponse:
        try:
            asked = actions.enter(NewRequest(**form.cleaned_data), by=self.member)
        except Grant.DoesNotExist:
            form.add_error("reference", "Your agency keeps no case that it calls that.")
            return self.form_invalid(form)
        return self.back(f"Entered. It is to be answered by {day(asked.due_on)}.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = (
            "Whoever is feared may ask for what is held about themselves. Be sure who asks before"
            " you confirm that there is a case.",
        )
        words = {"heading": "Enter a request", "button": "Enter it", "lines": lines}
        return {**words, **super().get_context_data(**kwargs)}


class LookOver(DisclosingView, FormPage):
    """The first person: of each piece what becomes of it."""

    template_name = "portal/disclosure/look_over.html"
    form_class = LookOverForm

    def get_form_kwargs(self) -> dict[str, Any]:
        asked, pieces = self.opened
        said = list(Redaction.objects.filter(request=asked))
        return {**super().get_form_kwargs(), "pieces": pieces, "said": said}

    def make(self, form: LookOverForm) -> HttpResponse:
        actions.review(self.row, form.decisions(), by=self.member)
        return self.back("Looked over. Somebody else has to stand behind it now.")

    def place(self, error: Any, form: Any) -> bool:
        """What is wrong with the words of a piece stands beside them."""
        name = f"{getattr(error, 'field', '')}-words"
        if name in form.fields:
            form.add_error(name, str(error))
            return True
        return super().place(error, form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, _ = self.opened
        context = super().get_context_data(**kwargs)
        shown = [(named(piece), piece, fields) for piece, fields in context["form"].rows()]
        return {**context, "asked": asked, "rows": rows_of(asked), "pieces": shown}


class Second(DisclosingView, FormPage):
    """The second person: reads what would go out, and what would not."""

    template_name = "portal/disclosure/second.html"
    form_class = SecondForm

    def make(self, form: Any) -> HttpResponse:
        if form.cleaned_data["answer"] == "yes":
            actions.agree(self.row, by=self.member)
            return self.back("You stand behind it. It can be given out now.")
        actions.send_back(self.row, by=self.member)
        return self.back("Sent back to be looked over again.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, pieces = self.opened
        said = list(Redaction.objects.filter(request=asked))
        left = [(named(piece), piece, text) for piece, text in left_of(pieces, said)]
        words = {"asked": asked, "rows": rows_of(asked), "pieces": left, "taken_out": TAKEN_OUT}
        return {**words, **super().get_context_data(**kwargs)}


class GiveOut(DisclosingView, FormPage):
    """Asked once more, and then the paper."""

    template_name = "portal/disclosure/form.html"
    form_class = EmptyForm

    def make(self, form: Any) -> HttpResponse:
        given = actions.give_out(self.row, by=self.member)
        left = [(named(piece), text) for piece, text in given.pieces]
        context = {"asked": given.request, "pieces": left, "today": timezone.localdate()}
        return render(self.request, "portal/disclosure/paper.html", context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = requests_of(self.member).get(pk=self.row)
        if asked.second_by_id is None or asked.refused_at:
            raise MoveNotAllowed("Two people have to stand behind it first.")
        record("disclosure.see", about=("case_reference", asked.reference))
        lines = ("Be sure who it goes to. It is recorded, with a mark of exactly what went out.",)
        words = {"heading": "Give it out", "button": "Show it, to print", "lines": lines}
        return {**words, "rows": rows_of(asked), **super().get_context_data(**kwargs)}


class Refuse(DisclosingView, FormPage):
    """Nothing is given."""

    template_name = "portal/disclosure/form.html"
    form_class = RefuseForm

    def make(self, form: Any) -> HttpResponse:
        actions.refuse(self.row, by=self.member, reason=form.cleaned_data["reason"])
        return self.back("Refused. Say so to whoever asks, and that they may complain.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = requests_of(self.member).get(pk=self.row)
        record("disclosure.see", about=("case_reference", asked.reference))
        words = {"heading": "Give nothing", "button": "Refuse", "rows": rows_of(asked)}
        return {**words, **super().get_context_data(**kwargs)}


class Name(NamedTuple):
    """What a piece is called: its part and its field."""

    part: str
    field: str


def named(piece: Piece) -> Name:
    """`What happened`, `Crime or incident reference`."""
    of_kind = {RecordKind.PARTY: PARTY, RecordKind.WAY: WAY, RecordKind.NOTE: NOTE}
    part = piece.compartment
    fields = of_kind.get(RecordKind(piece.kind)) or FIELDS.get(part, {})
    label = fields[piece.field].label if piece.field in fields else piece.field.replace("_", " ")
    titles = {str(each): LABELS[each] for each in Compartment if each in FIELDS}
    title = titles.get(part, "Notes of the agency")
    about = ""
    if piece.kind == RecordKind.PARTY:
        about = f": {piece.code.partition(':')[0].replace('_', ' ')}"
    elif piece.kind == RecordKind.ASSESSMENT:
        about = ": an assessment"
    return Name(f"{title}{about}", label.capitalize())


def rows_of(asked: DisclosureRequest) -> list[Row]:
    """The request, line by line."""
    rows = [
        Row("Case", asked.reference),
        Row("Who asks", str(asked.get_kind_display())),
        Row("Footing", str(asked.get_footing_display()) if asked.footing else ""),
        Row("The person", str(asked.get_told_them_display())),
        Row("Received", day(asked.received_on)),
        Row("To be answered by", day(asked.due_on)),
        Row("Looked over by", asked.first_by.display_name if asked.first_by else ""),
        Row("Stood behind by", asked.second_by.display_name if asked.second_by else ""),
    ]
    return [row for row in rows if row.value]
