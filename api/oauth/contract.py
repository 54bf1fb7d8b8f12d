"""OAuth's two addresses in the contract. They are not the framework's, so it cannot see them."""

from typing import Any


def with_tokens(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the two addresses of OAuth, which answer in OAuth's own JSON."""
    grant = {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "scope": {"type": "string", "description": "Some of the system's scopes, by spaces."},
    }
    given = {
        "access_token": {"type": "string"},
        "expires_in": {"type": "integer", "example": 300},
        "token_type": {"type": "string", "enum": ["Bearer", "DPoP"]},
        "scope": {"type": "string"},
    }
    result["paths"]["/api/v1/token/"] = _oauth(
        "issueToken", "A token for five minutes", grant, given
    )
    token = {"token": {"type": "string", "minLength": 1}}
    result["paths"]["/api/v1/revoke/"] = _oauth("revokeToken", "Give a token up", token, {})
    result["components"]["securitySchemes"]["secret"] = {"type": "http", "scheme": "basic"}
    return result


def _oauth(name: str, summary: str, takes: Any, gives: Any) -> dict[str, Any]:
    form = {"type": "object", "properties": takes, "required": sorted(takes)}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    error = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
    refused = {"content": {"application/json": {"schema": error}}}
    given: dict[str, Any] = {"description": "Done"}
    if gives:
        shape = {"type": "object", "properties": gives, "required": sorted(gives)}
        given["content"] = {"application/json": {"schema": shape}}
    responses = {
        "200": given,
        "400": {"description": "Not understood, or a scope you do not have", **refused},
        "401": {"description": "Not your secret", **refused},
        "411": {"description": "The body comes without its length"},
    }
    return {
        "post": {
            "operationId": name,
            "summary": summary,
            "tags": ["Tokens"],
            "security": [{"secret": []}],
            "requestBody": body,
            "responses": responses,
        }
    }
