"""The demo world as data: three agencies, their people, and the companies that they serve.

All addresses end in ``.example``, which belongs to nobody (RFC 2606).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from portals.demo import logos, places
from portals.demo.people import DemoAgency, DemoCustomer, DemoPerson, DemoSite
from tenants.states import ContactRole, Role, Tier

LUMEN: Final = DemoAgency(
    name="Studio Lumen",
    slug="lumen",
    tier=Tier.PREMIUM,
    language="it",
    brand={
        "brand_name": "Studio Lumen",
        "brand_color": "#0f766e",
        "brand_footer": "Studio Lumen S.r.l. · Via Tortona 31, 20144 Milano",
        "support_email": "aiuto@lumen.example",
    },
    logo=logos.LUMEN,
    owner=DemoPerson("Giulia Ferri", "giulia@lumen.example", Role.OWNER),
    members=(
        DemoPerson("Marco Sala", "marco@lumen.example", Role.ADMIN),
        DemoPerson("Chiara Conti", "chiara@lumen.example", Role.MEMBER),
        DemoPerson("Paolo Riva", "paolo@lumen.example", Role.VIEWER),
        DemoPerson("Elisa Greco", "elisa@lumen.example", Role.MEMBER, invited=True),
    ),
    customers=(
        DemoCustomer(
            name="Trattoria da Bruna S.n.c.",
            domain="trattoriabruna.example",
            province=15,
            notes="Chiusa il lunedì. Vuole aggiornare il menu da sola.",
            people=(
                DemoPerson("Bruna Colombo", "bruna@trattoriabruna.example", ContactRole.ADMIN),
                DemoPerson("Davide Colombo", "davide@trattoriabruna.example", ContactRole.MEMBER),
            ),
            sites=(DemoSite("Sito della trattoria", "Trattoria da Bruna"),),
        ),
        DemoCustomer(
            name="Cantine Rocca del Sole S.r.l.",
            domain="roccadelsole.example",
            province=5,
            notes="Vendemmia a settembre: nessun intervento in quel mese.",
            people=(
                DemoPerson("Ettore Gallo", "ettore@roccadelsole.example", ContactRole.ADMIN),
                DemoPerson("Irene Gallo", "irene@roccadelsole.example", ContactRole.VIEWER),
            ),
            sites=(
                DemoSite("Sito istituzionale", "Cantine Rocca del Sole"),
                DemoSite("Wine club", "Rocca del Sole Wine Club", language="en_US"),
            ),
        ),
        DemoCustomer(
            name="Studio Dentistico Bianchi",
            domain="dentistabianchi.example",
            province=15,
            people=(
                DemoPerson("Laura Bianchi", "laura@dentistabianchi.example", ContactRole.ADMIN),
            ),
        ),
        DemoCustomer(
            name="Ciclofficina Navigli S.c.r.l.",
            domain="ciclonavigli.example",
            province=15,
            people=(
                DemoPerson("Tommaso Villa", "tommaso@ciclonavigli.example", ContactRole.ADMIN),
                DemoPerson(
                    "Sara Moretti",
                    "sara@ciclonavigli.example",
                    ContactRole.MEMBER,
                    invited=True,
                ),
            ),
        ),
        DemoCustomer(
            name="Fondazione Teatro Aurora",
            domain="teatroaurora.example",
            province=15,
            notes="Stagione da ottobre a maggio. Referente per la biglietteria: Anna.",
            people=(DemoPerson("Anna Pellegrini", "anna@teatroaurora.example", ContactRole.ADMIN),),
        ),
        DemoCustomer(
            name="Immobiliare Porta Nuova S.p.A.",
            domain="immoportanuova.example",
            province=15,
        ),
    ),
    places=(places.TORTONA, places.NAVIGLI),
    packages=(places.TEN_HOURS, places.TWENTY_HOURS),
)

OFFICINA: Final = DemoAgency(
    name="Officina Digitale",
    slug="officina",
    tier=Tier.STANDARD,
    language="it",
    brand={
        "brand_name": "Officina Digitale",
        "brand_color": "#c2410c",
        "brand_footer": "Officina Digitale S.r.l. · Corso Regina Margherita 94, 10153 Torino",
        "support_email": "supporto@officina.example",
    },
    logo=logos.OFFICINA,
    owner=DemoPerson("Andrea Bruno", "andrea@officina.example", Role.OWNER),
    members=(
        DemoPerson("Francesca Longo", "francesca@officina.example", Role.ADMIN),
        DemoPerson("Luca Ferrero", "luca@officina.example", Role.MEMBER),
    ),
    customers=(
        DemoCustomer(
            name="Panificio Ferrero & Figli",
            domain="panificioferrero.example",
            province=1,
            people=(
                DemoPerson("Piero Ferrero", "piero@panificioferrero.example", ContactRole.ADMIN),
            ),
            sites=(DemoSite("Sito del panificio", "Panificio Ferrero & Figli"),),
        ),
        DemoCustomer(
            name="Autoscuola Valentino S.a.s.",
            domain="autoscuolavalentino.example",
            province=1,
            people=(
                DemoPerson(
                    "Nadia Costa",
                    "nadia@autoscuolavalentino.example",
                    ContactRole.ADMIN,
                ),
            ),
        ),
        DemoCustomer(
            name="Meccanica Dora S.r.l.",
            domain="meccanicadora.example",
            province=1,
            notes="Catalogo ricambi in PDF, da trasformare in pagine.",
            people=(
                DemoPerson("Giorgio Rosso", "giorgio@meccanicadora.example", ContactRole.ADMIN),
                DemoPerson(
                    "Marta Rosso",
                    "marta@meccanicadora.example",
                    ContactRole.VIEWER,
                    invited=True,
                ),
            ),
        ),
        DemoCustomer(
            name="Asilo Nido Girotondo",
            domain="nidogirotondo.example",
            province=1,
            people=(
                DemoPerson("Silvia Marino", "silvia@nidogirotondo.example", ContactRole.ADMIN),
            ),
        ),
    ),
)

DOLOMITI: Final = DemoAgency(
    name="Dolomiti Digital",
    slug="dolomiti",
    tier=Tier.BUSINESS,
    language="en",
    brand={
        "brand_name": "Dolomiti Digital",
        "brand_color": "#4338ca",
        "brand_footer": "Dolomiti Digital S.r.l. · Via dei Portici 12, 39100 Bolzano",
        "support_email": "help@dolomiti.example",
    },
    logo=logos.DOLOMITI,
    owner=DemoPerson("Hannah Moser", "hannah@dolomiti.example", Role.OWNER),
    members=(
        DemoPerson("Stefan Pichler", "stefan@dolomiti.example", Role.ADMIN),
        DemoPerson("Valentina Zanella", "valentina@dolomiti.example", Role.MEMBER),
        DemoPerson("Jonas Egger", "jonas@dolomiti.example", Role.VIEWER),
    ),
    customers=(
        DemoCustomer(
            name="Hotel Edelweiss S.r.l.",
            domain="hoteledelweiss.example",
            province=21,
            language="en",
            notes="Season opens on 4 December; photos arrive a week before.",
            people=(
                DemoPerson("Greta Hofer", "greta@hoteledelweiss.example", ContactRole.ADMIN),
                DemoPerson("Lukas Hofer", "lukas@hoteledelweiss.example", ContactRole.MEMBER),
            ),
            sites=(DemoSite("Hotel site", "Hotel Edelweiss", language="en_US"),),
        ),
        DemoCustomer(
            name="Rifugio Tre Laghi",
            domain="rifugiotrelaghi.example",
            province=22,
            people=(DemoPerson("Ivan Dalpiaz", "ivan@rifugiotrelaghi.example", ContactRole.ADMIN),),
        ),
        DemoCustomer(
            name="Mela Alpina Soc. Agr. Coop.",
            domain="melaalpina.example",
            province=22,
            language="it",
            people=(DemoPerson("Rosa Inama", "rosa@melaalpina.example", ContactRole.ADMIN),),
        ),
        DemoCustomer(
            name="Falegnameria Kostner S.a.s.",
            domain="kostner.example",
            province=21,
            people=(DemoPerson("Peter Kostner", "peter@kostner.example", ContactRole.ADMIN),),
        ),
        DemoCustomer(
            name="Scuola Sci Val Chiara",
            domain="scivalchiara.example",
            province=21,
            people=(
                DemoPerson("Matteo Runggaldier", "matteo@scivalchiara.example", ContactRole.ADMIN),
            ),
        ),
        DemoCustomer(
            name="Birrificio Alta Via S.r.l.",
            domain="birrificioaltavia.example",
            province=25,
        ),
        DemoCustomer(
            name="Terme di San Candido S.p.A.",
            domain="termesancandido.example",
            province=21,
        ),
        DemoCustomer(
            name="Farmacia all'Aquila",
            domain="farmaciaaquila.example",
            province=21,
        ),
    ),
    places=(places.RATHAUS,),
)

FULL: Final = (LUMEN, OFFICINA, DOLOMITI)
SMALL: Final = (replace(LUMEN, members=LUMEN.members[:1], customers=LUMEN.customers[:2]),)
WORLDS: Final = {"full": FULL, "small": SMALL}
