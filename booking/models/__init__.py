"""Places, what occupies them, and who reserved them."""

from booking.models.claims import Claim

__all__ = ["Claim"]
