"""Blocks: times in which nobody can book."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.events import BlockLifted, SpaceBlocked
from booking.models import Block, Space
from booking.periods import Period
from booking.services.claims import give_back, take
from booking.services.holds import SlotTaken
from booking.states import ClaimKind
from booking.telling import tell_calendar
from spotex.kernel.actor import Actor
from spotex.kernel.locks import lock_row


@transaction.atomic
def block_space(space: Space, *, period: Period, actor: Actor, reason: str = "") -> Block:
    """Keep everybody out of a space, its parts and what it is part of.

    Raises:
        SlotTaken: somebody has it for a part of the time: that comes first.
    """
    block = Block(space=space, starts_at=period.start, ends_at=period.end, reason=reason.strip())
    taken = take(
        space.unit,
        start=period.start,
        end=period.end,
        kind=ClaimKind.BLOCK,
        subject=block.public_id,
    )
    if taken is None:
        raise SlotTaken(_("Somebody has this time. Cancel or move that first."))
    block.claim = taken.claim
    block.save()
    tell_calendar(SpaceBlocked, block, actor=actor)
    return block


@transaction.atomic
def lift_block(block: Block, *, actor: Actor) -> Block:
    """End a block; doing it again changes nothing."""
    space = block.space
    block = lock_row(block)
    block.space = space
    if block.lifted_at is None:
        give_back(block.public_id)
        block.lifted_at = timezone.now()
        block.save()
        tell_calendar(BlockLifted, block, actor=actor)
    return block
