from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("api.oauth.urls")),
    path("api/v1/", include("api.urls")),
    path("api/fhir/", include("api.fhir.urls")),
    path("", include("portal.sign_in.urls")),
    path("", include("portal.urls")),
]

handler400 = "portal.error_pages.bad_request"
handler403 = "portal.error_pages.forbidden"
handler404 = "portal.error_pages.not_found"
handler500 = "portal.error_pages.broken"
