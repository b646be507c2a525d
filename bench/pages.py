"""P6: a page of the portal through the whole web server, against FastAPI and Jinja2.

The peer's template is made of our own page: everything around the rows is fixed text, which spares
it the menu, the translations and the rights. Its rows come from the same statements.
"""

from __future__ import annotations

import html
import re
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from bench.lists import describe_peer, ensure_agency
from bench.load import compare, compose, fetch
from bench.measure import Result
from bench.servers import running_ours, running_peer
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.hosts import host_of
from tenants.models import User
from tenants.states import PortalName

ROWS: Final = 20
_PATH: Final = "/customers/?page=2"
_ROW: Final = re.compile(r"<tr>(?:(?!<tr>).)*?cell-main.*?</tr>", re.DOTALL)


def run() -> Iterator[Result]:
    """Let both answer the same list to the same person, in turn."""
    call_command("collectstatic", interactive=False, verbosity=0)
    agency, owner = ensure_agency()
    host = host_of(agency.slug, PortalName.AGENCY)
    request = compose(host, _PATH, Cookie=_sign_in(owner, host=host))
    with running_ours() as (ours, _), tempfile.TemporaryDirectory() as folder:
        page = fetch(ours, request)[1].decode()
        with agency_scope(agency):
            _write_template(Path(folder), page)
        environ = {**describe_peer(agency, host=host), "PEER_TEMPLATES": folder}
        environ["PEER_COOKIE"] = settings.SESSION_COOKIE_NAME
        with running_peer("bench.peers.fastapi_app:app", environ=environ) as (peer, _):
            _require_alike(page, fetch(peer, request)[1].decode())
            mine, theirs = compare((ours, request), (peer, request))
    yield Result(
        number="P6",
        what=f"page of {ROWS} customers in the portal",
        peer="FastAPI, SQLAlchemy, Jinja2",
        ours_seconds=mine,
        peer_seconds=theirs,
        target=1 / 1.2,
    )


def _sign_in(owner: User, *, host: str) -> str:
    """Sign in through the form; return the cookies."""
    password = secrets.token_urlsafe(16)
    owner.set_password(password)
    owner.save()
    client = Client(headers={"host": host})
    client.post("/accounts/login/", {"login": owner.email, "password": password})
    if settings.SESSION_COOKIE_NAME not in client.cookies:
        raise RuntimeError("The owner could not sign in.")
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def _write_template(folder: Path, page: str) -> None:
    """Write the page as a template: its first row in a loop, the others left out."""
    rows = _ROW.findall(page)
    if len(rows) != ROWS:
        raise RuntimeError(f"The page has {len(rows)} rows.")
    shown = next(one for one in Customer.objects.all() if one.public_id in rows[0])
    row = "{% raw %}" + rows[0] + "{% endraw %}"
    for name in ("public_id", "name", "email"):
        value = html.escape(str(getattr(shown, name)))
        row = row.replace(value, f"{{% endraw %}}{{{{ customer.{name} }}}}{{% raw %}}")
    before, after = page.split(rows[0], maxsplit=1)[0], page.split(rows[-1])[1]
    loop = f"{{% for customer in customers %}}{row}{{% endfor %}}"
    (folder / "customers.html").write_text(
        f"{{% raw %}}{before}{{% endraw %}}{loop}{{% raw %}}{after}{{% endraw %}}",
        encoding="utf-8",
    )


def _require_alike(ours: str, peer: str) -> None:
    """Refuse to compare pages that do not show the same rows."""
    names = [re.findall(r"Trattoria \d{4}", page) for page in (ours, peer)]
    if names[0] != names[1] or not names[0]:
        raise RuntimeError(f"The pages differ: {len(names[0])} and {len(names[1])} names.")
