"""FHIR's addresses."""

from django.urls import URLPattern, path

from api.fhir import views

app_name = "fhir"

urlpatterns: list[URLPattern] = [
    path("metadata", views.Metadata.as_view(), name="metadata"),
    path("ServiceRequest", views.ServiceRequests.as_view(), name="service-requests"),
    path(
        "ServiceRequest/<str:reference>",
        views.OneServiceRequest.as_view(),
        name="service-request",
    ),
    path("Task", views.Tasks.as_view(), name="tasks"),
    path("Task/<str:reference>", views.OneTask.as_view(), name="task"),
]
