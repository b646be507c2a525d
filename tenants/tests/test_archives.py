"""An agency goes out and comes back, and nothing that is not one comes in."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.archive_format import ArchiveInvalid, is_archive_name, read_manifest
from tenants.customers.models import Contact
from tenants.customers.services.customers import create_customer
from tenants.models import Agency, Membership, User
from tenants.services.archiving import write_archive
from tenants.services.restoring import ArchiveRefused, restore_archive


@pytest.fixture
def filled(agency, owner_actor, contact, settings, tmp_path):
    """The agency with customers, a contact, an invitation and a logo."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with agency_scope(agency):
        create_customer(actor=owner_actor, name='Bar "Sport",\n=1+1', email="a@b.test", notes="\\N")
        Contact.objects.create(
            customer=contact.customer,
            email="later@b.test",
            full_name="",
            role="VIEWER",
            state="INVITED",
            token_digest="5ecret" * 10,
        )
    name = f"agencies/{agency.schema_name}/brand/logo.png"
    agency.brand_logo.name = default_storage.save(name, ContentFile(b"\x89PNG"))
    agency.brand_color = "#123456"
    agency.save()
    return agency


def _export(agency) -> bytes:
    target = io.BytesIO()
    write_archive(agency, target, at=timezone.now())
    return target.getvalue()


def _restore(archive: bytes, slug: str = "again") -> Agency:
    return restore_archive(io.BytesIO(archive), slug=slug)


