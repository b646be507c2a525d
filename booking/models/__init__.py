"""Places, what occupies them, and who reserved them."""

from booking.models.claims import Claim
from booking.models.places import Location, OpeningException, OpeningRule, Space
from booking.models.reservations import Block, Hold, Reservation

__all__ = [
    "Block",
    "Claim",
    "Hold",
    "Location",
    "OpeningException",
    "OpeningRule",
    "Reservation",
    "Space",
]
