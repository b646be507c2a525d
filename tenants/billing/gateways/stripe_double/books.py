"""What the double remembers, and the rules by which its objects change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tenants.billing.gateways.stripe_double.cards import CARDS
from tenants.billing.gateways.stripe_double.shapes import (
    Thing,
    make_account,
    make_charge,
    make_endpoint,
    make_event,
    make_intent,
    make_refund,
    now,
)

CANCELLABLE: Final = {
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
}
_PAYABLE: Final = {"requires_payment_method", "requires_confirmation"}


class Refused(Exception):
    """The answer of Stripe's shape to what cannot be done."""

    def __init__(self, message: str, *, status: int = 400, **fields: object) -> None:
        super().__init__(message)
        self.status = status
        self.error: Thing = {"type": "invalid_request_error", "message": message, **fields}


@dataclass
class Books:
    """Everything by id; every object belongs to an account, ``""`` for the platform."""

    base: str = ""
    things: dict[str, Thing] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    """The account of each thing."""

    events: list[Thing] = field(default_factory=list)
    refuses_captures: bool = False
    """Whether no money is taken for now, as while Stripe examines an account."""

    def find(self, reference: str, *, kind: str, account: str) -> Thing:
        """Return a thing of an account.

        Raises:
            Refused: there is none.
        """
        thing = self.things.get(reference)
        if thing is None or thing["object"] != kind or self.accounts[reference] != account:
            raise Refused(
                f"No such {kind}: '{reference}'", status=404, code="resource_missing", param="id"
            )
        return thing

    def list_of(self, kind: str, *, account: str) -> list[Thing]:
        """Return all things of a kind in an account, the oldest first."""
        return [
            thing
            for reference, thing in self.things.items()
            if thing["object"] == kind and self.accounts[reference] == account
        ]

    def keep(self, thing: Thing, *, account: str) -> Thing:
        """Remember a new thing."""
        self.things[thing["id"]] = thing
        self.accounts[thing["id"]] = account
        return thing

    def tell(self, kind: str, thing: Thing) -> None:
        """Write down that something happened."""
        event = make_event(kind, thing, account=self.accounts[thing["id"]])
        self.events.append(event)

    def create_intent(self, given: Thing, *, account: str) -> Thing:
        """Open a payment; with a method and ``confirm`` it is tried at once.

        Raises:
            Refused: a parameter is missing or wrong, or the card was.
        """
        for name in ("amount", "currency"):
            if name not in given:
                raise Refused(
                    f"Missing required param: {name}.", code="parameter_missing", param=name
                )
        if int(given["amount"]) < 50:
            raise Refused(
                "Amount must be at least 50 cents", code="amount_too_small", param="amount"
            )
        intent = self.keep(make_intent(given), account=account)
        self.tell("payment_intent.created", intent)
        if given.get("confirm") == "true":
            return self.confirm(intent, given)
        return intent

    def confirm(self, intent: Thing, given: Thing) -> Thing:
        """Try to pay with a test card.

        Raises:
            Refused: it is not the time for it, or the bank said no.
        """
        if intent["status"] not in _PAYABLE:
            raise _unexpected(intent, "confirm")
        card = CARDS.get(str(given.get("payment_method", intent["payment_method"])))
        if card is None:
            raise Refused("No such PaymentMethod", code="resource_missing", param="payment_method")
        intent["payment_method"] = given.get("payment_method", intent["payment_method"])
        if card.code:
            self._decline(intent, code=card.code, decline_code=card.decline_code)
        if card.asks:
            intent["status"] = "requires_action"
            url = f"{self.base}/approve/{intent['id']}"
            intent["next_action"] = {
                "type": "redirect_to_url",
                "redirect_to_url": {"url": url, "return_url": given.get("return_url")},
            }
            self.tell("payment_intent.requires_action", intent)
            return intent
        return self.reserve(intent)

    def reserve(self, intent: Thing) -> Thing:
        """Reserve the money, and take it unless it is to be taken by hand."""
        charge = self.keep(make_charge(intent), account=self.accounts[intent["id"]])
        intent |= {"latest_charge": charge["id"], "next_action": None, "last_payment_error": None}
        if intent["capture_method"] != "manual":
            return self._take(intent, amount=intent["amount"])
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        self.tell("payment_intent.amount_capturable_updated", intent)
        return intent

    def answer_approval(self, intent: Thing, *, approved: bool) -> Thing:
        """End the bank's question; a refusal asks for another card."""
        if intent["status"] == "requires_action" and approved:
            return self.reserve(intent)
        if intent["status"] == "requires_action":
            self._note_failure(
                intent, code="payment_intent_authentication_failure", decline_code=""
            )
        return intent

    def capture(self, intent: Thing, given: Thing) -> Thing:
        """Take money that is reserved.

        Raises:
            Refused: there is none, or not so much.
        """
        if intent["status"] != "requires_capture":
            raise _unexpected(intent, "capture")
        if self.refuses_captures:
            raise Refused("Your account cannot make live charges.", code="account_invalid")
        amount = int(str(given.get("amount_to_capture") or intent["amount_capturable"]))
        if amount > intent["amount_capturable"]:
            raise Refused("Too much to capture", code="amount_too_large", param="amount_to_capture")
        return self._take(intent, amount=amount)

    def cancel(self, intent: Thing, given: Thing) -> Thing:
        """Let the money go.

        Raises:
            Refused: it was taken, or let go already.
        """
        if intent["status"] not in CANCELLABLE:
            raise _unexpected(intent, "cancel")
        intent |= {
            "status": "canceled",
            "amount_capturable": 0,
            "canceled_at": now(),
            "cancellation_reason": given.get("cancellation_reason"),
            "next_action": None,
        }
        self.tell("payment_intent.canceled", intent)
        return intent

    def refund(self, given: Thing, *, account: str) -> Thing:
        """Give some of the money back.

        Raises:
            Refused: there is nothing, or not so much, to give back.
        """
        intent = self.find(str(given.get("payment_intent")), kind="payment_intent", account=account)
        if intent["status"] != "succeeded":
            raise Refused("This PaymentIntent does not have a successful charge to refund.")
        charge = self.things[intent["latest_charge"]]
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = int(given["amount"]) if "amount" in given else left
        if not 0 < amount <= left:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount ({left})",
                code="charge_already_refunded" if not left else "amount_too_large",
                param="amount",
            )
        fails = CARDS[intent["payment_method"]].refund_fails
        made = make_refund(
            intent, amount=amount, status="pending" if fails else "succeeded", given=given
        )
        refund = self.keep(made, account=account)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self.tell("charge.refunded", charge)
        self.tell("refund.created", refund)
        return refund

    def fail_refund(self, refund: Thing) -> Thing:
        """Let a pending refund come back from the bank."""
        refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        self.things[refund["charge"]]["amount_refunded"] -= refund["amount"]
        self.tell("refund.failed", refund)
        return refund

    def create_account(self, given: Thing) -> Thing:
        """Open a connected account."""
        return self.keep(make_account(given), account="")

    def answer_questions(self, account: Thing) -> Thing:
        """Let a connected account take money: its owner answered what Stripe asks."""
        account |= {"charges_enabled": True, "details_submitted": True, "payouts_enabled": True}
        account["capabilities"] = {"card_payments": "active", "transfers": "active"}
        event = make_event("account.updated", account, account=account["id"])
        self.events.append(event)
        return account

    def create_endpoint(self, given: Thing) -> Thing:
        """Note where messages go.

        Raises:
            Refused: it has no address.
        """
        if "url" not in given:
            raise Refused("Missing required param: url.", code="parameter_missing", param="url")
        return self.keep(make_endpoint(given), account="")

    def _take(self, intent: Thing, *, amount: int) -> Thing:
        charge = self.things[intent["latest_charge"]]
        charge |= {"captured": True, "amount_captured": amount}
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        self.tell("charge.captured", charge)
        self.tell("payment_intent.succeeded", intent)
        return intent

    def _decline(self, intent: Thing, *, code: str, decline_code: str) -> None:
        self._note_failure(intent, code=code, decline_code=decline_code)
        error = intent["last_payment_error"]
        raise Refused(
            error["message"],
            status=402,
            type="card_error",
            code=code,
            decline_code=decline_code,
            payment_intent={**intent},
        )

    def _note_failure(self, intent: Thing, *, code: str, decline_code: str) -> None:
        intent |= {
            "status": "requires_payment_method",
            "next_action": None,
            "last_payment_error": {
                "type": "card_error",
                "code": code,
                "decline_code": decline_code,
                "message": "Your card was declined.",
            },
        }
        self.tell("payment_intent.payment_failed", intent)


def _unexpected(intent: Thing, action: str) -> Refused:
    return Refused(
        f"You cannot {action} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent={**intent},
    )
