"""The CapabilityStatement: FHIR's own contract of what is understood here."""

from typing import Any, Final

SINCE: Final = "2026-11-27"


def capability(root: str) -> dict[str, Any]:
    """What a FHIR client may do, and where it gets a token. ``root`` ends with a slash."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": SINCE,
        "kind": "instance",
        "software": {"name": "Pierhead", "version": "1"},
        "implementation": {"description": "Referrals", "url": f"{root}api/fhir"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "docs/api/fhir.md. Every POST needs an Idempotency-Key.",
                "security": {
                    "description": f"OAuth 2 client credentials: {root}api/v1/token/",
                    "service": [{"text": "OAuth2"}],
                },
                "resource": [
                    _resource(
                        "ServiceRequest", ["read", "search-type", "create", "update"], _CHANGED
                    ),
                    _resource(
                        "Task",
                        ["read", "search-type", "update"],
                        [
                            _parameter("status", "token"),
                            _parameter("owner", "reference"),
                            _parameter("requester", "reference"),
                            *_CHANGED,
                        ],
                    ),
                ],
            }
        ],
    }


def _parameter(name: str, kind: str) -> dict[str, str]:
    return {"name": name, "type": kind}


_CHANGED: Final = [_parameter("_lastUpdated", "date")]


def _resource(kind: str, interactions: list[str], searched: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": kind,
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned-update" if "update" in interactions else "no-version",
        "updateCreate": False,
        "searchParam": searched,
    }
