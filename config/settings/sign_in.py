"""How people sign in and systems ask for tokens. Imported by ``base``; says nothing else."""

from accounts.scopes import SCOPES
from config import env

# Where people are sent
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_LOGOUT_ON_GET = False

# Who may sign in: people an administrator added, by address and password, then a second factor.
AUTHENTICATION_BACKENDS = ["accounts.sign_in.backend.PasswordBackend"]
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "accounts.sign_in.forms.ChangePasswordForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]  # asked for by allauth's checks
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator vouches for the address
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_TIMEOUT = 5 * 60  # between the password and the second factor
ACCOUNT_REAUTHENTICATION_REQUIRED = False  # our own step-up is stricter
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.read_int("TRUSTED_PROXY_COUNT", 0)

# The second factor
MFA_ADAPTER = "accounts.sign_in.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.sign_in.forms.AuthenticateForm",
    "reauthenticate": "accounts.sign_in.forms.ReauthenticateForm",
    "activate_totp": "accounts.sign_in.forms.ActivateForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_REAUTHENTICATION_REQUIRED = False  # accounts/sign_in/step_up.py asks for more
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks drift; a code is accepted once all the same
MFA_TOTP_ISSUER = "Pierhead"
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 16
MFA_RECOVERY_CODES_SHOW_ONCE = True

# Sessions
SESSION_IDLE_SECONDS = 15 * 60
SESSION_LONGEST_SECONDS = 10 * 60 * 60
STEP_UP_SECONDS = 5 * 60

# Systems: OAuth 2 client credentials and nothing else
OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.Application"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "accounts.AccessToken"  # noqa: S105 -- a model's name
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "accounts.RefreshToken"  # noqa: S105 -- a model's name
OAUTH2_PROVIDER_GRANT_MODEL = "accounts.AuthorizationGrant"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "accounts.IdentityToken"  # noqa: S105 -- a model's name
OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "accounts.DeviceGrant"
OAUTH2_PROVIDER = {
    "SCOPES": dict(SCOPES),
    "DEFAULT_SCOPES": [],
    "ACCESS_TOKEN_EXPIRE_SECONDS": 300,
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "api.oauth.validator.ClientValidator",
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}
