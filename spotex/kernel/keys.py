"""Keys of repeated calls are kept for a day.

They live in every agency's schema. Nothing visits all schemas for them: whoever writes a key
clears a few old ones next to it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from spotex.kernel.models import IdempotencyKey

KEPT: Final = timedelta(hours=24)
FORGOTTEN_AT_ONCE: Final = 50


@transaction.atomic
def forget_old_keys(*, at: datetime, limit: int = FORGOTTEN_AT_ONCE) -> int:
    """Delete keys of this schema that are older than a day; return how many.

    Looks at the oldest rows only, and passes by those that somebody else deletes just now.

    Args:
        at: the present.
        limit: how many rows to look at.
    """
    oldest = IdempotencyKey.objects.order_by("pk").values_list("pk", "created_at")[:limit]
    due = [pk for pk, created_at in oldest if created_at < at - KEPT]
    if not due:
        return 0
    mine = IdempotencyKey.objects.filter(pk__in=due).select_for_update(skip_locked=True)
    return IdempotencyKey.objects.filter(pk__in=list(mine.values_list("pk", flat=True))).delete()[0]
