"""Many referrals at once: begin, bring rows bite by bite, and see what became of each."""

from typing import Any, cast
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.imports import serializers as shapes
from api.imports.rows import CsvParser, NdjsonParser, Row
from api.imports.serializers import import_for, row_for
from api.imports.taking import take
from api.models import Import, ImportedRow
from api.operations import Operation, listing
from api.paging import page_of
from api.views import ActingView, MemberView
from audit.recording import record


class Imports(ActingView):
    """The system's imports."""

    operations = {
        "GET": listing("listImports", "referral:create", shapes.ImportPage),
        "POST": Operation("beginImport", "referral:create", shapes.ImportOut, status=201),
    }

    def get(self, request: Request) -> Response:
        """List what this system brought in bulk in the last 90 days, the newest first."""
        record("list.imports")
        own = Import.objects.filter(membership=self.member)
        return Response(page_of(own, request, ("-made_at", "-id"), import_for))

    def post(self, request: Request, **named: Any) -> Response:
        """Begin an import. Nothing is in it until rows are sent."""
        answer = super().post(request, **named)
        answer.headers["Location"] = reverse("api:import", args=[answer.data["id"]])
        return answer

    def act(self, request: Request, **named: Any) -> Response:
        """Begin it."""
        self.body()
        at = timezone.now()
        work = Import.objects.create(membership=self.member, made_at=at, last_at=at)
        record("import.begin", about=("import", work.pk))
        return Response(import_for(work), status=201)


class OneImport(MemberView):
    """An import."""

    operations = {"GET": Operation("readImport", "referral:create", shapes.ImportOut)}

    def get(self, request: Request, import_id: UUID) -> Response:
        """Read how far an import has come."""
        record("import.see", about=("import", import_id))
        return Response(import_for(Import.objects.get(pk=import_id, membership=self.member)))


class ImportRows(ActingView):
    """The rows of an import."""

    parser_classes = (NdjsonParser, CsvParser)
    operations = {
        "GET": listing(
            "listImportedRows",
            "referral:create",
            shapes.RowPage,
            outcome=tuple(ImportedRow.Outcome.values),
        ),
        "POST": Operation(
            "importRows",
            "referral:create",
            shapes.RowsOut,
            kinds=(NdjsonParser.media_type, CsvParser.media_type),
            refuses={
                413: "More than 100 rows, or more than 1 MiB.",
                415: "Neither application/x-ndjson nor text/csv, in UTF-8.",
            },
        ),
    }

    def get(self, request: Request, import_id: UUID) -> Response:
        """List what became of each row, the first first; with `outcome`, those with that one."""
        record("list.imported_rows", reason=str(import_id))
        work = Import.objects.get(pk=import_id, membership=self.member)
        outcome = self.query("outcome")
        rows = work.results.filter(outcome=outcome) if outcome else work.results.all()
        return Response(page_of(rows, request, ("number", "id"), row_for))

    def act(self, request: Request, **named: Any) -> Response:
        """Make referrals of up to 100 rows. A row of `application/x-ndjson` is a line, a referral
        as `createReferral` takes it with its `source_id`; `text/csv` has columns of its own. Each
        is made whole, was brought before, or is refused with its reason; none keeps another out."""
        record("import.add", about=("import", named["import_id"]))
        own = Import.objects.select_for_update().filter(membership=self.member)
        work = own.get(pk=named["import_id"])
        rows = cast(list[Row], request.data)
        results = take(work, rows, by=self.member, at=timezone.now())
        work.refresh_from_db()
        shown = [row_for(row) for row in results]
        return Response({**import_for(work), "results": shown})
