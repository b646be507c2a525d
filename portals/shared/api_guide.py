"""The API by example: the one source of the guide's pages and of the test that runs it.

Each chapter says what it shows, gives the same steps for a shell and for Python, and the lines that
they print. The chapters of one language are one script, run from top to bottom: a later one uses
what an earlier one made. In ``prints`` an ellipsis stands for what differs from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SAMPLE_KEY: Final = "key_…"
NEEDED_SCOPES: Final = (
    "customers:read",
    "customers:write",
    "sites:read",
    "sites:write",
    "operations:read",
    "spaces:read",
    "spaces:write",
    "reservations:book",
)


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One step of the guide; ``prints`` is what both scripts print."""

    slug: str
    title: str | Promise
    text: str | Promise
    curl: str
    python: str
    prints: str


CURL_START: Final = """\
API={api}
KEY={key}
JSON='Content-Type: application/json'"""

PYTHON_START: Final = """\
import time
import httpx

api = httpx.Client(base_url="{api}/", headers={{"X-API-Key": "{key}"}})"""

CHAPTERS: Final = (
    Chapter(
        slug="list",
        title=_("Read a list, page by page"),
        text=_(
            "Send the key with every call. A list takes page, limit (at most 100), search and "
            "ordering, and says how much there is.",
        ),
        curl="""\
curl -s "$API/customers?limit=1&ordering=name" -H "X-API-Key: $KEY" |
  jq -c '.pagination | [.page, .limit]'""",
        python="""\
page = api.get("customers", params={"limit": 1, "ordering": "name"}).json()["pagination"]
print(f'[{page["page"]},{page["limit"]}]')""",
        prints="[1,1]",
    ),
    Chapter(
        slug="create",
        title=_("Create something, once"),
        text=_(
            "A call that creates takes an Idempotency-Key of your choice. When the line breaks, "
            "send the same call again: it answers the same and makes nothing twice.",
        ),
        curl="""\
create() { curl -s "$API/customers" -H "X-API-Key: $KEY" -H "$JSON" \\
  -H 'Idempotency-Key: guide-curl' \\
  -d '{"name": "Forno Rossi", "email": "info@forno.example"}'; }
CUSTOMER=$(create | jq -r .data.id)
test "$CUSTOMER" = "$(create | jq -r .data.id)" && echo "the same: $CUSTOMER\"""",
        python="""\
def create():
    return api.post(
        "customers",
        headers={"Idempotency-Key": "guide-python"},
        json={"name": "Forno Rossi", "email": "info@forno.example"},
    ).json()["data"]["id"]

customer = create()
if customer == create():
    print("the same:", customer)""",
        prints="the same: cus_…",
    ),
    Chapter(
        slug="change",
        title=_("Change it, unless somebody else did"),
        text=_(
            "An answer about one thing has an ETag. Send it back as If-Match: when the thing has "
            "changed meanwhile, nothing is overwritten and you get 409.",
        ),
        curl="""\
TAG=$(curl -s -o /dev/null -D - "$API/customers/$CUSTOMER" -H "X-API-Key: $KEY" |
  tr -d '\\r' | sed -n 's/^[Ee][Tt]ag: //p')
change() { curl -s -X PATCH "$API/customers/$CUSTOMER" -H "X-API-Key: $KEY" -H "$JSON" \\
  -H "If-Match: $TAG" -d "{\\"name\\": \\"$1\\"}"; }
change 'Forno Rossi dal 1962' | jq -r .data.name
change 'Too late' | jq -r .code""",
        python="""\
tag = api.get(f"customers/{customer}").headers["ETag"]

def change(name):
    headers = {"If-Match": tag}
    return api.patch(f"customers/{customer}", headers=headers, json={"name": name}).json()

print(change("Forno Rossi dal 1962")["data"]["name"])
print(change("Too late")["code"])""",
        prints="Forno Rossi dal 1962\nstale",
    ),
    Chapter(
        slug="errors",
        title=_("Read an error"),
        text=_(
            "Every error has a code for your program, a message for people, and the fields that "
            "are wrong. Unknown fields are refused, so that a typing error never passes.",
        ),
        curl="""\
curl -s "$API/customers" -H "X-API-Key: $KEY" -H "$JSON" \\
  -d '{"name": "Forno Rossi", "mail": "info@forno.example"}' |
  jq -c '[.success, .code, (.errors | keys)]'""",
        python="""\
wrong = api.post("customers", json={"name": "Forno Rossi", "mail": "info@forno.example"}).json()
print(f'[{str(wrong["success"]).lower()},"{wrong["code"]}",{sorted(wrong["errors"])}]'
      .replace("'", '"').replace(", ", ","))""",
        prints='[false,"invalid_input",["mail"]]',
    ),
    Chapter(
        slug="deploy",
        title=_("Put a WordPress site online and follow it"),
        text=_(
            "What takes time answers at once with an operation. Ask for it until it is DONE or "
            "FAILED; its steps say what happens, an error says the cause and what to do.",
        ),
        curl="""\
SITE=$(curl -s "$API/websites" -H "X-API-Key: $KEY" -H "$JSON" -d "{
  \\"customer\\": \\"$CUSTOMER\\", \\"name\\": \\"Forno\\", \\"title\\": \\"Forno Rossi\\",
  \\"admin_email\\": \\"info@forno.example\\"}")
OPERATION=$(echo "$SITE" | jq -r .data.operation)
while sleep 1; do
  STATE=$(curl -s "$API/operations/$OPERATION" -H "X-API-Key: $KEY" | jq -r .data.state)
  case $STATE in DONE|FAILED) echo "$STATE"; break;; esac
done
SITE=$(echo "$SITE" | jq -r .data.id)
curl -s "$API/websites/$SITE" -H "X-API-Key: $KEY" | jq -r '.data | .state, .url'""",
        python="""\
site = api.post("websites", json={
    "customer": customer,
    "name": "Forno",
    "title": "Forno Rossi",
    "admin_email": "info@forno.example",
}).json()["data"]
while True:
    operation = api.get(f'operations/{site["operation"]}').json()["data"]
    if operation["state"] in {"DONE", "FAILED"}:
        break
    time.sleep(1)
print(operation["state"])
site = api.get(f'websites/{site["id"]}').json()["data"]
print(site["state"], site["url"], sep="\\n")""",
        prints="DONE\nACTIVE\nhttp…",
    ),
    Chapter(
        slug="book",
        title=_("Hold a slot and book it for a guest"),
        text=_(
            "A slot that you hold is yours for 15 minutes and then frees itself. Whoever comes "
            "second gets 409 and slot_taken: nothing is ever sold twice.",
        ),
        curl="""\
HOURS=$(jq -nc '[range(7) | {weekday: ., opens: "08:00", closes: "20:00"}]')
HOUSE=$(curl -s "$API/locations" -H "X-API-Key: $KEY" -H "$JSON" -d "{
  \\"name\\": \\"Forno Rossi\\", \\"keeps_holidays\\": false, \\"opening_hours\\": $HOURS}" | jq -r .data.id)
ROOM=$(curl -s "$API/spaces" -H "X-API-Key: $KEY" -H "$JSON" -d "{
  \\"location\\": \\"$HOUSE\\", \\"name\\": \\"Sala corsi\\", \\"kind\\": \\"STUDIO\\"}" | jq -r .data.id)
DAY=$(jq -nr 'now + 172800 | strftime("%Y-%m-%d")')
SLOT=$(curl -s "$API/spaces/$ROOM/slots?date=$DAY" -H "X-API-Key: $KEY" | jq -r '.data[0].id')
hold() { curl -s -X POST "$API/slots/$SLOT/hold" -H "X-API-Key: $KEY"; }
hold | jq -r .data.id
curl -s "$API/slots/$SLOT/book" -H "X-API-Key: $KEY" -H "$JSON" \\
  -d '{"guest": {"name": "Anna Verdi", "email": "anna@verdi.example"}}' | jq -r .data.state
hold | jq -r .code""",
        python="""\
from datetime import date, timedelta

house = api.post("locations", json={
    "name": "Forno Rossi",
    "keeps_holidays": False,
    "opening_hours": [{"weekday": n, "opens": "08:00", "closes": "20:00"} for n in range(7)],
}).json()["data"]["id"]
room = api.post("spaces", json={
    "location": house,
    "name": "Sala corsi",
    "kind": "STUDIO",
}).json()["data"]["id"]
day = date.today() + timedelta(days=2)
slots = api.get(f"spaces/{room}/slots", params={"date": day.isoformat()}).json()["data"]
slot = slots[0]["id"]
print(api.post(f"slots/{slot}/hold").json()["data"]["id"])
guest = {"name": "Anna Verdi", "email": "anna@verdi.example"}
print(api.post(f"slots/{slot}/book", json={"guest": guest}).json()["data"]["state"])
print(api.post(f"slots/{slot}/hold").json()["code"])""",
        prints="hold_…\nCONFIRMED\nslot_taken",
    ),
    Chapter(
        slug="limits",
        title=_("Stay within the limit"),
        text=_(
            "Every answer says how many calls are left in this minute. Above the limit the answer "
            "is 429, and Retry-After says how many seconds to wait.",
        ),
        curl="""\
curl -s -o /dev/null -D - "$API/customers?limit=1" -H "X-API-Key: $KEY" |
  tr -d '\\r' | grep -i '^ratelimit-remaining' | tr 'A-Z' 'a-z'""",
        python="""\
answer = api.get("customers", params={"limit": 1})
print("ratelimit-remaining:", answer.headers["RateLimit-Remaining"])""",
        prints="ratelimit-remaining: …",
    ),
)


def write_script(language: str, *, api: str, key: str) -> str:
    """Return all chapters as one script, for ``curl`` or ``python``."""
    start = CURL_START if language == "curl" else PYTHON_START
    chapters = [chapter.curl if language == "curl" else chapter.python for chapter in CHAPTERS]
    return "\n\n".join([start.format(api=api, key=key), *chapters]) + "\n"


def describe_guide(*, api: str) -> dict[str, Any]:
    """Return what the guide's template needs, for one address of the API."""
    return {
        "chapters": CHAPTERS,
        "curl_start": CURL_START.format(api=api, key=SAMPLE_KEY),
        "python_start": PYTHON_START.format(api=api, key=SAMPLE_KEY),
    }
