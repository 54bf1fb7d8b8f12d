"""Services: what help agencies offer. Everybody who refers sees them; only the owner writes."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models

from tenancy.operations import Protect


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("summary", models.CharField(blank=True, max_length=500)),
                (
                    "needs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("idva", "An independent domestic abuse adviser (IDVA)"),
                                ("isva", "An independent sexual violence adviser (ISVA)"),
                                ("counselling", "Counselling"),
                                ("safe_accommodation", "A refuge or other safe place to live"),
                                ("housing", "Housing advice"),
                                ("home_security", "Help to make the home safer"),
                                ("legal", "Legal advice and protective orders"),
                                ("court", "Support through police and court"),
                                ("stalking_advocacy", "Stalking advocacy"),
                                ("harmful_practices", "Support with harmful practices"),
                                ("sex_worker_support", "Support for sex workers"),
                                ("young_people", "Support for young people"),
                                ("children", "Support for children"),
                                ("health", "Health care"),
                                ("mental_health", "Mental health support"),
                                ("drugs_and_alcohol", "Help with drugs and alcohol"),
                                ("money", "Help with money and benefits"),
                                ("work_and_learning", "Help with work and learning"),
                            ],
                            max_length=40,
                        ),
                        size=None,
                    ),
                ),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("E06000006", "Halton"),
                                ("E08000011", "Knowsley"),
                                ("E08000012", "Liverpool"),
                                ("E08000014", "Sefton"),
                                ("E08000013", "St Helens"),
                                ("E08000015", "Wirral"),
                            ],
                            max_length=9,
                        ),
                        size=None,
                    ),
                ),
                ("minimum_age", models.PositiveSmallIntegerField(default=0)),
                ("maximum_age", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("inactive", "Inactive"),
                            ("temporarily_closed", "Temporarily closed"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("answer_within_hours", models.PositiveSmallIntegerField(default=48)),
                ("accepts_online", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="accounts.agency",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("accepts_online", True), ("status", "active")),
                        fields=["name", "id"],
                        name="directory_service_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "name"), name="directory_service_named_once_an_agency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "needs__contained_by",
                                [
                                    "idva",
                                    "isva",
                                    "counselling",
                                    "safe_accommodation",
                                    "housing",
                                    "home_security",
                                    "legal",
                                    "court",
                                    "stalking_advocacy",
                                    "harmful_practices",
                                    "sex_worker_support",
                                    "young_people",
                                    "children",
                                    "health",
                                    "mental_health",
                                    "drugs_and_alcohol",
                                    "money",
                                    "work_and_learning",
                                ],
                            ),
                            models.Q(("needs", []), _negated=True),
                        ),
                        name="directory_service_meets_known_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "areas__contained_by",
                                [
                                    "E06000006",
                                    "E08000011",
                                    "E08000012",
                                    "E08000014",
                                    "E08000013",
                                    "E08000015",
                                ],
                            ),
                            models.Q(("areas", []), _negated=True),
                        ),
                        name="directory_service_covers_known_areas",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum_age__lte", 120),
                            models.Q(
                                ("maximum_age", None),
                                ("maximum_age__gte", models.F("minimum_age")),
                                _connector="OR",
                            ),
                        ),
                        name="directory_service_ages_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["active", "inactive", "temporarily_closed"])
                        ),
                        name="directory_service_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="directory_service_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_within_hours__range", (1, 336))),
                        name="directory_service_answers_within_a_fortnight",
                    ),
                ],
            },
        ),
        Protect("directory_service", see="true", web="SELECT"),
    ]
