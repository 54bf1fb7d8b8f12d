from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from vault.errors import RootKeyRefused
from vault.providers.chosen import NEEDED, chosen_provider


class VaultConfig(AppConfig):
    name = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_root, deploy=True)


def check_root(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Before a deployment: the root is named whole, and once, by the process that holds keys, and
    by no process that asks another for them. Whether it answers is asked later."""
    if settings.KEYD == "socket":
        return _told_of_a_root()
    try:
        chosen_provider()
    except RootKeyRefused as refusal:
        return [Error(str(refusal), id="vault.E001")]
    return []


def _told_of_a_root() -> list[CheckMessage]:
    told = [name for names in NEEDED.values() for name in names if getattr(settings, name, "")]
    says = "this process asks keyd (KEYD=socket), so it must not be told of the root."
    return [Error(f"{name} is set, but {says}", id="vault.E002") for name in told]
