"""The addresses of a case's risk."""

from django.urls import path

from portal.risk import views

urlpatterns = [
    path("<reference:reference>/risk/", views.CaseRisk.as_view(), name="case_risk"),
    path("<reference:reference>/risk/<int:number>/", views.OneRisk.as_view(), name="assessment"),
    path("<reference:reference>/assess/", views.Assess.as_view(), name="assess"),
]
