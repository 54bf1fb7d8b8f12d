from django.apps import AppConfig


class KeydConfig(AppConfig):
    name = "keyd"
    default_auto_field = "django.db.models.BigAutoField"
