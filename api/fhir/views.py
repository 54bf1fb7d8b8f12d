"""FHIR R4 of referrals: ServiceRequest and Task, read, searched, created and brought on."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.agencies import code_of
from api.fhir import codes, outcomes
from api.fhir.capability import capability
from api.fhir.reading import referral_of
from api.fhir.shown import bundle, service_request, task, version_of
from api.fhir.updating import update_request, update_task
from api.operations import CURSOR, Operation
from api.paging import page_of
from api.parsing import StrictJSONParser
from api.preconditions import refuse_stale
from api.referrals.changed import changed_since
from api.referrals.making import make
from api.views import ActingView, MemberView
from audit.recording import record
from referrals.lost import knowing_access, without_what_is_lost
from referrals.models import Case, Referral

LAST_UPDATED: Final = "_lastUpdated"
COUNT: Final = "_count"
Show = Callable[[Referral], dict[str, Any]]


class Resource(serializers.Serializer[Any]):
    """A resource; its shape is FHIR's."""


class FhirRenderer(JSONRenderer):
    """JSON, under FHIR's name."""

    media_type = outcomes.CONTENT_TYPE


class FhirParser(StrictJSONParser):
    """The same, coming in."""

    media_type = outcomes.CONTENT_TYPE


def operation(name: str, scope: str, *queries: str, status: int = 200) -> Operation:
    """A FHIR interaction; ``queries`` are free."""
    known = dict.fromkeys(queries, ()) if queries else None
    return Operation(name, scope, Resource, queries=known, status=status)


class FhirView(MemberView):
    """What all of FHIR's addresses are."""

    schema = None  # its contract is the CapabilityStatement
    renderer_classes = (FhirRenderer, JSONRenderer)
    parser_classes = (FhirParser, StrictJSONParser)

    def get_exception_handler(self) -> Callable[..., Response | None]:
        """Refusals are OperationOutcomes."""
        return outcomes.handle

    def show(self, referral: Referral) -> dict[str, Any]:
        """The resource of a referral."""
        raise NotImplementedError

    def shown(self, reference: str) -> dict[str, Any]:
        """The resource as it is now.

        :raises Referral.DoesNotExist: if there is none, or none to know of.
        """
        known = knowing_access(Referral.objects.visible_to(self.member), self.member)
        found = without_what_is_lost([known.get(reference=reference)], self.member)
        return self.show(found[0])

    def answer(self, reference: str, status: int = 200) -> Response:
        """The resource and its version."""
        resource = self.shown(reference)
        return Response(resource, status=status, headers={"ETag": version_of(resource)})

    def search(self, request: Request, found: QuerySet[Referral]) -> Response:
        """A page of a search as a Bundle."""
        record("list.referrals", reason="fhir")
        known = knowing_access(self._changed(found), self.member)
        page = page_of(known, request, ("-created_at", "-id"), lambda row: row, size=COUNT)
        rows = without_what_is_lost(page["results"], self.member)
        said = [self.show(row) for row in rows]
        where = request.build_absolute_uri()
        return Response(bundle(said, at=where, following=page["next"]))

    def _changed(self, found: QuerySet[Referral]) -> QuerySet[Referral]:
        said = self.query(LAST_UPDATED)
        if LAST_UPDATED not in self.request.query_params:
            return found
        if not said.startswith("ge"):
            raise ValidationError({LAST_UPDATED: ["Give ge and an instant: ge2026-11-26T08:00Z."]})
        instant = said.removeprefix("ge")
        return changed_since(found, instant, to=self.member, name=LAST_UPDATED)


