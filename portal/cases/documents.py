"""The documents of a case: what there is, one of them, adding one, and taking it off."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Permission
from portal.cases.opening import CasePage
from portal.cases.work import WorkPage
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Radios
from portal.pages import MemberView, Page, see_other
from referrals import actions
from referrals.attachments.reading import attachments_of, open_attachment, parts_of
from referrals.policy import may_attach

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.txt"
OURS, SHARED = "ours", "shared"


class Documents(CasePage, Page):
    """What is attached to the case."""

    template_name = "portal/cases/documents.html"
    current, purpose = "case_documents", "documents"

    def opened_besides(self) -> tuple[str, str]:
        return parts_of(self.member.agency_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = attachments_of(self.case)
        people = Membership.objects.select_related("user", "agency").in_bulk(
            {each.by_id for each in found}
        )
        rows = [
            (each, each.file_name(number), people.get(each.by_id))
            for number, each in enumerate(found, start=1)
        ]
        may_add = may_attach(self.member, self.referral)
        return {"rows": rows, "may_add": may_add, **super().get_context_data(**kwargs)}


class DocumentForm(GovukForm):
    """A document, and for whom."""

    file = forms.FileField(
        label="Choose the file",
        help_text="A PDF, a photo (JPEG or PNG) or plain text, up to 20 MB.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": "Choose the file", "empty": "The file is empty"},
    )
    title = forms.CharField(
        label="What is it?",
        help_text="Like “Letter from the housing office”. The name of the file is not kept.",
        max_length=120,
        error_messages={"required": "Say what it is"},
    )
    is_shared = forms.ChoiceField(
        label="Who may open it?",
        widget=Radios(hints={SHARED: "Only where they agreed that documents are shared."}),
        choices=[(OURS, "Our agency alone"), (SHARED, "Also who was given the documents")],
        initial=OURS,
        error_messages={"required": "Select who may open it"},
    )


class Add(WorkPage):
    """Adding a document."""

    purpose = "add a document"
    heading, button, done = "Add a document", "Add it", "Document added."
    form_class = DocumentForm

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        actions.attach(
            self.reference,
            given["file"].read(),
            title=given["title"],
            by=self.member,
            is_shared=given["is_shared"] == SHARED,
        )
        return self.finished()

    def back(self) -> HttpResponse:
        return see_other(reverse("portal:case_documents", args=[self.reference]))


class Download(MemberView):
    """A document, under a name that tells nobody anything."""

    needs = Permission.OPEN
    http_method_names = ["get"]

    def get(self, request: HttpRequest, reference: str, attachment: UUID) -> HttpResponseBase:
        opened = open_attachment(reference, attachment, by=self.member)
        answer = StreamingHttpResponse(opened.pieces, content_type=opened.about.kind.value)
        answer["Content-Length"] = str(opened.about.length)
        answer["Content-Disposition"] = f'attachment; filename="{opened.file_name}"'
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer


class Remove(MemberView):
    """Taking a document off that one's own agency added."""

    needs = Permission.OPEN
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str, attachment: UUID) -> HttpResponse:
        actions.detach(reference, attachment, by=self.member)
        messages.success(request, "Document removed.")
        return see_other(reverse("portal:case_documents", args=[reference]))
