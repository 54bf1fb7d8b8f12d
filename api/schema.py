"""The contract: OpenAPI 3.1 made from the operations, with every refusal in it."""

from functools import cache
from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_basic_type
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.scopes import SCOPES
from api.idempotency import HEADER, REPLAYED
from api.operations import CURSOR, PAGE_SIZE, Operation
from api.paging import MOST, USUAL
from api.problems import CONTENT_TYPE
from api.serializers import StrictSerializer
from api.views import ActingView
from referrals.references import LENGTH, REFERRAL, SIGNS

TOKEN_URL: Final = "/api/v1/token/"  # noqa: S105 -- an address
_READING: Final = {
    400: "A parameter that is not understood.",
    401: "No token, or one that is not good now.",
    403: "The token lacks the scope, or this is not yours to do.",
    406: "Only JSON is spoken here.",
    429: "Too many requests: wait as long as Retry-After says.",
    500: "A fault of ours. Nothing was saved.",
    503: "Nothing was saved: wait as long as Retry-After says.",
}
_OF_ONE: Final = {404: "There is none, or none that you may know of."}
_ACTING: Final = {
    400: "Not JSON that can be read in one way, a field that is not understood, or no key.",
    409: "Not possible now: the detail says why.",
    411: "The body comes without its length.",
    413: "The body is larger than 1 MiB.",
    415: "The body is not application/json in UTF-8.",
    422: "Understood, but it cannot be kept as it is; or the key was used for something else.",
}
_STALE: Final = {412: "It has changed since the ETag that If-Match names."}
_ABOUT: Final = {
    "side": "The side your agency is on.",
    "title": "What the file is, in up to 120 characters. It is sealed.",
    "shared": "Whether whoever was given the documents opens it too, or your agency alone.",
    CURSOR: "Where the page begins. Follow `next`; do not make one up.",
}
_SHAPED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    PAGE_SIZE: (
        {"type": "integer", "minimum": 1, "default": USUAL},
        f"How many rows; a larger number than {MOST} gives {MOST}.",
    ),
    "after": (
        {"type": "integer", "minimum": 0, "default": 0, "maximum": 10**18 - 1},
        "The last position you have read; 0 to begin.",
    ),
    "updated_since": (
        {"type": "string", "format": "date-time"},
        "An instant with its offset, at most 90 days ago. What happens while you ask may be said"
        " to have happened a moment before: next time begin a minute early.",
    ),
}
_INSTANT: Final = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$"
_DAY: Final = r"^\d{4}-\d{2}-\d{2}$"
_ANY_TEXT: Final = r"^[^\u0000]*$"
_SOME_TEXT: Final = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
_REFERENCE: Final = OpenApiParameter(
    "reference",
    {"type": "string", "pattern": f"^{REFERRAL}[{SIGNS}]{{{LENGTH}}}$"},
    "path",
    description="A referral's reference; the last character checks the others.",
)


class ProblemErrorOut(serializers.Serializer[Any]):
    """What is wrong where."""

    pointer = serializers.CharField(help_text="JSON pointer into the body (RFC 6901)")
    detail = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """A refusal (RFC 9457). Nothing was saved."""

    type = serializers.URLField(help_text="Stable: branch on this, never on the words")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence fit to show")
    request_id = serializers.CharField(help_text="Name it when you ask about it")
    errors = serializers.ListField(  # type: ignore[assignment]
        child=ProblemErrorOut(), required=False
    )


class SystemScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a system proves itself."""

    target_class = "api.authentication.ClientAuthentication"
    name = "system"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """OAuth 2 client credentials, and the scopes there are."""
        flow = {"tokenUrl": TOKEN_URL, "scopes": dict(SCOPES)}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        """The one scope of the operation."""
        operation = _operation_of(auto_schema)
        return {self.name: [operation.scope] if operation else []}


class Schema(AutoSchema):
    """Reads the operations that views declare, and says of what is sent all that is refused."""

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        shape = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, StrictSerializer):
            shape["additionalProperties"] = False
        return shape

    def _map_serializer_field(self, field: Any, direction: Any, *bypass: Any) -> Any:
        shape = super()._map_serializer_field(field, direction, *bypass)  # type: ignore[no-untyped-call]
        if isinstance(field.parent, StrictSerializer):
            shape |= _limits_of(field)
        return shape

    def get_operation_id(self) -> str:
        """The operation's name."""
        operation = _operation_of(self)
        return operation.name if operation else super().get_operation_id()

    def get_tags(self) -> list[str]:
        """The noun of the address."""
        return [self.path.removeprefix("/api/v1/").split("/")[0].capitalize()]

    def get_description(self) -> str:  # type: ignore[override]
        """What the method's own words say; of what every address shares, what is done there."""
        verb = self.method.lower()
        shared = getattr(type(self.view), verb, None) is ActingView.post
        for name in ("say", "make", "do", "act" if shared else verb):
            if said := getattr(getattr(self.view, name, None), "__doc__", None):
                return " ".join(said.split(":raises")[0].split())
        return ""

    def get_summary(self) -> str:
        """The first sentence."""
        return self.get_description().split(". ")[0].rstrip(".")

    def get_request_serializer(self) -> Any:
        """What a POST takes."""
        operation = _operation_of(self)
        if operation is None or self.method != "POST":
            return None
        return dict.fromkeys(operation.kinds, OpenApiTypes.BINARY) or operation.takes

    def get_response_serializers(self) -> Any:
        """What is given, and every refusal."""
        operation = _operation_of(self)
        if operation is None:
            return None
        refusals = {
            (status, CONTENT_TYPE): OpenApiResponse(ProblemOut, description)
            for status, description in sorted(self._refusals().items())
        }
        same = {304: OpenApiResponse(description="Still as If-None-Match says.")}
        unchanged = same if operation.is_tagged and self.method == "GET" else {}
        return {**_given(operation), **unchanged, **refusals}

    def get_override_parameters(self) -> list[Any]:
        """Queries and headers, asked and answered."""
        operation = _operation_of(self)
        if operation is None:
            return []
        queries = [_query(name, codes) for name, codes in (operation.queries or {}).items()]
        named = [_REFERENCE] if "{reference}" in self.path else []
        headers = [*self._asked_headers(operation), *self._answered_headers(operation)]
        return [*named, *queries, *headers]

    def _refusals(self) -> dict[int, str]:
        acting = self.method == "POST"
        of_one, operation = "{" in self.path, _operation_of(self)
        stale = _STALE if acting and "{reference}" in self.path else {}
        own = (operation and operation.refuses) or {}
        common = {**_READING, **(_OF_ONE if of_one else {}), **(_ACTING if acting else {})}
        return {**common, **stale, **own}

    def _asked_headers(self, operation: Operation) -> list[OpenApiParameter]:
        if self.method != "POST":
            tag = "Answer 304 if it is still this ETag."
            return [_header("If-None-Match", tag)] if operation.is_tagged else []
        key = _header(HEADER, "Your own name for this request, 1 to 200 characters.", required=True)
        match = _header("If-Match", "Act only if it still has this ETag.")
        return [key, match] if "{reference}" in self.path else [key]

    def _answered_headers(self, operation: Operation) -> list[OpenApiParameter]:
        found = []
        if operation.is_tagged:
            found.append(_answered("ETag", "The name of this state.", operation))
        if self.method == "POST":
            found.append(_answered(REPLAYED, "`true` if given before.", operation))
        if operation.status == 201 and self.method == "POST":  # noqa: PLR2004
            found.append(_answered("Location", "Where it is now.", operation))
        return found


def _given(operation: Operation) -> dict[Any, OpenApiResponse]:
    if operation.files:
        file = OpenApiResponse(OpenApiTypes.BINARY, "The file.")
        return {(operation.status, kind): file for kind in operation.files}
    said = "As it is now." if operation.gives else "It is done."
    return {operation.status: OpenApiResponse(operation.gives, said)}


def _limits_of(field: Any) -> dict[str, Any]:
    """What the framework refuses of a field and its schema would not say."""
    if isinstance(field, serializers.DateTimeField):
        return {"pattern": _INSTANT}
    if isinstance(field, serializers.DateField):
        return {"pattern": _DAY}
    if isinstance(field, serializers.ListField) and not field.allow_empty:
        return {"minItems": 1}
    if not isinstance(field, serializers.CharField):
        return {}
    least: dict[str, Any] = {} if field.allow_blank else {"minLength": 1}
    if _has_pattern(field):
        return least
    return {**least, "pattern": _ANY_TEXT if field.allow_blank else _SOME_TEXT}


def _has_pattern(field: serializers.CharField) -> bool:
    return isinstance(field, (serializers.RegexField, serializers.UUIDField)) or any(
        hasattr(validator, "regex") for validator in field.validators
    )


class Contract(APIView):
    """The contract itself, for anybody: it holds no secret."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (OpenApiJsonRenderer2, OpenApiYamlRenderer2)
    schema = None

    def get(self, request: Request) -> Response:
        """The OpenAPI document, made once a process."""
        return Response(contract())


@cache
def contract() -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = SchemaGenerator().get_schema(  # type: ignore[no-untyped-call]
        request=None, public=True
    )
    return document


def _operation_of(schema: AutoSchema) -> Operation | None:
    operation: Operation | None = getattr(schema.view, "operations", {}).get(schema.method)
    return operation


def _query(name: str, codes: tuple[str, ...]) -> OpenApiParameter:
    if name in _SHAPED:
        shape, about = _SHAPED[name]
        return OpenApiParameter(name, dict(shape), description=about)
    kind = build_basic_type(OpenApiTypes.STR)
    assert kind is not None  # noqa: S101 -- a text has a shape
    shape = {**kind, "enum": list(codes)} if codes else dict(kind)
    return OpenApiParameter(name, shape, description=_ABOUT.get(name, ""))


def _header(name: str, about: str, *, required: bool = False) -> OpenApiParameter:
    shape = {"type": "string", "pattern": "^[!-~]{1,200}$"} if name == HEADER else str
    return OpenApiParameter(name, shape, "header", required=required, description=about)


def _answered(name: str, about: str, operation: Operation) -> OpenApiParameter:
    return OpenApiParameter(name, str, "header", description=about, response=[operation.status])