class UpdatingView(FhirView):
    """One resource, read and brought on by sending it back changed."""

    update: ClassVar[Callable[..., Referral]]

    def get(self, request: Request, reference: str) -> Response:
        """Read it."""
        record("referral.see", about=("referral", reference))
        return self.answer(reference)

    def put(self, request: Request, reference: str) -> Response:
        """Make the one move that the change stands for; none, if nothing changed. ``If-Match``
        makes it only if the resource is still as it was."""
        refuse_stale(request, lambda: self._locked(reference), weak=version_of)
        visible = Referral.objects.visible_to(self.member)
        referral = visible.get(reference=reference)
        record("referral.see", about=("referral", reference))
        type(self).update(referral, request.data, by=self.member)
        return self.answer(reference)

    def _locked(self, reference: str) -> Mapping[str, Any]:
        """As it is, locked as a move will lock it: the case first."""
        cases = Case.objects.select_for_update(of=("self",))
        cases.filter(referrals__reference=reference).first()
        visible = Referral.objects.visible_to(self.member)
        visible.select_for_update(of=("self",)).get(reference=reference)
        return self.shown(reference)


class ServiceRequests(ActingView, FhirView):
    """Referrals as ServiceRequests."""

    operations = {
        "GET": operation("searchServiceRequests", "referral:read", LAST_UPDATED, COUNT, CURSOR),
        "POST": operation("createServiceRequest", "referral:create", status=201),
    }

    def show(self, referral: Referral) -> dict[str, Any]:
        """What is asked for."""
        return service_request(referral, self.member)

    def get(self, request: Request) -> Response:
        """Search."""
        return self.search(request, Referral.objects.visible_to(self.member))

    def post(self, request: Request, **named: Any) -> Response:
        """Create one."""
        if "If-None-Exist" in request.headers:
            raise ValidationError({"": ["Send an Idempotency-Key instead of If-None-Exist."]})
        answer = super().post(request, **named)
        answer.headers["Location"] = f"{request.path}/{answer.data['id']}"
        answer.headers["ETag"] = version_of(answer.data)
        return answer

    def act(self, request: Request, **named: Any) -> Response:
        """Refer, or keep a draft."""
        referral = make(referral_of(request.data), by=self.member)
        return self.answer(referral.reference, status=201)


class OneServiceRequest(UpdatingView):
    """A referral as a ServiceRequest."""

    operations = {
        "GET": operation("readServiceRequest", "referral:read"),
        "PUT": operation("updateServiceRequest", "referral:create"),
    }
    update = staticmethod(update_request)

    def show(self, referral: Referral) -> dict[str, Any]:
        """What is asked for."""
        return service_request(referral, self.member)


class Tasks(FhirView):
    """Referrals as Tasks."""

    operations = {
        "GET": operation(
            "searchTasks",
            "referral:read",
            "status",
            "owner:identifier",
            "requester:identifier",
            LAST_UPDATED,
            COUNT,
            CURSOR,
        )
    }

    def show(self, referral: Referral) -> dict[str, Any]:
        """How far it has come."""
        return task(referral)

    def get(self, request: Request) -> Response:
        """Search."""
        found = Referral.objects.visible_to(self.member)
        if said := self.query("status"):
            found = found.filter(self._of_statuses(said.split(",")))
        for name, side in (("owner", "receiving_agency"), ("requester", "referring_agency")):
            if agency := self.query(f"{name}:identifier"):
                ours = agency.rpartition("|")[2] == code_of(self.member.agency_id)
                found = found.filter(**{side: self.member.agency_id}) if ours else found.none()
        return self.search(request, found)

    def _of_statuses(self, asked: list[str]) -> Q:
        wanted = Q()
        for status in asked:
            if status not in codes.TASK_STATUSES:
                raise ValidationError({"status": ["There is no such status of a Task."]})
            wanted |= codes.with_task_status(status)
        return wanted


class OneTask(UpdatingView):
    """A referral as a Task."""

    operations = {
        "GET": operation("readTask", "referral:read"),
        "PUT": operation("updateTask", "referral:decide"),
    }
    update = staticmethod(update_task)

    def show(self, referral: Referral) -> dict[str, Any]:
        """How far it has come."""
        return task(referral)


class Metadata(APIView):
    """What is understood here, for anybody."""

    schema = None
    authentication_classes = ()
    permission_classes: tuple[type[BasePermission], ...] = ()
    renderer_classes = (FhirRenderer, JSONRenderer)

    def get(self, request: Request) -> Response:
        """The CapabilityStatement."""
        return Response(capability(request.build_absolute_uri("/")))
