"""From where a system calls: the proxy in front is believed as far as the settings say."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def caller_of(request: HttpRequest) -> str:
    """The address a request comes from; empty where the proxies do not say."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def may_come_from(networks: str, address: str) -> bool:
    """Whether an address lies in one of some networks; without any it may be anywhere."""
    if not networks:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in ipaddress.ip_network(each) for each in networks.split())
