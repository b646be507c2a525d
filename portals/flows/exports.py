"""Mails about archives of all data, to who asked for them."""

from __future__ import annotations

from portals.letters import Link, mail_link
from spotex.kernel.events import on
from tenants.events import ExportEvent, ExportFailed, ExportReady
from tenants.hosts import snapshot_of
from tenants.models import Export
from tenants.states import PortalName


@on(ExportReady, ExportFailed)
def mail_export(event: ExportEvent) -> None:
    """Say that the archive can be fetched, or why there is none."""
    export = Export.objects.select_related("agency__plan", "requested_by").get(pk=event.export_id)
    user = export.requested_by
    mail_link(
        "export_done",
        agency=snapshot_of(export.agency),
        recipient=user.email,
        link=Link(portal=PortalName.AGENCY, name="agency:data-detail", arguments=[]),
        language=user.language,
        context={"export": export, "user": user},
    )
