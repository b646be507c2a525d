"""Names of the appointments that this context makes."""

from __future__ import annotations

from typing import Final

EXPIRE: Final = "booking.expire_reservation"
COMPLETE: Final = "booking.complete_reservation"
REMIND: Final = "booking.remind_of_stay"
STOP_WAITING: Final = "booking.stop_waiting"
ANSWER_PAYMENT: Final = "booking.answer_payment"
READ_CALENDAR: Final = "booking.read_calendar"
SETTLE_EVENT: Final = "booking.settle_outside_event"
MAIL_REPORTS: Final = "booking.mail_reports"
WARN_OF_CREDIT: Final = "booking.warn_of_credit"
TEND_LIST: Final = "booking.tend_waiting_list"
