"""An administrator's acts on how a system proves itself, and from where it may come."""

import ipaddress
import json
from datetime import timedelta
from typing import Any, Final, NamedTuple

from django.db import connection
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from accounts.actions.administering import refuse_others
from accounts.errors import NotDone
from accounts.models import Membership
from accounts.models.client_keys import ALGORITHMS
from audit.recording import record
from tenancy.work import unit_of_work

OVERLAP: Final = timedelta(hours=24)
"""So long the old key counts beside the new one."""
MOST_NETWORKS: Final = 20
_KINDS: Final = {("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}


class PublicKey(NamedTuple):
    """A key that may be registered."""

    thumbprint: str
    algorithm: str
    jwk: dict[str, str]


def add_client_key(system: Membership, *, public_key: str, by: Membership) -> PublicKey:
    """Have a system sign from now on; an older key counts for a day, its secret no more.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: for what is no public key on P-256 or Ed25519, or a private one.
    """
    key = read_public_key(public_key)
    with unit_of_work(by.context):
        record("add_client_key", about=("membership", system.pk), reason=key.thumbprint)
        refuse_others(by, system)
        given = [system.pk, key.thumbprint, key.algorithm, json.dumps(key.jwk), OVERLAP]
        _call("SELECT accounts_add_client_key(%s, %s, %s, %s::jsonb, %s)", given)
    return key


def end_client_keys(system: Membership, *, by: Membership) -> None:
    """Let a system go back to its secret: its keys and tokens end at once.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    """
    with unit_of_work(by.context):
        record("end_client_keys", about=("membership", system.pk))
        refuse_others(by, system)
        _call("SELECT accounts_end_client_keys(%s)", [system.pk])


def set_addresses(system: Membership, *, networks: str, by: Membership) -> str:
    """Let a system come from some networks alone; from anywhere, if none is named.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: for a word that is no address or network.
    """
    read = read_networks(networks)
    with unit_of_work(by.context):
        record("set_addresses", about=("membership", system.pk), reason=read)
        refuse_others(by, system)
        _call("SELECT accounts_set_addresses(%s, %s)", [system.pk, read])
    return read


def read_public_key(text: str) -> PublicKey:
    """A public key in PEM or as a JWK.

    :raises NotDone: saying why it is none to register.
    """
    said = text.strip()
    try:
        key = JWK.from_json(said) if said.startswith("{") else JWK.from_pem(said.encode())
    except (JWException, ValueError, TypeError):
        raise NotDone("This is no key. Give a public key in PEM, or as a JWK.") from None
    if key.has_private:
        raise NotDone(
            "This is a private key. It must not leave the system: make a new pair, and give the"
            " public key."
        )
    words = key.export_public(as_dict=True)
    algorithm = _KINDS.get((words.get("kty", ""), words.get("crv", "")))
    if algorithm is None or algorithm not in ALGORITHMS:
        raise NotDone("Give a key on the curve P-256 (ES256) or Ed25519 (EdDSA).")
    public = {name: words[name] for name in ("kty", "crv", "x", "y") if name in words}
    return PublicKey(key.thumbprint(), algorithm, public)


def read_networks(text: str) -> str:
    """Addresses and networks, by spaces, as they are kept.

    :raises NotDone: naming the first word that is none.
    """
    words = text.replace(",", " ").split()
    if len(words) > MOST_NETWORKS:
        raise NotDone(f"Give {MOST_NETWORKS} networks at most.")
    try:
        return " ".join(str(ipaddress.ip_network(word)) for word in words)
    except ValueError as error:
        raise NotDone(f"{error}. Give networks like 192.0.2.0/24 or 2001:db8::/48.") from None


def _call(statement: str, given: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
