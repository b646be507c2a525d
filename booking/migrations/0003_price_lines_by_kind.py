from django.db import migrations

NAME_KINDS = """
    UPDATE booking_reservation SET price_lines = (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'kind', 'HOUR',
            'quantity', line->'minutes',
            'unit_minor', line->'hourly_minor',
            'amount_minor', line->'amount_minor',
            'label', ''
        )), '[]')
        FROM jsonb_array_elements(price_lines) AS line
    )
    WHERE jsonb_path_exists(price_lines, '$[*].minutes')
"""


class Migration(migrations.Migration):
    """Stays that were booked when hours were the only rate say so in each line of their price."""

    dependencies = [("booking", "0002_rates_waiting_credits")]
    operations = [migrations.RunSQL(NAME_KINDS, migrations.RunSQL.noop)]
