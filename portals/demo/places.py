"""Houses of the demo world, their spaces, and who comes in the days after it was built."""

from __future__ import annotations

from typing import Final

from booking.opening import Hours
from booking.rates import Peak, write_peaks
from booking.states import EquipmentPricing, PaymentRule, SpaceKind
from portals.demo.people import (
    DemoDaysOff,
    DemoEquipment,
    DemoLocation,
    DemoPackage,
    DemoSpace,
    DemoStay,
)

_WORKING_WEEK: Final = tuple(
    Hours(weekday=day, opens=8 * 60 + 30, closes=20 * 60) for day in range(5)
)
_STUDIO_WEEK: Final = (
    *(Hours(weekday=day, opens=9 * 60, closes=13 * 60) for day in range(5)),
    *(Hours(weekday=day, opens=14 * 60, closes=19 * 60) for day in range(5)),
    Hours(weekday=5, opens=9 * 60, closes=13 * 60),
)

TORTONA: Final = DemoLocation(
    name="Lumen Tortona",
    address="Via Tortona 31, 20144 Milano",
    directions="Cortile a sinistra, citofono «Lumen». Metro Porta Genova, cinque minuti a piedi.",
    hours=_WORKING_WEEK,
    days_off=DemoDaysOff(first=(12, 24), last=(1, 6), reason="Chiusura di Natale"),
    spaces=(
        DemoSpace(
            name="Sala Grande",
            kind=SpaceKind.EVENT_HALL,
            floor="Piano terra",
            capacity=40,
            fields={
                "description": "Le due sale unite: proiettore, impianto audio, guardaroba.",
                "payment": PaymentRule.PAY_LATER,
                "needs_approval": True,
                "hourly_minor": 9_000,
                "half_day_minor": 30_000,
                "daily_minor": 52_000,
                "peaks": write_peaks(
                    [Peak(weekdays=(4,), starts=17 * 60, ends=20 * 60, percent=25)]
                ),
                "min_minutes": 120,
                "buffer_minutes": 30,
            },
        ),
        DemoSpace(
            name="Sala Luce",
            part_of="Sala Grande",
            kind=SpaceKind.MEETING_ROOM,
            floor="Piano terra",
            capacity=12,
            fields={
                "description": "Schermo da 75 pollici e lavagna.",
                "payment": PaymentRule.PREPAID,
                "hourly_minor": 3_500,
                "half_day_minor": 12_000,
                "daily_minor": 20_000,
                "member_percent": 10,
                "peaks": write_peaks(
                    [Peak(weekdays=(0, 1, 2, 3, 4), starts=8 * 60, ends=10 * 60, percent=-20)]
                ),
                "slot_minutes": 30,
                "late_refund_percent": 50,
            },
        ),
        DemoSpace(
            name="Sala Ombra",
            part_of="Sala Grande",
            kind=SpaceKind.MEETING_ROOM,
            floor="Piano terra",
            capacity=8,
            fields={"hourly_minor": 2_500, "payment": PaymentRule.PREPAID, "slot_minutes": 30},
        ),
        DemoSpace(
            name="Tavolo condiviso",
            kind=SpaceKind.OPEN_SPACE,
            floor="Primo piano",
            capacity=10,
            fields={
                "seats": 10,
                "hourly_minor": 400,
                "daily_minor": 2_200,
                "weekly_minor": 9_000,
                "monthly_minor": 24_000,
                "payment": PaymentRule.PAY_LATER,
                "description": "Un posto al tavolo lungo, con armadietto.",
                "most_per_person": 5,
            },
        ),
    ),
    stays=(
        DemoStay("Sala Luce", 0, 16, 2, "Davide Colombo", "davide@trattoriabruna.example"),
        DemoStay("Sala Luce", 1, 9.5, 1.5, "Bruna Colombo", "bruna@trattoriabruna.example"),
        DemoStay("Tavolo condiviso", 1, 8.5, 8, "Ettore Gallo", "ettore@roccadelsole.example"),
        DemoStay("Tavolo condiviso", 1, 9.5, 4, "Irene Gallo", "irene@roccadelsole.example"),
        DemoStay("Sala Ombra", 1, 14.5, 2, "Serena Fabbri", "serena.fabbri@posta.example"),
        DemoStay("Sala Grande", 2, 14.5, 4, "Ettore Gallo", "ettore@roccadelsole.example"),
        DemoStay(
            *("Sala Grande", 5, 10.5, 3, "Silvia Moretti", "silvia.moretti@posta.example"),
            notes="Presentazione di un libro, trenta persone sedute.",
            asks=True,
        ),
        DemoStay("Sala Luce", 3, 10.5, 2, "Omar Haddad", "omar.haddad@posta.example"),
        DemoStay("Sala Ombra", 4, 11.5, 1, "Bruna Colombo", "bruna@trattoriabruna.example"),
    ),
    equipment=(
        DemoEquipment(
            name="Proiettore",
            fields={
                "description": "Full HD, con cavo HDMI e USB-C.",
                "pricing": EquipmentPricing.PER_BOOKING,
                "price_minor": 1_500,
                "stock": 2,
                "most_per_booking": 1,
            },
            lent_to="Ettore Gallo",
        ),
        DemoEquipment(
            name="Lavagna a fogli",
            fields={"description": "Con pennarelli e un blocco nuovo.", "stock": 3},
            lent_to="Bruna Colombo",
        ),
        DemoEquipment(
            name="Microfono senza fili",
            fields={
                "pricing": EquipmentPricing.PER_HOUR,
                "price_minor": 400,
                "stock": 4,
            },
            lent_to="Ettore Gallo",
            pieces=2,
        ),
        DemoEquipment(
            name="Caffè e acqua",
            fields={
                "description": "A persona, serviti in sala.",
                "pricing": EquipmentPricing.PER_BOOKING,
                "price_minor": 250,
            },
            lent_to="Omar Haddad",
            pieces=8,
        ),
    ),
    block=DemoStay("Sala Ombra", 2, 8.5, 2, "Pulizia della moquette", ""),
)
NAVIGLI: Final = DemoLocation(
    name="Lumen Navigli",
    address="Alzaia Naviglio Grande 8, 20144 Milano",
    directions="Secondo cortile, scala B, terzo piano.",
    hours=_STUDIO_WEEK,
    spaces=(
        DemoSpace(
            name="Studio fotografico",
            kind=SpaceKind.STUDIO,
            floor="Terzo piano",
            capacity=6,
            fields={
                "description": "Fondale, luci continue e flash; cucina a disposizione.",
                "payment": PaymentRule.PREPAID,
                "hourly_minor": 4_500,
                "buffer_minutes": 60,
                "members_only": True,
            },
        ),
    ),
    stays=(
        DemoStay("Studio fotografico", 1, 14, 3, "Ettore Gallo", "ettore@roccadelsole.example"),
    ),
)
RATHAUS: Final = DemoLocation(
    name="Haus Portici",
    address="Via dei Portici 12, 39100 Bolzano",
    directions="Ring at Dolomiti Digital; the lift is on the left.",
    hours=_WORKING_WEEK,
    spaces=(
        DemoSpace(
            name="Stube",
            kind=SpaceKind.MEETING_ROOM,
            floor="2",
            capacity=10,
            fields={"payment": PaymentRule.PREPAID, "hourly_minor": 3_000},
        ),
        DemoSpace(name="Phone box", kind=SpaceKind.OFFICE, floor="2", capacity=1),
    ),
    stays=(DemoStay("Stube", 1, 10.5, 2, "Greta Hofer", "greta@hoteledelweiss.example"),),
)

TEN_HOURS: Final = DemoPackage(
    name="Dieci ore",
    note="Per le riunioni di tutti i giorni",
    hours=10,
    price_minor=18_000,
    valid_days=180,
    reason="Fattura 118",
    holders=("bruna@trattoriabruna.example",),
)

TWENTY_HOURS: Final = DemoPackage(
    name="Venti ore",
    note="Conviene a chi viene ogni settimana",
    hours=20,
    price_minor=32_000,
    valid_days=365,
)
