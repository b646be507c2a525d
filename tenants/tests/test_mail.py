from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from tenants.branding import LIGHT, compute_tokens
from tenants.hosts import snapshot_of
from tenants.models import Agency, MailMessage
from tenants.services import mail as mail_services
from tenants.services.mail import (
    LEASE_SECONDS,
    PAUSES,
    Letter,
    MailForgotten,
    MailNotFailed,
    blank_old_mail,
    deliver_mail_message,
    list_kept_mail,
    list_waiting_mail,
    queue_mail,
    render_letter,
    requeue_mail,
)
from tenants.tasks import blank_mail, deliver_mail, deliver_waiting_mail
from tenants.tests.factories import NOON, MailFactory
from tenants.tests.smtp_server import Post, running_post
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db

LETTER = Letter(subject="Benvenuta", text="Ciao\n", html="<p>Ciao</p>")


@pytest.fixture
def post(settings) -> Iterator[Post]:
    with running_post() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def test_queue_mail_writes_a_row_that_is_due(agency: Agency) -> None:
    mail = queue_mail(LETTER, recipient="ada@people.test", agency=snapshot_of(agency))

    mail.refresh_from_db()
    assert (mail.subject, mail.text, mail.html) == ("Benvenuta", "Ciao\n", "<p>Ciao</p>")
    assert (mail.agency, mail.state, mail.attempts) == (agency, "QUEUED", 0)
    assert mail.sender.startswith('"Studio Acme" <')
    assert mail.pk in list_waiting_mail(at=timezone.now())


def test_the_platform_writes_in_its_own_name() -> None:
    mail = queue_mail(LETTER, recipient="ada@people.test", agency=None)

    assert mail.sender.startswith('"Spotex" <')


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ('Acme" <evil@x.test>', '"Acme evil@x.test"'),
        ("Acme\r\nBcc: evil@x.test", '"AcmeBcc: evil@x.test"'),
        ("Città, Moda; \\", '"Città Moda "'),
        ("x" * 120, f'"{"x" * 80}"'),
    ],
)
def test_a_brand_cannot_forge_the_sender(agency: Agency, name: str, sender: str) -> None:
    agency.brand_name = name

    mail = queue_mail(LETTER, recipient="ada@people.test", agency=snapshot_of(agency))

    assert mail.sender.rsplit(" ", 1)[0] == sender


@pytest.mark.parametrize(
    ("support", "expected"), [("aiuto@acme.test", "aiuto@acme.test"), ("", None)]
)
def test_answers_go_to_the_agencys_support(
    agency: Agency, post: Post, support: str, expected: str | None
) -> None:
    Agency.objects.filter(pk=agency.pk).update(support_email=support)
    mail = queue_mail(LETTER, recipient="ada@people.test", agency=snapshot_of(agency))

    deliver_mail_message(mail_id=mail.pk, at=timezone.now())

    assert message_from_string(post.taken[-1])["Reply-To"] == expected


@pytest.mark.parametrize("color", ["#ffff00", "#ffffff", "#000000", "#39ff14"])
def test_the_button_of_a_mail_can_be_read(agency: Agency, color: str) -> None:
    agency.brand_color = color
    tokens = compute_tokens(color, LIGHT)

    letter = render_letter(
        "password_reset", agency=snapshot_of(agency), language="en", context={"link": "https://x/"}
    )

    assert f'bgcolor="{tokens.brand}"' in letter.html
    assert f'color="{tokens.on_brand}"' in letter.html


def test_a_long_subject_is_cut() -> None:
    letter = Letter(subject="x" * 500, text="Ciao\n")

    assert queue_mail(letter, recipient="a@b.test", agency=None).subject == "x" * 300


def test_queue_mail_starts_the_delivery_after_the_commit(
    post: Post, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail = queue_mail(LETTER, recipient="ada@people.test", agency=None)
        assert post.taken == []

    mail.refresh_from_db()
    assert (mail.state, len(post.taken)) == ("SENT", 1)


def test_a_mail_has_both_forms_and_an_id_that_stays(post: Post) -> None:
    mail = MailFactory(html="<p>Ciao</p>")

    deliver_mail_message(mail_id=mail.pk, at=timezone.now())

    message = message_from_string(post.taken[0])
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert message["Message-ID"].startswith(f"<{mail.public_id}@")
    assert (message["To"], message["Subject"]) == ("reader@people.test", "Oggetto")


def test_a_mail_without_html_is_plain_text(post: Post) -> None:
    deliver_mail_message(mail_id=MailFactory().pk, at=timezone.now())

    assert message_from_string(post.taken[0]).get_content_type() == "text/plain"


def test_a_delivered_mail_is_kept_for_the_mailbox(post: Post) -> None:
    mail = MailFactory(due_at=NOON)

    deliver_mail_message(mail_id=mail.pk, at=NOON)

    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.text) == ("SENT", NOON, "Testo\n")


