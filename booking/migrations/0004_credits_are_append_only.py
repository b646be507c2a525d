from django.db import migrations

GUARD = """
CREATE FUNCTION refuse_credit_change() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    RAISE EXCEPTION 'The book of credits can be added to and nothing else.'
        USING ERRCODE = 'restrict_violation';
END
$guard$
"""
TRIGGER = """
CREATE TRIGGER credits_are_append_only BEFORE UPDATE OR DELETE ON booking_creditentry
FOR EACH ROW EXECUTE FUNCTION refuse_credit_change()
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0003_price_lines_by_kind")]
    operations = [
        migrations.RunSQL(
            sql=[(GUARD, None), (TRIGGER, None)],
            reverse_sql=[
                ("DROP TRIGGER credits_are_append_only ON booking_creditentry", None),
                ("DROP FUNCTION refuse_credit_change()", None),
            ],
        ),
    ]
