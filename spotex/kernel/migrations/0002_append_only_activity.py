"""The trail says more about where an action came from, and lets nobody change a line."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

GUARD = """
CREATE FUNCTION refuse_activity_change() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('spotex.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The activity can be added to and nothing else.'
        USING ERRCODE = 'restrict_violation';
END
$guard$
"""
TRIGGER = """
CREATE TRIGGER activity_is_append_only BEFORE UPDATE OR DELETE ON kernel_activityentry
FOR EACH ROW EXECUTE FUNCTION refuse_activity_change()
"""


def _text(length: int) -> models.CharField[str, str]:
    return models.CharField(blank=True, default="", max_length=length)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kernel", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("activityentry", "portal", _text(20), preserve_default=False),
        migrations.AddField("activityentry", "user_agent", _text(200), preserve_default=False),
        migrations.AddField("activityentry", "request_id", _text(64), preserve_default=False),
        migrations.AddField(
            "activityentry", "impersonator_public_id", _text(40), preserve_default=False
        ),
        migrations.AddField(
            "activityentry", "impersonator_name", _text(200), preserve_default=False
        ),
        migrations.RunSQL(
            sql=[(GUARD, None), (TRIGGER, None)],
            reverse_sql=[
                ("DROP TRIGGER activity_is_append_only ON kernel_activityentry", None),
                ("DROP FUNCTION refuse_activity_change()", None),
            ],
        ),
    ]
