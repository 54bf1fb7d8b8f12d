"""Refusals as FHIR says them: an OperationOutcome in the place of a problem document."""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from api import problems

CONTENT_TYPE: Final = "application/fhir+json"
_CODES: Final[Mapping[int, str]] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    429: "throttled",
}


class Issues(ValidationError):
    """What is wrong at which FHIRPath."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__({path: [said] for path, said in found.items()})
        self.found = dict(found)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception; None for a fault of ours."""
    answer = problems.handle(error, context)
    if answer is None:
        return None
    answer.data = _outcome(answer, error)
    answer.content_type = CONTENT_TYPE
    return answer


def _outcome(answer: Response, error: Exception) -> dict[str, Any]:
    code = _CODES.get(answer.status_code, "processing")
    found = error.found if isinstance(error, Issues) else {}
    issues = [_issue(code, said, path) for path, said in found.items()]
    if not issues:
        said = [each["detail"] for each in answer.data.get("errors", [])]
        issues = [_issue(code, each) for each in said or [answer.data["detail"]]]
    kind, request = answer.data["type"], answer.data["request_id"]
    issues[0]["details"] = {"text": f"{kind} ({request})"}
    return {"resourceType": "OperationOutcome", "issue": issues[: problems.MOST_ERRORS]}


def _issue(code: str, said: str, path: str = "") -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": "error", "code": code, "diagnostics": said}
    return {**issue, "expression": [path]} if path else issue
