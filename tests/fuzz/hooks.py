"""How Schemathesis signs in: as the system that its environment names, anew every four minutes."""

import base64
import json
import os
from typing import Any

import requests
import schemathesis


@schemathesis.serializer(
    "application/x-ndjson", "text/csv", "application/pdf", "image/jpeg", "image/png"
)
def text(context: Any, value: Any) -> bytes:
    """A body that is no JSON, as it is."""
    del context
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.auth(refresh_interval=240)
class Token:
    """A token for every scope."""

    def get(self, case: Any, context: Any) -> str:
        """Ask for one."""
        del case, context
        asked = {"grant_type": "client_credentials", "scope": os.environ["FUZZ_SCOPES"]}
        who = (os.environ["FUZZ_CLIENT"], os.environ["FUZZ_SECRET"])
        address = f"{os.environ['FUZZ_SITE']}/api/v1/token/"
        answer = requests.post(address, asked, auth=who, timeout=10)
        return str(answer.json()["access_token"])

    def set(self, case: Any, data: str, context: Any) -> None:
        """Put it into a request; where tokens are given and taken back, the system's own secret."""
        del context
        if case.operation.path in {"/api/v1/token/", "/api/v1/revoke/"}:
            who = f"{os.environ['FUZZ_CLIENT']}:{os.environ['FUZZ_SECRET']}"
            case.headers["Authorization"] = f"Basic {base64.b64encode(who.encode()).decode()}"
        else:
            case.headers["Authorization"] = f"Bearer {data}"
