"""The tables of the heart."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_clients_and_sessions"),
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "area_code",
                    models.CharField(
                        blank=True,
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
                ),
                (
                    "harm_strands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("domestic_abuse", "Domestic abuse"),
                                ("sexual_violence", "Sexual violence"),
                                ("stalking", "Stalking"),
                                ("harassment", "Harassment"),
                                ("honour_based_abuse", "So-called honour-based abuse"),
                                ("forced_marriage", "Forced marriage"),
                                ("fgm", "Female genital mutilation"),
                                ("sexual_exploitation", "Sexual exploitation"),
                                ("sex_work", "Harm to a sex worker"),
                                ("child_sexual_exploitation", "Child sexual exploitation"),
                                ("not_known", "Not sure yet"),
                            ],
                            max_length=40,
                        ),
                        size=None,
                    ),
                ),
                (
                    "risk_band",
                    models.CharField(
                        choices=[
                            ("high", "High"),
                            ("medium", "Medium"),
                            ("standard", "Standard"),
                            ("not_assessed", "Not assessed"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "age_band",
                    models.CharField(
                        choices=[
                            ("under_13", "Under 13"),
                            ("13_15", "13 to 15"),
                            ("16_17", "16 to 17"),
                            ("18_24", "18 to 24"),
                            ("25_34", "25 to 34"),
                            ("35_44", "35 to 44"),
                            ("45_54", "45 to 54"),
                            ("55_64", "55 to 64"),
                            ("65_plus", "65 or over"),
                            ("not_known", "Not known"),
                        ],
                        max_length=40,
                    ),
                ),
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
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("children", models.BooleanField(blank=True, null=True)),
                (
                    "contact",
                    models.CharField(
                        choices=[
                            ("allowed", "Contact allowed at safe times"),
                            ("held", "Do not contact directly"),
                        ],
                        default="held",
                        max_length=40,
                    ),
                ),
                ("safe_windows", models.JSONField(blank=True, default=list)),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("epoch", models.PositiveIntegerField(default=1)),
                ("opened_at", models.DateTimeField()),
                ("last_activity_at", models.DateTimeField()),
                (
                    "lead_agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ErasureKey",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="erasure_key",
                        serialize=False,
                        to="referrals.case",
                    ),
                ),
                ("key", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("linked_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="referrals.case",
                    ),
                ),
                (
                    "earlier_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="referrals.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ConsentEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("follow_up", "The visit after the police visit, and advice"),
                            ("service", "A service's help"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "compartments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("refused", "Refused"),
                            ("not_asked_unsafe", "Not asked: asking would not be safe"),
                            ("unable", "Unable to say"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_person", "In person"),
                            ("in_person_interpreter", "In person, through an interpreter"),
                            ("phone", "By phone"),
                            ("phone_interpreter", "By phone, through an interpreter"),
                            ("video", "By video call"),
                            ("written", "In writing"),
                            ("online", "Online, by themselves"),
                        ],
                        max_length=30,
                    ),
                ),
                ("wording_version", models.CharField(blank=True, max_length=20)),
                (
                    "capacity",
                    models.CharField(
                        choices=[
                            ("presumed", "Presumed (16 or over)"),
                            ("gillick_competent", "Under 16, competent to decide this"),
                            (
                                "parent_decided",
                                "Under 16, somebody with parental responsibility decided",
                            ),
                            ("lacks_capacity", "Lacks capacity to decide this"),
                        ],
                        default="presumed",
                        max_length=20,
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "Consent"),
                            ("legal_obligation", "Legal obligation"),
                            ("vital_interests", "Vital interests"),
                            ("public_task", "Public task"),
                            ("recognised_interest", "Recognised legitimate interest"),
                            ("legitimate_interests", "Legitimate interests"),
                            ("law_enforcement", "Law enforcement purpose (Part 3)"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            ("explicit_consent", "Explicit consent"),
                            ("vital_interests", "Vital interests"),
                            (
                                "safeguarding",
                                "Safeguarding of children and individuals at risk (para 18)",
                            ),
                            ("unlawful_acts", "Preventing or detecting unlawful acts (para 10)"),
                            ("health_or_social_care", "Health or social care (para 2)"),
                            ("legal_claims", "Legal claims"),
                            ("schedule_8", "Law enforcement: a Schedule 8 condition"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cannot_consent", "They cannot give consent"),
                            ("cannot_obtain", "Consent cannot reasonably be obtained"),
                            ("asking_endangers", "Asking would put their protection at risk"),
                            ("high_risk", "High risk of serious harm"),
                            ("life_at_risk", "Life at risk"),
                            ("child_at_risk", "A child is at risk"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "safe_to_tell",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("told", "They have been told"),
                            ("safe", "Safe to tell them"),
                            ("not_safe", "Not safe to tell them now"),
                        ],
                        max_length=10,
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("approve_by", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="referrals.case",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "taken_by_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "withdraws",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.consententry",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "consent entries",
                "ordering": ["-taken_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=12, unique=True)),
                (
                    "compartments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "earlier_compartments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("first_epoch", models.PositiveIntegerField()),
                ("last_epoch", models.PositiveIntegerField(blank=True, null=True)),
                ("granted_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="referrals.case",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.consententry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.PositiveIntegerField()),
                ("key_version", models.PositiveIntegerField(db_index=True)),
                ("sealed", models.BinaryField()),
                ("signature", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="referrals.case",
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bundles",
                        to="referrals.grant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "area_code",
                    models.CharField(
                        blank=True,
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
                ),
                (
                    "harm_strands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("domestic_abuse", "Domestic abuse"),
                                ("sexual_violence", "Sexual violence"),
                                ("stalking", "Stalking"),
                                ("harassment", "Harassment"),
                                ("honour_based_abuse", "So-called honour-based abuse"),
                                ("forced_marriage", "Forced marriage"),
                                ("fgm", "Female genital mutilation"),
                                ("sexual_exploitation", "Sexual exploitation"),
                                ("sex_work", "Harm to a sex worker"),
                                ("child_sexual_exploitation", "Child sexual exploitation"),
                                ("not_known", "Not sure yet"),
                            ],
                            max_length=40,
                        ),
                        size=None,
                    ),
                ),
                (
                    "risk_band",
                    models.CharField(
                        choices=[
                            ("high", "High"),
                            ("medium", "Medium"),
                            ("standard", "Standard"),
                            ("not_assessed", "Not assessed"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "age_band",
                    models.CharField(
                        choices=[
                            ("under_13", "Under 13"),
                            ("13_15", "13 to 15"),
                            ("16_17", "16 to 17"),
                            ("18_24", "18 to 24"),
                            ("25_34", "25 to 34"),
                            ("35_44", "35 to 44"),
                            ("45_54", "45 to 54"),
                            ("55_64", "55 to 64"),
                            ("65_plus", "65 or over"),
                            ("not_known", "Not known"),
                        ],
                        max_length=40,
                    ),
                ),
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
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("children", models.BooleanField(blank=True, null=True)),
                (
                    "contact",
                    models.CharField(
                        choices=[
                            ("allowed", "Contact allowed at safe times"),
                            ("held", "Do not contact directly"),
                        ],
                        default="held",
                        max_length=40,
                    ),
                ),
                ("safe_windows", models.JSONField(blank=True, default=list)),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=12, unique=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("police", "Police"),
                            ("self", "The person themselves"),
                            ("health", "Health"),
                            ("council", "Council"),
                            ("idva", "IDVA service"),
                            ("service", "Support service"),
                            ("hub", "Victim hub"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("sent", "Waiting for an answer"),
                            ("more_information_asked", "More information asked for"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("closed", "Closed"),
                            ("superseded", "Replaced by another referral"),
                            ("expired", "Draft deleted"),
                        ],
                        default="draft",
                        max_length=30,
                    ),
                ),
                ("on_behalf_of", models.CharField(blank=True, max_length=60)),
                (
                    "offered",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("offer_signature", models.BinaryField(blank=True, null=True)),
                ("offer_key_version", models.PositiveIntegerField(blank=True, null=True)),
                ("visit_ended_at", models.DateTimeField(blank=True, null=True)),
                ("outside_programme", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("answer_due_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decline_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("client_declined", "They do not want this support"),
                            ("client_not_now", "They do not want this support now"),
                            ("no_capacity", "No capacity"),
                            ("outside_area", "Outside our area"),
                            ("outside_age", "Outside our age range"),
                            ("outside_remit", "Not something we offer"),
                            ("language_or_access", "We cannot meet a language or access need"),
                            ("better_placed", "Another service is better placed"),
                            ("cannot_act", "We cannot act in this case"),
                            ("too_little_information", "Too little information to act on"),
                            ("not_reached", "Could not be reached safely"),
                            ("no_safe_contact", "No safe way to make contact"),
                            ("wrong_details", "Contact details are wrong"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("safe_contact", "When and how is contact safe?"),
                            ("agreement", "What exactly did they agree to?"),
                            ("risk", "Who is the risk from, and how high is it?"),
                            ("needs", "What help do they want?"),
                            ("children", "Are there children in the household?"),
                            ("language", "Is an interpreter needed?"),
                            ("area", "Are they still staying in the area?"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "withdrawal_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("consent_withdrawn", "They withdrew their consent"),
                            ("no_longer_wanted", "No longer wanted"),
                            ("sent_in_error", "Sent in error"),
                            ("wrong_service", "Sent to the wrong service"),
                            ("duplicate", "Sent twice"),
                            ("sent_elsewhere", "Referred elsewhere instead"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "closure_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("planned", "Planned ending, goals met"),
                            ("client_declined", "They did not want support"),
                            ("disengaged", "They stopped engaging"),
                            ("not_reached", "Could not be reached"),
                            ("moved", "Moved out of the area, passed on"),
                            ("out_of_remit", "Not suitable or out of remit"),
                            ("stepped_down", "Risk reduced, stepped down"),
                            ("not_delivered", "Accepted, but support could not be given"),
                            ("in_custody", "In custody"),
                            ("died", "Died"),
                            ("duplicate", "Duplicate"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "feedback",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing yet"),
                            ("contacted", "Contacted"),
                            ("visited", "Visited"),
                            ("not_reached", "Not reached yet"),
                            ("chose_not_to", "Chose not to go ahead"),
                            ("not_safe", "Not safe to try"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("feedback_at", models.DateTimeField(blank=True, null=True)),
                ("answer_relayed_at", models.DateTimeField(blank=True, null=True)),
                ("onward_answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="referrals",
                        to="referrals.case",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="onward",
                        to="referrals.referral",
                    ),
                ),
                (
                    "receiving_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "referring_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.service",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReferralEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("send", "Send"),
                            ("discard", "Discard"),
                            ("accept", "Accept"),
                            ("decline", "Decline"),
                            ("ask", "Ask for more information"),
                            ("answer", "Answer"),
                            ("withdraw", "Withdraw"),
                            ("supersede", "Replace"),
                            ("close", "Close"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=40)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SealedRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("compartment", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("document", "Document of a compartment"),
                            ("party", "Another person in the case"),
                            ("note", "Note"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=60)),
                ("record_id", models.UUIDField(default=uuid.uuid4)),
                ("version", models.PositiveIntegerField(default=1)),
                ("epoch", models.PositiveIntegerField()),
                ("envelope", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="referrals.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SearchTag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_id", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=20)),
                ("key_version", models.PositiveSmallIntegerField()),
                ("tag", models.BinaryField(max_length=16)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="referrals.case",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("epoch__gte", 1)), name="referrals_case_epoch_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="caselink",
            constraint=models.UniqueConstraint(
                fields=("agency", "case", "earlier_case"), name="referrals_caselink_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="caselink",
            constraint=models.CheckConstraint(
                condition=models.Q(("case", models.F("earlier_case")), _negated=True),
                name="referrals_caselink_two_cases",
            ),
        ),
        migrations.AddIndex(
            model_name="consententry",
            index=models.Index(
                fields=["case", "recipient", "-taken_at"], name="referrals_consent_newest"
            ),
        ),
        migrations.AddConstraint(
            model_name="consententry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "given"), _negated=True),
                    models.Q(
                        models.Q(("method", ""), _negated=True),
                        models.Q(("wording_version", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referrals_consent_given_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="consententry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ground", ""),
                    models.Q(
                        models.Q(("answer", "given"), _negated=True),
                        ("expires_at__isnull", False),
                        models.Q(("safe_to_tell", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referrals_consent_override_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)),
                fields=("case", "agency"),
                name="referrals_grant_one_live_per_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_epoch", None),
                    ("last_epoch__gte", models.F("first_epoch")),
                    _connector="OR",
                ),
                name="referrals_grant_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.UniqueConstraint(
                fields=("case", "agency", "epoch"), name="referrals_bundle_once_an_epoch"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                fields=["receiving_agency", "status", "-sent_at", "id"],
                name="referrals_referral_received",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                fields=["referring_agency", "status", "-sent_at", "id"],
                name="referrals_referral_made",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["sent_by", "-created_at"], name="referrals_referral_mine"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(
                    ("answer_relayed_at", None),
                    ("answered_at__isnull", False),
                    ("parent__isnull", False),
                ),
                fields=["answered_at"],
                name="referrals_referral_to_relay",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("status", "draft")),
                fields=["created_at"],
                name="referrals_referral_drafts",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("referring_agency", models.F("receiving_agency")), _negated=True
                ),
                name="referrals_referral_between_two_agencies",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "expired"]),
                    models.Q(("offer_signature__isnull", False), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="referrals_referral_sent_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "declined"), _negated=True),
                    models.Q(("decline_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="referrals_referral_declined_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "closed"), _negated=True),
                    models.Q(("closure_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="referrals_referral_closed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["accepted", "declined", "closed"]), _negated=True),
                    ("answered_at__isnull", False),
                    _connector="OR",
                ),
                name="referrals_referral_answered_has_its_moment",
            ),
        ),
        migrations.AddIndex(
            model_name="referralevent",
            index=models.Index(fields=["referral", "-at"], name="referrals_event_timeline"),
        ),
        migrations.AddConstraint(
            model_name="sealedrecord",
            constraint=models.UniqueConstraint(
                fields=("case", "record_id", "version"), name="referrals_sealedrecord_version_once"
            ),
        ),
        migrations.AddIndex(
            model_name="searchtag",
            index=models.Index(
                fields=["agency_id", "purpose", "tag"], name="referrals_searchtag_find"
            ),
        ),
        migrations.AddConstraint(
            model_name="searchtag",
            constraint=models.UniqueConstraint(
                fields=("case", "agency_id", "purpose", "key_version", "tag"),
                name="referrals_searchtag_once",
            ),
        ),
    ]
