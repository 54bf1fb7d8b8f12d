"""Talk to Pierhead as a system of an agency."""

from pierhead_client.client import Client, KeyPair, Secret
from pierhead_client.errors import NotAnswered, Refused
from pierhead_client.webhooks import NotFromPierhead, Told, read_call

__all__ = [
    "Client",
    "KeyPair",
    "NotAnswered",
    "NotFromPierhead",
    "Refused",
    "Secret",
    "Told",
    "read_call",
]
