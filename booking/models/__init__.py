"""Places, what occupies them, and who reserved them."""

from booking.models.claims import Claim
from booking.models.credits import Credit, CreditAccount, CreditDraw, CreditEntry, Package
from booking.models.demand import LostDemand, ReportMail
from booking.models.equipment import Equipment, EquipmentUse
from booking.models.feeds import Feed
from booking.models.outside import OutsideCalendar, OutsideEvent
from booking.models.photos import SpacePhoto
from booking.models.places import Location, OpeningException, OpeningRule, Space
from booking.models.reservations import Block, Hold, Reservation, Series
from booking.models.vouchers import Voucher, VoucherUse
from booking.models.waiting import Wish
from booking.models.widgets import WidgetSite

__all__ = [
    "Block",
    "Claim",
    "Credit",
    "CreditAccount",
    "CreditDraw",
    "CreditEntry",
    "Equipment",
    "EquipmentUse",
    "Feed",
    "Hold",
    "Location",
    "LostDemand",
    "OpeningException",
    "OpeningRule",
    "OutsideCalendar",
    "OutsideEvent",
    "Package",
    "ReportMail",
    "Reservation",
    "Series",
    "Space",
    "SpacePhoto",
    "Voucher",
    "VoucherUse",
    "WidgetSite",
    "Wish",
]
