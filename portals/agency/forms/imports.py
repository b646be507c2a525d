"""Forms about files with customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.shared.forms import PortalForm
from tenants.customers.import_files import BYTES_MAX, COLUMNS_MAX, FIELDS, ROWS_MAX
from tenants.customers.import_lines import FIELD_LABELS
from tenants.customers.models import CustomerImport

_ENCODINGS: Final = (
    ("utf-8", gettext_lazy("Unicode (UTF-8)")),
    ("cp1252", gettext_lazy("Windows (Western European)")),
    ("utf-16", gettext_lazy("Unicode (UTF-16)")),
)
_DELIMITERS: Final = (
    (";", gettext_lazy("Semicolon ;")),
    (",", gettext_lazy("Comma ,")),
    ("\t", gettext_lazy("Tab")),
    ("|", gettext_lazy("Bar |")),
)
_HEAD_LENGTH: Final = 60


class UploadForm(PortalForm):
    """A file with customers."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("CSV, at most 1 MB and %(most)s lines.") % {
            "most": ROWS_MAX
        }

    def read_content(self) -> bytes:
        """Return the file's bytes, one more than allowed at most."""
        return bytes(self.value_of("file").read(BYTES_MAX + 1))


class ImportForm(PortalForm):
    """How a file is read, and which of its columns is what."""

    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=_ENCODINGS)
    delimiter = forms.ChoiceField(label=gettext_lazy("Columns are divided by"), choices=_DELIMITERS)

    def __init__(self, *args: Any, heads: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delimiter"].strip = False  # type: ignore[attr-defined]
        choices = [("", _("– not in the file –")), *_list_columns(heads)]
        for name in FIELDS:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=str(FIELD_LABELS[name]), choices=choices, required=False
            )

    @classmethod
    def initial_of(cls, found: CustomerImport) -> dict[str, Any]:
        """Return what the form shows first."""
        columns = {f"column_{name}": str(index) for name, index in found.columns.items()}
        return {"encoding": found.encoding, "delimiter": found.delimiter, **columns}

    def read_columns(self) -> Mapping[str, int]:
        """Return the columns chosen: field → index."""
        chosen = {name: self.value_of(f"column_{name}") for name in FIELDS}
        return {name: int(index) for name, index in chosen.items() if index}


def _list_columns(heads: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (str(index), head[:_HEAD_LENGTH] or _("Column %(number)s") % {"number": index + 1})
        for index, head in enumerate(heads[:COLUMNS_MAX])
    ]
