"""The service directory over JSON."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.operations import listing
from api.paging import page_of
from api.views import MemberView
from audit.recording import record
from directory.ages import AgeBand
from directory.areas import AREAS
from directory.harm import Need
from directory.matching import narrowed, open_on
from directory.models import Service


class ServiceOut(serializers.Serializer[Any]):
    """A service as referrers see it."""

    id = serializers.UUIDField()
    agency = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField()
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices))
    areas = serializers.ListField(child=serializers.CharField())
    minimum_age = serializers.IntegerField()
    maximum_age = serializers.IntegerField(allow_null=True)
    languages = serializers.ListField(child=serializers.CharField())
    answer_within_hours = serializers.IntegerField()
    wait_weeks = serializers.IntegerField(allow_null=True)
    accepts_online = serializers.BooleanField()


class ServicePage(serializers.Serializer[Any]):
    """A page of services, and where the next one is."""

    next = serializers.URLField(allow_null=True)
    results = ServiceOut(many=True)


class Services(MemberView):
    """The services that take referrals today."""

    operations = {
        "GET": listing(
            "listServices",
            "service:read",
            ServicePage,
            need=tuple(Need.values),
            area_code=tuple(AREAS),
            age_band=tuple(AgeBand.values),
        )
    }

    def get(self, request: Request) -> Response:
        """List the services that take referrals today, in the order of their names."""
        record("list.services")
        asked = {name: self.query(name) for name in ("need", "area_code", "age_band")}
        found = narrowed(open_on(timezone.localdate()), **asked).select_related("agency")
        return Response(page_of(found, request, ("name", "id"), service_for))


def service_for(service: Service) -> dict[str, Any]:
    """A service as referrers see it."""
    same = (*_SAME, "needs", "areas", "languages")
    facts = {name: getattr(service, name) for name in same}
    return {"id": str(service.pk), "agency": service.agency.code, **facts}


_SAME = (
    "name",
    "summary",
    "minimum_age",
    "maximum_age",
    "answer_within_hours",
    "wait_weeks",
    "accepts_online",
)
