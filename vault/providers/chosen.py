"""Which root the settings name. One that is only half named is refused, with what is missing.

A provider elsewhere is imported only where it is chosen: its library need not be installed.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from django.conf import settings

from vault.errors import RootKeyRefused
from vault.providers import KeyProvider
from vault.providers.local import LocalProvider
from vault.root import RootKey, load_root

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "local": ("ROOT_KEY_FILE",),
    "transit": ("TRANSIT_URL", "TRANSIT_TOKEN_FILE", "TRANSIT_KEY"),
    "kms": ("KMS_REGION", "KMS_KEY", "KMS_MAC_KEY"),
}
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "local": ("ROOT_KEY_PREVIOUS_FILE",),
    "transit": ("TRANSIT_MOUNT", "TRANSIT_NAMESPACE", "TRANSIT_CA_FILE"),
    "kms": ("KMS_PREVIOUS_KEY", "KMS_PREVIOUS_MAC_KEY"),
}


def chosen_provider() -> KeyProvider:
    """The provider that `ROOT_PROVIDER` names.

    :raises RootKeyRefused: for a name there is not, settings it lacks, or another's settings.
    """
    chosen = settings.ROOT_PROVIDER
    if chosen not in MAKERS:
        raise RootKeyRefused(f"ROOT_PROVIDER is {chosen!r}; it can be: {', '.join(MAKERS)}.")
    if missing := [name for name in NEEDED[chosen] if not _setting(name)]:
        raise RootKeyRefused(
            f"{missing[0]} is not set: ROOT_PROVIDER={chosen} needs {', '.join(NEEDED[chosen])}."
        )
    others = [name for other in MAKERS if other != chosen for name in _names(other)]
    if stray := [name for name in others if _setting(name)]:
        raise RootKeyRefused(f"{stray[0]} is set, but ROOT_PROVIDER is {chosen}: which one counts?")
    return MAKERS[chosen]()


def previous_root_file() -> Path | None:
    """Where the local provider's previous root lies."""
    named = _setting("ROOT_KEY_PREVIOUS_FILE")
    return Path(named) if named and settings.ROOT_PROVIDER == "local" else None


def _local() -> KeyProvider:
    previous = _setting("ROOT_KEY_PREVIOUS_FILE")
    return LocalProvider(_root(_setting("ROOT_KEY_FILE")), _root(previous) if previous else None)


def _transit() -> KeyProvider:
    from vault.providers.transit import (  # noqa: PLC0415 -- see above
        TransitProvider,
        TransitSite,
    )

    return TransitProvider(
        TransitSite(
            url=_setting("TRANSIT_URL"),
            token_file=Path(_setting("TRANSIT_TOKEN_FILE")),
            key=_setting("TRANSIT_KEY"),
            mount=_setting("TRANSIT_MOUNT") or "transit",
            namespace=_setting("TRANSIT_NAMESPACE"),
            ca_file=_setting("TRANSIT_CA_FILE"),
        )
    )


def _kms() -> KeyProvider:
    try:
        from vault.providers.kms import KmsProvider, KmsRoot  # noqa: PLC0415 -- see above
    except ModuleNotFoundError:
        raise RootKeyRefused(
            "ROOT_PROVIDER=kms needs the packages of requirements-kms.txt."
        ) from None
    current = KmsRoot(_setting("KMS_KEY"), _setting("KMS_MAC_KEY"))
    pair = (_setting("KMS_PREVIOUS_KEY"), _setting("KMS_PREVIOUS_MAC_KEY"))
    if any(pair) and not all(pair):
        raise RootKeyRefused("KMS_PREVIOUS_KEY and KMS_PREVIOUS_MAC_KEY are set together or not.")
    for arn in filter(None, (current.key, current.mac_key, *pair)):
        if not arn.startswith("arn:") or ":key/" not in arn:
            raise RootKeyRefused("Keys of KMS are named by their ARN, arn:…:key/…, not an alias.")
    return KmsProvider(_setting("KMS_REGION"), current, KmsRoot(*pair) if all(pair) else None)


MAKERS: Final[Mapping[str, Callable[[], KeyProvider]]] = {
    "local": _local,
    "transit": _transit,
    "kms": _kms,
}


def _names(provider: str) -> tuple[str, ...]:
    return NEEDED[provider] + OPTIONAL[provider]


def _setting(name: str) -> str:
    return str(getattr(settings, name, "") or "")


def _root(path: str) -> RootKey:
    return load_root(Path(path), repository=Path(settings.BASE_DIR))
