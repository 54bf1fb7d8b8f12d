"""The running demonstration: production's behaviour on http://localhost, console mail."""

from config import env
from config.settings.base import *

CSRF_TRUSTED_ORIGINS = env.read_list("CSRF_TRUSTED_ORIGINS", "")
DEMONSTRATION = True
WEBHOOKS_ANYWHERE = True  # a receiver on this machine, to try it
DEMONSTRATION_FILE = BASE_DIR / "var" / "demo.json"
INSTALLED_APPS = [*INSTALLED_APPS, "demonstration"]
