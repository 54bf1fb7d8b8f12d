"""What every endpoint is: a system's, scoped, its POSTs made once."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.models import Membership
from api.authentication import ClientAuthentication, requires
from api.idempotency import once


class MemberView(APIView):
    """A view for systems acting for an agency. ``scopes`` names the scope of each method."""

    authentication_classes = (ClientAuthentication,)
    scopes: ClassVar[Mapping[str, str]] = {}

    def get_permissions(self) -> list[BasePermission]:
        """The scope of the method that was asked for; a method without one is open to nobody."""
        return [requires(self.scopes.get(str(self.request.method), ""))()]

    @property
    def member(self) -> Membership:
        """The membership the system acts through."""
        assert isinstance(self.request.auth, Membership)  # noqa: S101 -- narrows DRF's Any
        return self.request.auth

    def body(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        """The request's body, well-formed."""
        given = serializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class ActingView(MemberView):
    """A view whose POST has an effect: ``act`` runs once for an Idempotency-Key."""

    def post(self, request: Request, **named: Any) -> Response:
        """Answer the request, or give again the answer it had."""
        return once(request, self.member, lambda: self.act(request, **named))

    def act(self, request: Request, **named: Any) -> Response:
        """Do what was asked."""
        raise NotImplementedError