def test_without_a_mailbox_the_text_with_its_links_is_forgotten(post: Post, settings) -> None:
    settings.SPOTEX_MAILBOX = False
    mail = MailFactory(due_at=NOON, html="<p>x</p>")

    deliver_mail_message(mail_id=mail.pk, at=NOON)

    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == ("SENT", "", "")
    assert len(post.taken) == 1


def test_a_mail_is_delivered_once(post: Post) -> None:
    mail = MailFactory(due_at=NOON)

    deliver_mail_message(mail_id=mail.pk, at=NOON)
    deliver_mail_message(mail_id=mail.pk, at=NOON + timedelta(days=1))

    assert len(post.taken) == 1


def test_a_mail_that_is_not_due_waits(post: Post) -> None:
    mail = MailFactory(due_at=NOON)

    deliver_mail_message(mail_id=mail.pk, at=NOON - timedelta(seconds=1))

    assert post.taken == []
    assert list_waiting_mail(at=NOON - timedelta(seconds=1)) == []


def test_a_mail_that_is_gone_is_no_error(post: Post) -> None:
    deliver_mail_message(mail_id=0, at=NOON)

    assert post.taken == []


def test_a_mail_is_tried_with_growing_pauses_and_then_given_up(post: Post) -> None:
    post.answers = ["451 later"] * (len(PAUSES) + 1)
    mail, at = MailFactory(due_at=NOON), NOON
    due = []

    for _ in PAUSES:
        deliver_mail_message(mail_id=mail.pk, at=at)
        mail.refresh_from_db()
        due.append((mail.due_at - at).total_seconds())
        at = mail.due_at
    before = mail.state
    deliver_mail_message(mail_id=mail.pk, at=at)

    mail.refresh_from_db()
    assert due == list(PAUSES)
    assert (before, mail.state, mail.attempts) == ("QUEUED", "FAILED", len(PAUSES) + 1)
    assert "451" in mail.last_error
    assert list_waiting_mail(at=at + timedelta(days=9)) == []


@pytest.mark.parametrize("answer", ["451 later", "550 nobody", "999 what", ""])
def test_a_refused_mail_is_delivered_once_the_receiver_recovers(post: Post, answer: str) -> None:
    post.answers = [answer]
    mail = MailFactory(due_at=NOON)

    deliver_mail_message(mail_id=mail.pk, at=NOON)
    deliver_mail_message(mail_id=mail.pk, at=NOON + timedelta(seconds=PAUSES[0]))

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, len(post.taken)) == ("SENT", 1, 1)


def test_a_receiver_that_hangs_is_left(post: Post, settings) -> None:
    assert 0 < settings.EMAIL_TIMEOUT < LEASE_SECONDS / 2
    settings.EMAIL_TIMEOUT = 0.3
    post.answers = ["hang"]
    mail = MailFactory(due_at=NOON)

    deliver_mail_message(mail_id=mail.pk, at=NOON)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, post.taken) == ("QUEUED", 1, [])


def test_a_mail_that_cannot_be_written_is_counted_and_holds_up_nobody(post: Post) -> None:
    broken = MailFactory(due_at=NOON, recipient="a\nBcc: b@people.test")
    good = MailFactory(due_at=NOON + timedelta(seconds=1))

    deliver_waiting_mail()

    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, broken.attempts, good.state) == ("QUEUED", 1, "SENT")
    assert "Invalid address" in broken.last_error


class SlowSender(BaseEmailBackend):
    """Sends for so long that somebody else takes the mail over; fails in the end if it must."""

    takes_over_at = NOON + timedelta(hours=1)
    error: Exception | None = None

    def send_messages(self, email_messages) -> int:
        MailMessage.objects.update(due_at=self.takes_over_at)
        if self.error is not None:
            raise self.error
        return len(email_messages)


@pytest.mark.parametrize("error", [None, OSError("late")])
def test_a_sender_that_lost_its_lease_writes_nothing(settings, monkeypatch, error) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.SlowSender"
    monkeypatch.setattr(SlowSender, "error", error)
    mail = MailFactory(due_at=NOON)

    deliver_mail_message(mail_id=mail.pk, at=NOON)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("QUEUED", 0)
    assert mail.due_at == SlowSender.takes_over_at


def test_nobody_listens(post: Post, settings) -> None:
    settings.EMAIL_PORT = 1
    mail = MailFactory(due_at=NOON)

    deliver_mail_message(mail_id=mail.pk, at=NOON)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("QUEUED", 1)
    assert "refused" in mail.last_error


def test_a_worker_that_died_leaves_the_mail_to_the_next(post: Post) -> None:
    leased = MailFactory(due_at=NOON + timedelta(seconds=LEASE_SECONDS))

    assert list_waiting_mail(at=NOON + timedelta(seconds=LEASE_SECONDS - 1)) == []
    assert list_waiting_mail(at=NOON + timedelta(seconds=LEASE_SECONDS)) == [leased.pk]


