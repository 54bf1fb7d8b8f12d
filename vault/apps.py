from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from vault.errors import RootKeyRefused
from vault.providers.chosen import chosen_provider


class VaultConfig(AppConfig):
    name = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_root, deploy=True)


def check_root(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Before a deployment: the root is named whole, and once. Whether it answers is asked later."""
    try:
        chosen_provider()
    except RootKeyRefused as refusal:
        return [Error(str(refusal), id="vault.E001")]
    return []
