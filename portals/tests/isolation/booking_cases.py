"""The cases of the API of booking."""

from __future__ import annotations

from portals.tests.isolation.case import Body, Case
from portals.tests.isolation.places import PHOTO
from tenants.permissions import Permission

P = Permission
ROOM: Body = {"location": "{empty_location}", "name": "Sala nuova", "kind": "DESK"}
STAY: Body = {"space": "{space}", "starts_at": "{stay_start}", "ends_at": "{stay_end}"}
BOOKER: Body = {"customer": "{customer}"}

BOOKING_API: dict[str, Case] = {
    "report-booking": Case(
        needs={"GET": P.REPORT_VIEW}, queries={"GET": "month=2030-01&space={space}"}
    ),
    "location-list": Case(
        bodies={"POST": {"name": "Nuova sede"}},
        needs={"GET": P.SPACE_VIEW, "POST": P.SPACE_MANAGE},
    ),
    "location-detail": Case(
        ids={"location_id": "empty_location"},
        bodies={"PATCH": {"name": "Altra"}, "DELETE": {}},
        needs={"GET": P.SPACE_VIEW, "PATCH": P.SPACE_MANAGE, "DELETE": P.SPACE_MANAGE},
    ),
    "space-list": Case(bodies={"POST": ROOM}, needs={"GET": P.SPACE_VIEW, "POST": P.SPACE_MANAGE}),
    "space-detail": Case(
        ids={"space_id": "spare_space"},
        bodies={"PATCH": {"name": "Altra"}, "DELETE": {}},
        needs={"GET": P.SPACE_VIEW, "PATCH": P.SPACE_MANAGE, "DELETE": P.SPACE_MANAGE},
    ),
    "space-slots": Case(ids={"space_id": "space"}, needs={"GET": P.SPACE_VIEW}),
    "space-availability": Case(
        ids={"space_id": "space"},
        needs={"GET": P.SPACE_VIEW},
        queries={"GET": "from={stay_start}&to={stay_end}"},
    ),
    "space-equipment": Case(
        ids={"space_id": "space"},
        needs={"GET": P.SPACE_VIEW},
        queries={"GET": "from={stay_start}&to={stay_end}"},
    ),
    "photo-list": Case(
        ids={"space_id": "space"},
        bodies={"POST": {"picture": PHOTO, "type": "image/jpeg"}},
        needs={"GET": P.SPACE_VIEW, "POST": P.SPACE_MANAGE},
        queries={"POST": "alt=Un%20tavolo"},
    ),
    "photo-detail": Case(
        ids={"photo_id": "photo"}, bodies={"DELETE": {}}, needs={"DELETE": P.SPACE_MANAGE}
    ),
    "equipment-list": Case(
        bodies={"POST": {"location": "{empty_location}", "name": "Lavagna"}},
        needs={"GET": P.SPACE_VIEW, "POST": P.SPACE_MANAGE},
    ),
    "equipment-detail": Case(
        ids={"equipment_id": "equipment"},
        bodies={"PATCH": {"stock": 3}, "DELETE": {}},
        needs={"GET": P.SPACE_VIEW, "PATCH": P.SPACE_MANAGE, "DELETE": P.SPACE_MANAGE},
    ),
    "space-stream": Case(ids={"space_id": "space"}, needs={"GET": P.SPACE_VIEW}),
    "slot-hold": Case(
        ids={"slot_id": "slot"}, bodies={"POST": {}}, needs={"POST": P.RESERVATION_MAKE}
    ),
    "slot-book": Case(
        ids={"slot_id": "slot"}, bodies={"POST": BOOKER}, needs={"POST": P.RESERVATION_MAKE}
    ),
    "slot-release": Case(
        ids={"slot_id": "slot"}, bodies={"POST": {}}, needs={"POST": P.RESERVATION_MAKE}
    ),
    "reservation-list": Case(
        bodies={"POST": {**STAY, **BOOKER}},
        needs={"GET": P.RESERVATION_VIEW, "POST": P.RESERVATION_MAKE},
    ),
    "reservation-preview": Case(
        bodies={"POST": {**STAY, "recurrence": {"frequency": "WEEKLY", "count": 2}}},
        needs={"POST": P.RESERVATION_MAKE},
    ),
    "reservation-detail": Case(
        ids={"reservation_id": "reservation"},
        bodies={"PATCH": STAY, "DELETE": {}},
        needs={
            "GET": P.RESERVATION_VIEW,
            "PATCH": P.RESERVATION_MAKE,
            "DELETE": P.RESERVATION_MAKE,
        },
    ),
    "reservation-notes": Case(
        ids={"reservation_id": "reservation"},
        bodies={"PUT": {"notes": "Due lavagne"}},
        needs={"PUT": P.RESERVATION_MAKE},
    ),
    "reservation-internal-notes": Case(
        ids={"reservation_id": "reservation"},
        bodies={"PUT": {"notes": "Buio in sala"}},
        needs={"GET": P.RESERVATION_MANAGE, "PUT": P.RESERVATION_MANAGE},
    ),
    "reservation-extend": Case(
        ids={"reservation_id": "begun"},
        bodies={"POST": {"ends_at": "{begun_later}"}},
        needs={"POST": P.RESERVATION_MAKE},
    ),
    "reservation-approve": Case(
        ids={"reservation_id": "asked"},
        bodies={"POST": {"words": "Volentieri"}},
        needs={"POST": P.RESERVATION_MANAGE},
    ),
    "reservation-decline": Case(
        ids={"reservation_id": "asked"},
        bodies={"POST": {"words": "Lavori"}},
        needs={"POST": P.RESERVATION_MANAGE},
    ),
    "reservation-check-in": Case(
        ids={"reservation_id": "begun"},
        bodies={"POST": {}},
        needs={"POST": P.RESERVATION_MANAGE},
    ),
    "reservation-no-show": Case(
        ids={"reservation_id": "begun"},
        bodies={"POST": {}},
        needs={"POST": P.RESERVATION_MANAGE},
    ),
    "reservation-check-in-undo": Case(
        ids={"reservation_id": "arrived"},
        bodies={"POST": {}},
        needs={"POST": P.RESERVATION_MANAGE},
    ),
    "reservation-no-show-undo": Case(
        ids={"reservation_id": "missed"},
        bodies={"POST": {}},
        needs={"POST": P.RESERVATION_MANAGE},
    ),
    "waitlist-list": Case(
        bodies={
            "POST": {
                "space": "{space}",
                "starts_at": "{taken_start}",
                "ends_at": "{taken_end}",
                **BOOKER,
            }
        },
        needs={"GET": P.RESERVATION_VIEW, "POST": P.RESERVATION_MAKE},
    ),
    "waitlist-detail": Case(
        ids={"wish_id": "wish"},
        bodies={"DELETE": {}},
        needs={"GET": P.RESERVATION_VIEW, "DELETE": P.RESERVATION_MAKE},
    ),
    "package-list": Case(
        bodies={"POST": {"name": "Venti ore", "minutes": 1200}},
        needs={"GET": P.SPACE_VIEW, "POST": P.SPACE_MANAGE},
    ),
    "package-detail": Case(
        ids={"package_id": "package"},
        for_all=True,
        bodies={"PATCH": {"minutes": 60}, "DELETE": {}},
        needs={"GET": P.SPACE_VIEW, "PATCH": P.SPACE_MANAGE, "DELETE": P.SPACE_MANAGE},
    ),
    "voucher-list": Case(
        bodies={"POST": {"code": "NUOVO2030", "percent": 20}},
        needs={"GET": P.SPACE_VIEW, "POST": P.SPACE_MANAGE},
    ),
    "voucher-detail": Case(
        ids={"voucher_id": "voucher"},
        bodies={"PATCH": {"most_uses": 9}, "DELETE": {}},
        needs={"GET": P.SPACE_VIEW, "PATCH": P.SPACE_MANAGE, "DELETE": P.SPACE_MANAGE},
        agency_only=True,
    ),
    "credit-list": Case(
        ids={"customer_id": "customer"},
        bodies={"POST": {"package": "{package}"}},
        needs={"GET": P.RESERVATION_VIEW, "POST": P.PAYMENT_MANAGE},
    ),
    "credit-detail": Case(ids={"credit_id": "credit"}, needs={"GET": P.RESERVATION_VIEW}),
    "credit-entry-list": Case(
        ids={"credit_id": "credit"},
        bodies={"POST": {"minutes": -60, "reason": "Sbagliato"}},
        needs={"GET": P.RESERVATION_VIEW, "POST": P.PAYMENT_MANAGE},
    ),
    "payment-list": Case(needs={"GET": P.PAYMENT_VIEW}),
    "payment-detail": Case(ids={"payment_id": "payment"}, needs={"GET": P.PAYMENT_VIEW}),
    "payment-create-intent": Case(
        bodies={"POST": {"reservation": "{unpaid}"}}, needs={"POST": P.RESERVATION_MAKE}
    ),
    "payment-confirm": Case(
        bodies={"POST": {"payment": "{payment}"}}, needs={"POST": P.RESERVATION_MAKE}
    ),
    "payment-refund": Case(
        bodies={"POST": {"payment": "{paid}"}}, needs={"POST": P.PAYMENT_MANAGE}
    ),
}
