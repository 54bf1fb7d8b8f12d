"""Files of a case over REST: what there is, one of them, adding one and taking it off."""

from collections.abc import Mapping
from typing import IO, Any, Final, cast
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.operations import ENDED, Operation
from api.parsing import StrictJSONParser
from api.serializers import instant
from api.views import ActingView, MemberView
from referrals import actions
from referrals.attachments.checking import FileKind
from referrals.attachments.reading import Attachment, list_attachments, open_attachment

TITLE: Final = "title"
SHARED: Final = "shared"
YES_OR_NO: Final = ("yes", "no")
KINDS: Final = tuple(kind.value for kind in FileKind)


class AttachmentOut(serializers.Serializer[Any]):
    """What is said of a file. `is_shared`: whoever was given the documents of the case opens it;
    otherwise your agency alone. `is_checked`: a scanner found nothing in it."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.ChoiceField([(kind.value, kind.value) for kind in FileKind])
    length = serializers.IntegerField()
    is_checked = serializers.BooleanField()
    is_shared = serializers.BooleanField()
    at = serializers.DateTimeField()


class AttachmentsOut(serializers.Serializer[Any]):
    """Every file of a case that your agency may open, the first first."""

    results = AttachmentOut(many=True)


class FileParser(BaseParser):
    """A body that is a file. What it is, is seen from what is in it."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The bytes."""
        return stream.read()


class Attachments(ActingView):
    """The files of a referral's case."""

    parser_classes = (FileParser,)
    operations = {
        "GET": Operation("listAttachments", "case:read", AttachmentsOut, refuses=ENDED),
        "POST": Operation(
            "addAttachment",
            "attachment:add",
            AttachmentOut,
            kinds=KINDS,
            status=201,
            queries={TITLE: (), SHARED: YES_OR_NO},
            refuses={
                413: "The file is larger than 20 MiB.",
                503: "Files cannot be checked for viruses just now; nothing was kept.",
            },
        ),
    }

    def get(self, request: Request, reference: str) -> Response:
        """List what is attached to a referral's case and your agency may open."""
        found = list_attachments(reference, by=self.member)
        return Response({"results": [_shown(each) for each in found]})

    def post(self, request: Request, **named: Any) -> Response:
        """Attach a file: the body is the file as it is, a PDF, JPEG, PNG or plain text, up to
        20 MiB. It is kept without what it says by the way, such as where a picture was taken."""
        answer = super().post(request, **named)
        where = [named["reference"], answer.data["id"]]
        answer.headers["Location"] = reverse("api:referral-attachment", args=where)
        return answer

    def act(self, request: Request, **named: Any) -> Response:
        """Keep it."""
        about = actions.attach(
            named["reference"],
            cast(bytes, request.data),
            title=self.query(TITLE),
            by=self.member,
            is_shared=self.query(SHARED, "no") == "yes",
        )
        return Response(_shown(about), status=201)


class OneAttachment(MemberView):
    """A file of a referral's case."""

    parser_classes = (StrictJSONParser,)
    operations = {
        "GET": Operation("openAttachment", "case:read", None, files=KINDS, refuses=ENDED),
        "DELETE": Operation("removeAttachment", "attachment:add", None, status=204, refuses=ENDED),
    }

    def get(self, request: Request, reference: str, attachment: UUID) -> HttpResponseBase:
        """Open a file. Every such read is in evidence; a piece that is not as it was breaks the
        answer off."""
        opened = open_attachment(reference, attachment, by=self.member)
        answer = StreamingHttpResponse(opened.pieces, content_type=opened.about.kind.value)
        answer.headers["Content-Length"] = str(opened.about.length)
        named = f'attachment; filename="{opened.file_name}"'
        answer.headers["Content-Disposition"] = named
        return answer

    def delete(self, request: Request, reference: str, attachment: UUID) -> Response:
        """Take a file off that your agency attached: its bytes go, that it was there stays."""
        actions.detach(reference, attachment, by=self.member)
        return Response(status=204)


def _shown(about: Attachment) -> dict[str, Any]:
    return {
        "id": str(about.attachment_id),
        "title": about.title,
        "kind": about.kind.value,
        "length": about.length,
        "is_checked": about.is_checked,
        "is_shared": about.is_shared,
        "at": instant(about.at),
    }
