"""The contract for people: a page of the OpenAPI document, without a script or another host."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.scopes import SCOPES
from api.schema import contract

DEEPEST: Final = 4
Node = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A field or a parameter: where it stands, what it takes, and what is said of it."""

    name: str
    kind: str
    is_needed: bool
    codes: list[str]
    said: str


@dataclass(frozen=True)
class Described:
    """An operation."""

    name: str
    method: str
    path: str
    summary: str
    more: str
    scope: str
    parameters: list[Line]
    sent: list[Line]
    sent_as: list[str]
    given: list[Line]
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Chapter:
    """The operations on one noun."""

    name: str
    operations: list[Described] = field(default_factory=list)


class ContractPage(APIView):
    """The page, for anybody: it holds no secret."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (TemplateHTMLRenderer,)
    schema = None

    def get(self, request: Request) -> Response:
        """The page."""
        said = {"chapters": chapters(), "scopes": SCOPES}
        return Response(said, template_name="api/contract.html")


@cache
def chapters() -> list[Chapter]:
    """What can be asked, noun by noun, in the contract's order. Made once a process."""
    document = contract()
    found: dict[str, Chapter] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            noun = operation["tags"][0]
            chapter = found.setdefault(noun, Chapter(noun))
            chapter.operations.append(_described(document, path, method, operation))
    return list(found.values())


def _described(document: Node, path: str, method: str, operation: Node) -> Described:
    sent = operation.get("requestBody", {}).get("content", {})
    good = next(code for code in operation["responses"] if code.startswith("2"))
    given = operation["responses"][good].get("content", {})
    scopes = [scope for way in operation.get("security", []) for scope in way.get("system", [])]
    return Described(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        more=operation.get("description", "")
        .removeprefix(operation.get("summary", ""))
        .lstrip(". "),
        scope=" ".join(scopes),
        parameters=[_parameter(each) for each in operation.get("parameters", [])],
        sent=_body(document, sent),
        sent_as=list(sent),
        given=_body(document, given),
        answers=[(code, each["description"]) for code, each in operation["responses"].items()],
    )


def _parameter(said: Node) -> Line:
    schema = said["schema"]
    return Line(
        name=said["name"],
        kind=f"{said['in']}, {_kind(schema)}",
        is_needed=said.get("required", False),
        codes=schema.get("enum", []),
        said=said.get("description", ""),
    )


def _body(document: Node, content: Node) -> list[Line]:
    schema: Node = next((each["schema"] for each in content.values()), {})
    return list(_lines(document, schema, "", 0))


def _lines(document: Node, schema: Node, at: str, depth: int) -> Iterator[Line]:
    whole = _resolved(document, schema)
    needed = whole.get("required", [])
    for name, inner in whole.get("properties", {}).items():
        shape = _resolved(document, inner)
        items = _resolved(document, shape.get("items", {}))
        where = f"{at}{name}"
        yield Line(
            name=where,
            kind=f"list of {_kind(items)}" if items else _kind(shape),
            is_needed=name in needed,
            codes=[
                str(code) for code in (items or shape).get("enum", []) if code not in ("", None)
            ],
            said=inner.get("description", "") if "$ref" not in inner else "",
        )
        if depth < DEEPEST:
            step = "[]." if items else "."
            yield from _lines(document, items or shape, f"{where}{step}", depth + 1)


def _resolved(document: Node, schema: Node) -> Node:
    """A shape itself, where others point to it or it may be null."""
    if "$ref" in schema:
        return _resolved(document, document["components"]["schemas"][schema["$ref"].split("/")[-1]])
    for joined in ("allOf", "oneOf", "anyOf"):
        if parts := [_resolved(document, part) for part in schema.get(joined, [])]:
            merged: dict[str, Any] = {}
            for part in parts:
                codes = [*merged.get("enum", []), *part.get("enum", [])]
                merged |= {**part, **({"enum": codes} if codes else {})}
            return merged
    return schema


def _kind(schema: Node) -> str:
    kinds = schema.get("type", "")
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    said = " or ".join(name for name in names if name) or "text"
    form = schema.get("format", "")
    return f"{said}, {form}" if form else said
