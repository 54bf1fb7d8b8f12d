"""Forms drawn with GOV.UK Frontend's markup by Django's own form rendering."""

from django.forms.renderers import TemplatesSetting


class GovukRenderer(TemplatesSetting):
    """Every form and field of the house, allauth's included; widgets are overridden by template."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