def _read_tables(schema: str) -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        tables = sorted(row[0] for row in cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{schema}"."{table}" t ORDER BY 1')
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def _change(archive: bytes, change) -> bytes:
    """Return the archive with its files changed, and a manifest that fits unless changed too."""
    source = zipfile.ZipFile(io.BytesIO(archive))
    files = {name: source.read(name) for name in source.namelist()}
    manifest = json.loads(files["manifest.json"])
    change(files, manifest)
    for entry in manifest["files"] if isinstance(manifest["files"], list) else []:
        if entry["name"] in files and entry.get("fit", True):
            entry["bytes"] = len(files[entry["name"]])
            entry["sha256"] = hashlib.sha256(files[entry["name"]]).hexdigest()
        entry.pop("fit", None)
    files["manifest.json"] = json.dumps(manifest).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return target.getvalue()


def test_every_table_comes_back_as_it_was(filled) -> None:
    before = _read_tables(filled.schema_name)

    again = _restore(_export(filled))

    after = _read_tables(again.schema_name)
    assert set(before) == set(after)
    with agency_scope(again):
        told = ActivityEntry.objects.get(event="tenants.agency.restored")
        told_line = next(row for row in after["kernel_activityentry"] if told.public_id in row)
    after["kernel_activityentry"].remove(told_line)
    after["customers_contact"] = [row.replace(',"",', ",,") for row in after["customers_contact"]]
    before["customers_contact"] = [
        row.replace("5ecret" * 10, "").replace(',"",', ",,") for row in before["customers_contact"]
    ]
    for table in set(before) - {"django_migrations"}:
        assert sorted(before[table]) == sorted(after[table]), table
    assert len(before["customers_customer"]) == 2
    assert before["kernel_activityentry"]


def test_people_brand_and_files_come_back(filled, owner) -> None:
    again = _restore(_export(filled))

    assert again.brand_color == "#123456"
    assert again.brand_logo.read() == b"\x89PNG"
    assert again.brand_logo.name.startswith(f"agencies/{again.schema_name}/brand/")
    assert Membership.objects.filter(agency=again, user=owner, role="OWNER").exists()
    roles = [
        sorted(Membership.objects.filter(agency=one).values_list("user_id", "role"))
        for one in (filled, again)
    ]
    assert roles[0] == roles[1]


def test_new_rows_get_new_keys_after_a_restore(filled, owner_actor) -> None:
    again = _restore(_export(filled))

    with agency_scope(again):
        made = create_customer(actor=owner_actor, name="Nuovo", email="n@b.test")

    assert made.pk


def test_people_who_are_unknown_here_are_made_without_a_password(filled, contact) -> None:
    def rename(files, manifest) -> None:
        name = "platform/people.json"
        files[name] = files[name].replace(contact.user.email.encode(), b"unknown@b.test")

    again = _restore(_change(_export(filled), rename))

    made = User.objects.get(email="unknown@b.test")
    assert not made.has_usable_password()
    assert made.public_id != contact.user.public_id
    with agency_scope(again):
        assert Contact.objects.filter(user=made).count() == 1


def test_no_secret_leaves(filled, owner) -> None:
    archive = zipfile.ZipFile(io.BytesIO(_export(filled)))

    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"5ecret" not in everything
    assert owner.password.encode() not in everything
    assert b"pbkdf2" not in everything
    assert b"argon2" not in everything
    assert b"kernel_idempotencykey" not in everything


def _truncate(files, manifest) -> None:
    files["tables/customers_customer.csv"] = files["tables/customers_customer.csv"][:-9]


def _lie(files, manifest) -> None:
    entry = next(e for e in manifest["files"] if e["name"].endswith("customers_customer.csv"))
    entry.update(sha256="0" * 64, fit=False)


def _grow(files, manifest) -> None:
    entry = next(e for e in manifest["files"] if e["name"].endswith("customers_customer.csv"))
    entry.update(bytes=entry["bytes"] - 1, fit=False)


def _escape(files, manifest) -> None:
    files["media/../../../x"] = b"x"
    manifest["files"].append({**manifest["files"][0], "name": "media/../../../x"})


def _smuggle(files, manifest) -> None:
    files["tables/django_migrations.csv"] = b"id\n"
    manifest["files"].append(
        {**manifest["files"][0], "name": "tables/django_migrations.csv", "rows": 0}
    )


def _forget_table(files, manifest) -> None:
    manifest["files"] = [
        e for e in manifest["files"] if e["name"] != "tables/customers_customer.csv"
    ]


def _forget_file(files, manifest) -> None:
    del files["tables/customers_customer.csv"]


def _forget_agency(files, manifest) -> None:
    manifest["files"] = [e for e in manifest["files"] if e["name"] != "platform/agency.json"]


def _forget_people(files, manifest) -> None:
    files["platform/people.json"] = b"[]"


def _forget_contact(files, manifest) -> None:
    rows = json.loads(files["platform/people.json"])
    kept = [row for row in rows if row["email"] != "gino@trattoria.test"]
    files["platform/people.json"] = json.dumps(kept).encode()


def _forget_owner(files, manifest) -> None:
    files["platform/members.json"] = files["platform/members.json"].replace(b"OWNER", b"ADMIN")


def _miscount(files, manifest) -> None:
    entry = next(e for e in manifest["files"] if e["name"].endswith("customers_customer.csv"))
    entry["rows"] += 1


def _duplicate(files, manifest) -> None:
    manifest["files"].append(manifest["files"][0])


def _age(files, manifest) -> None:
    manifest["fingerprint"] = "0" * 64


def _renumber(files, manifest) -> None:
    manifest["format"] = 2


def _colour(files, manifest) -> None:
    files["platform/agency.json"] = files["platform/agency.json"].replace(b"#123456", b"red;}")


def _scramble(files, manifest) -> None:
    manifest["files"] = "x"


def _inflate(files, manifest) -> None:
    manifest["files"][0].update(bytes=10**15, fit=False)


@pytest.mark.parametrize(
    "change",
    [
        *(_truncate, _lie, _grow, _escape, _smuggle, _forget_table, _forget_file, _forget_agency),
        *(_forget_people, _forget_contact, _forget_owner, _miscount, _duplicate, _age),
        *(_renumber, _colour, _scramble, _inflate),
    ],
)
def test_an_archive_that_was_changed_restores_nothing(filled, change) -> None:
    archive = _change(_export(filled), change)

    with pytest.raises(ArchiveRefused):
        _restore(archive)

    assert not Agency.objects.filter(slug="again").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_a_file_that_is_no_archive_restores_nothing(db, content) -> None:
    with pytest.raises(ArchiveRefused):
        _restore(content)


def test_a_manifest_may_not_be_huge(filled) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", b" " * (8 * 1024 * 1024 + 1))

    with pytest.raises(ArchiveRefused, match="too large"):
        _restore(target.getvalue())


@pytest.mark.parametrize(
    "name",
    [
        *("../x", "/etc/passwd", "media/../x", "media/a/../../x", "media//x", "media/.ssh"),
        *("tables/a b.csv", "tables/x.csv/..", "C:\\x", "media\\x", "media/a\0b", "other/x", ""),
    ],
)
def test_a_name_outside_the_three_folders_is_refused(name) -> None:
    assert not is_archive_name(name)


@pytest.mark.parametrize("value", [None, [], {}, {"files": [1]}, {"files": [{}]}])
def test_a_manifest_of_another_shape_is_refused(value) -> None:
    with pytest.raises(ArchiveInvalid):
        read_manifest(value)


def test_a_file_with_a_strange_name_gets_a_harmless_one(filled) -> None:
    default_storage.save(f"agencies/{filled.schema_name}/brand/=cmd|'.png", ContentFile(b"x"))

    names = zipfile.ZipFile(io.BytesIO(_export(filled))).namelist()

    assert all(name == "manifest.json" or is_archive_name(name) for name in names)
    assert len([name for name in names if name.startswith("media/")]) == 2


def test_the_commands_write_and_restore(filled, tmp_path, capsys) -> None:
    file = tmp_path / "acme.zip"

    call_command("export_agency", filled.slug, str(file))
    call_command("restore_agency", str(file), "again", "--name", "Di nuovo")

    assert file.stat().st_mode & 0o077 == 0
    assert Agency.objects.get(slug="again").name == "Di nuovo"
    assert "Di nuovo: http" in capsys.readouterr().out
    with agency_scope(filled):
        assert ActivityEntry.objects.filter(event="tenants.agency.exported").exists()


def test_the_commands_say_why_not(filled, tmp_path) -> None:
    there = tmp_path / "there.zip"
    there.write_bytes(b"")

    for arguments in (
        ("export_agency", "nobody", str(tmp_path / "x.zip")),
        ("export_agency", filled.slug, str(there)),
        ("export_agency", filled.slug, str(tmp_path / "no" / "x.zip")),
        ("restore_agency", str(tmp_path / "missing.zip"), "again"),
        ("restore_agency", str(there), "again"),
    ):
        with pytest.raises(CommandError):
            call_command(*arguments)
    assert [path.name for path in tmp_path.glob("*.zip")] == ["there.zip"]
