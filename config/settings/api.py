"""The JSON door: one way to sign in, one shape for refusals, the contract made from the code."""

from config import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.ClientAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "STRICT_JSON": True,
}
API_REQUESTS_A_MINUTE = env.read_int("API_REQUESTS_A_MINUTE", 1200)  # of one system; 0: uncounted
SPECTACULAR_SETTINGS = {
    "TITLE": "Pierhead",
    "VERSION": "1",
    "DESCRIPTION": "Consented, encrypted referrals between agencies. How to begin: docs/api.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["api.oauth.contract.with_tokens"],
    "TAGS": [
        {"name": "Referrals", "description": "Make, list, read and move them."},
        {"name": "Follow-ups", "description": "The visit within 24 hours of the police visit."},
        {"name": "Services", "description": "What help there is."},
        {"name": "Tokens", "description": "OAuth 2 client credentials."},
    ],
}