def test_waiting_mail_is_delivered_oldest_first_and_in_portions(post: Post) -> None:
    late = MailFactory(due_at=NOON)
    early = MailFactory(due_at=NOON - timedelta(hours=1))
    MailFactory(due_at=NOON, state="FAILED")
    MailFactory(due_at=NOON, state="SENT")

    assert list_waiting_mail(at=NOON) == [early.pk, late.pk]
    assert list_waiting_mail(at=NOON, limit=1) == [early.pk]


def test_the_periodic_task_delivers_what_was_left_behind(post: Post) -> None:
    mails = [MailFactory(due_at=NOON), MailFactory(due_at=NOON)]
    MailFactory(due_at=timezone.now() + timedelta(hours=1))

    deliver_waiting_mail(unknown="ignored")

    states = [MailMessage.objects.get(pk=mail.pk).state for mail in mails]
    assert (states, len(post.taken)) == (["SENT", "SENT"], 2)


def test_the_task_delivers_one(post: Post) -> None:
    deliver_mail(mail_id=MailFactory().pk, unknown="ignored")

    assert len(post.taken) == 1


@pytest.mark.parametrize("language", ["it", "en"])
def test_render_letter_has_one_line_of_subject(agency: Agency, language: str) -> None:
    letter = render_letter(
        "member_invited",
        agency=snapshot_of(agency),
        language=language,
        context={"full_name": "Ada", "inviter": "Olga", "link": "http://x/", "host": "h"},
    )

    assert "\n" not in letter.subject
    assert letter.text.endswith("\n")
    assert f'lang="{language}"' in letter.html


def test_a_name_cannot_write_html(agency: Agency) -> None:
    letter = render_letter(
        "member_invited",
        agency=snapshot_of(agency),
        language="en",
        context={"full_name": "<img src=x>", "inviter": "O'Neil & Co", "link": "http://x/"},
    )

    assert "<img src=x>" not in letter.html
    assert "O'Neil & Co" in letter.text


def test_list_kept_mail_is_newest_first() -> None:
    first, second = MailFactory(), MailFactory(recipient="Other@people.test")

    assert list(list_kept_mail()) == [second, first]
    assert list(list_kept_mail(recipient="other@PEOPLE.test")) == [second]
    assert str(first) == "reader@people.test: Oggetto"


@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_a_mail_once(post: Post) -> None:
    mail = MailFactory(due_at=NOON)

    results = run_together(6, lambda _: deliver_mail_message(mail_id=mail.pk, at=NOON))

    assert (results, len(post.taken)) == ([None] * 6, 1)


@pytest.mark.parametrize("state", ["SENT", "FAILED"])
def test_what_a_mail_said_is_forgotten_after_a_month(state: str) -> None:
    old, young = (MailFactory(state=state, text="Link", html="<p>Link</p>") for _ in range(2))
    MailMessage.objects.filter(pk=old.pk).update(updated_at=NOON - timedelta(days=31))
    MailMessage.objects.filter(pk=young.pk).update(updated_at=NOON - timedelta(days=29))

    assert (blank_old_mail(at=NOON), blank_old_mail(at=NOON)) == (1, 0)

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.text, old.html, bool(old.subject), young.text) == ("", "", True, "Link")
    if state == "FAILED":
        with pytest.raises(MailForgotten):
            requeue_mail(old, at=NOON)


def test_a_mail_that_waits_is_never_forgotten() -> None:
    mail = MailFactory(state="QUEUED", text="Link")
    MailMessage.objects.filter(pk=mail.pk).update(updated_at=NOON - timedelta(days=365))

    assert blank_old_mail(at=NOON) == 0


def test_old_mail_is_blanked_in_bites(monkeypatch) -> None:
    monkeypatch.setattr(mail_services, "BITE", 1)
    monkeypatch.setattr(mail_services, "MOST_BITES", 2)
    for _ in range(3):
        MailFactory(state="SENT")
    MailMessage.objects.update(updated_at=NOON)

    blanked = blank_old_mail(at=NOON + timedelta(days=31))

    assert (blanked, MailMessage.objects.exclude(text="").count()) == (2, 1)


def test_the_nightly_task_blanks_old_mail() -> None:
    MailFactory(state="SENT")
    MailMessage.objects.update(updated_at=NOON - timedelta(days=400))

    blank_mail(unknown="ignored")

    assert MailMessage.objects.get().text == ""


def test_a_failed_mail_gets_all_its_attempts_again(
    post: Post, django_capture_on_commit_callbacks
) -> None:
    mail = MailFactory(state="FAILED", attempts=6, due_at=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        requeue_mail(mail, at=NOON)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, len(post.taken)) == ("SENT", 0, 1)


@pytest.mark.parametrize("state", ["QUEUED", "SENT"])
def test_only_a_failed_mail_is_sent_again(state: str) -> None:
    with pytest.raises(MailNotFailed):
        requeue_mail(MailFactory(state=state), at=NOON)
