"""What every endpoint is: a system's, scoped, its POSTs made once."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Membership
from api.authentication import ClientAuthentication, requires
from api.idempotency import once
from api.limiting import Standing, TooManyRequests, counted
from api.operations import Operation
from api.preconditions import etag_of
from referrals.references import is_reference


class MemberView(APIView):
    """A view for systems acting for an agency. ``operations`` says what its methods are."""

    authentication_classes = (ClientAuthentication,)
    operations: ClassVar[Mapping[str, Operation]] = {}
    standing: Standing | None = None

    @property
    def operation(self) -> Operation | None:
        """The operation that is asked for; HEAD asks what GET does."""
        method = str(self.request.method)
        return self.operations.get("GET" if method == "HEAD" else method)

    def get_permissions(self) -> list[BasePermission]:
        """The operation's scope. Without an operation there is nothing to be let do."""
        if self.operation is None:
            return [IsAuthenticated()]
        return [requires(self.operation.scope)()]

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Before anything is done: who asks, may they, and does what they ask make sense."""
        super().initial(request, *args, **named)
        self.standing = counted(self.member) if isinstance(request.auth, Membership) else None
        if not is_reference(named.get("reference", "")) and "reference" in named:
            raise Http404
        understood = self.operation.queries or {} if self.operation else {}
        if self.operation and (unknown := request.query_params.keys() - understood):
            raise ValidationError({name: ["There is no such parameter."] for name in unknown})

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **named: Any
    ) -> Response:
        """Say with every answer how many requests are left."""
        if self.standing:
            for name, said in self.standing.headers.items():
                response.headers[name] = said
        return super().finalize_response(request, response, *args, **named)

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal says so too."""
        if isinstance(exc, TooManyRequests):
            self.standing = exc.standing
        return super().handle_exception(exc)

    def options(self, request: Request, *args: Any, **named: Any) -> Response:  # type: ignore[override]
        """Which methods there are."""
        return Response(status=204)

    @property
    def member(self) -> Membership:
        """The membership the system acts through."""
        assert isinstance(self.request.auth, Membership)  # noqa: S101 -- narrows DRF's Any
        return self.request.auth

    def body(self) -> dict[str, Any]:
        """The request's body, well-formed."""
        assert self.operation is not None  # noqa: S101 -- asked only by an operation
        given = self.operation.takes(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def query(self, name: str, default: str = "") -> str:
        """A parameter of the address; one of its codes, where it has some."""
        given = str(self.request.query_params.get(name, default))
        codes = (self.operation.queries or {}).get(name) if self.operation else None
        if codes and given not in codes and name in self.request.query_params:
            raise ValidationError({name: [f"Choose one of: {', '.join(codes)}."]})
        return given


class ActingView(MemberView):
    """A view whose POST has an effect: ``act`` runs once for an Idempotency-Key."""

    def post(self, request: Request, **named: Any) -> Response:
        """Answer the request, or give again the answer it had."""
        answer = once(request, self.member, lambda: self.act(request, **named))
        if self.operations["POST"].is_tagged:
            answer.headers["ETag"] = etag_of(answer.data)
        return answer

    def act(self, request: Request, **named: Any) -> Response:
        """Do what was asked."""
        raise NotImplementedError
