"""The service directory over JSON."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import CursorPages
from api.views import MemberView
from audit.recording import record
from directory.models import Service, ServiceStatus


class ServiceOut(serializers.ModelSerializer[Service]):
    """A service as referrers see it."""

    agency = serializers.CharField(source="agency.code")

    class Meta:
        model = Service
        fields = [
            "id",
            "agency",
            "name",
            "summary",
            "needs",
            "areas",
            "minimum_age",
            "maximum_age",
            "languages",
            "answer_within_hours",
            "accepts_online",
        ]


class Services(MemberView):
    """Active services, by ``need`` and ``area_code``."""

    scopes = {"GET": "service:read"}

    def get(self, request: Request) -> Response:
        """A page of services in the order of their names."""
        found = Service.objects.filter(status=ServiceStatus.ACTIVE).select_related("agency")
        filters: dict[str, Any] = {"need": "needs__contains", "area_code": "areas__contains"}
        for name, lookup in filters.items():
            if wanted := request.query_params.get(name):
                found = found.filter(**{lookup: [wanted]})
        pages = CursorPages()
        pages.ordering = ("name", "id")
        page = pages.paginate_queryset(found, request, view=self)
        record("list.services")
        return pages.get_paginated_response(ServiceOut(page, many=True).data)
