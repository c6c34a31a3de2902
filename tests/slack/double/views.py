"""Modals and home tabs, the triggers that open them, and the addresses that answer an interaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.slack.double.arguments import RefusalError
from tests.slack.double.blocks import view_refusal
from tests.slack.double.checks import Json
from tests.slack.double.posts import Posts
from tests.slack.double.world import ALL_SCOPES, Channel, Message

STACK = 3
USES = 5
OPEN_FOR = timedelta(minutes=30)
_DEFAULTS: Json = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "close": None,
    "submit": None,
}


@dataclass
class Trigger:
    """Opens one modal for a person, within seconds. ``at``: monotonic seconds."""

    user: str
    at: float
    used: bool = False


@dataclass
class ResponseUrl:
    """Answers one command or interaction, at most five times in thirty minutes."""

    user: str
    channel: Channel
    message: Message | None
    until: datetime
    uses: int = 0


class Views(Posts):
    """Each person has a stack of modals and a home tab. ``trigger_life``: seconds of real time."""

    def __init__(self, *, clock: Callable[[], datetime], scopes: frozenset[str] = ALL_SCOPES) -> None:
        super().__init__(clock=clock, scopes=scopes)
        self.trigger_life = 3.0
        self.url = ""
        self.response_urls: dict[str, ResponseUrl] = {}
        self._stacks: dict[str, list[Json]] = {}
        self._homes: dict[str, Json] = {}
        self._errors: dict[str, dict[str, str]] = {}
        self._triggers: dict[str, Trigger] = {}

    def views(self, user: str) -> list[Json]:
        """Return a person's open modals, the one on top last."""
        return self._stacks.setdefault(user, [])

    def view_errors(self, user: str) -> dict[str, str]:
        """Return what stands in red in the modal on top, by block id."""
        return self._errors.get(user, {})

    def home(self, user: str) -> Json | None:
        """Return what a person's home tab shows."""
        return self._homes.get(user)

    def new_trigger(self, user: str) -> str:
        """Return a trigger_id."""
        name = f"{self.new_id('')}.{self.team}.{self.seconds():x}"
        self._triggers[name] = Trigger(user, time.monotonic())
        return name

    def new_response_url(self, user: str, channel: Channel, message: Message | None = None) -> str:
        """Return an address that answers an interaction."""
        name = self.new_id("R")
        self.response_urls[name] = ResponseUrl(user, channel, message, self.clock() + OPEN_FOR)
        return f"{self.url}/respond/{name}"

    def take_trigger(self, name: str) -> str:
        """Return whose trigger it is, and use it up."""
        trigger = self._triggers.get(name)
        if trigger is None:
            raise RefusalError("invalid_trigger_id")
        if trigger.used:
            raise RefusalError("exchanged_trigger_id")
        if time.monotonic() - trigger.at > self.trigger_life:
            raise RefusalError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def open_view(self, user: str, view: object) -> Json:
        """Show a modal, instead of those that were open."""
        shown = self._made(view, "modal")
        shown["root_view_id"] = shown["id"]
        self._stacks[user] = [shown]
        self._errors.pop(user, None)
        return shown

    def push_view(self, user: str, view: object) -> Json:
        """Show a modal on top of another."""
        stack = self.views(user)
        if not stack:
            raise RefusalError("not_found")
        if len(stack) >= STACK:
            raise RefusalError("push_limit_reached")
        shown = self._made(view, "modal")
        shown |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(shown)
        self._errors.pop(user, None)
        return shown

    def update_view(self, view: object, matches: Callable[[Json], bool], expected: str = "") -> Json:
        """Show other content in an open modal or a home tab."""
        open_ones = [v for stack in self._stacks.values() for v in stack]
        found = next((v for v in [*open_ones, *self._homes.values()] if matches(v)), None)
        if found is None:
            raise RefusalError("not_found")
        self._same_hash(found, expected)
        made = self._made(view, found["type"], instead_of=found)
        kept = {k: found[k] for k in ("id", "root_view_id", "previous_view_id")}
        made["state"] = {"values": _still_there(found["state"]["values"], made["blocks"])}
        found.clear()
        found.update(made | kept)
        for user, stack in self._stacks.items():
            if stack and stack[-1] is found:
                self._errors.pop(user, None)
        return found

    def publish_view(self, user: str, view: object, expected: str = "") -> Json:
        """Show a person's home tab."""
        before = self._homes.get(user)
        if before:
            self._same_hash(before, expected)
        made = self._made(view, "home", instead_of=before)
        made["id"] = before["id"] if before else made["id"]
        made["root_view_id"] = made["id"]
        self._homes[user] = made
        return made

    def answered(self, user: str, view: Json, ack: Json) -> None:
        """Do what the ack of a submission says: without a word the modal closes."""
        stack, action = self.views(user), ack.get("response_action")
        self._errors.pop(user, None)
        try:
            if action == "errors":
                self._errors[user] = dict(ack.get("errors") or {})
                self._check_errors(user, view)
            elif action == "update":
                self.update_view(ack.get("view"), lambda v: bool(v["id"] == view["id"]))
            elif action == "push":
                self.push_view(user, ack.get("view"))
            elif action == "clear":
                stack.clear()
            elif stack and stack[-1]["id"] == view["id"]:
                stack.pop()
        except RefusalError as refusal:
            self.note_problem(user, f"{refusal.code}: {'; '.join(refusal.messages)}")

    def _check_errors(self, user: str, view: Json) -> None:
        inputs = {b["block_id"] for b in view["blocks"] if b["type"] == "input"}
        if not self._errors[user] or set(self._errors[user]) - inputs:
            self.note_problem(user, f"errors name no input block: {sorted(set(self._errors[user]) - inputs)}")

    def _made(self, view: object, kind: str, instead_of: Json | None = None) -> Json:
        refusal = view_refusal(view, kind)
        if refusal or not isinstance(view, dict):
            raise RefusalError(*(refusal or ("invalid_arguments",)))
        external = view.get("external_id")
        others = [v for stack in self._stacks.values() for v in stack] + list(self._homes.values())
        if external and any(v["external_id"] == external and v is not instead_of for v in others):
            raise RefusalError("duplicate_external_id")
        made = {**_DEFAULTS, **deepcopy(view), "blocks": self.identified(view["blocks"])}
        return made | {
            "id": self.new_id("V"),
            "team_id": self.team,
            "app_id": self.app_id,
            "app_installed_team_id": self.team,
            "bot_id": self.bot_id,
            "hash": f"{self.seconds()}.{self.new_id('h')}",
            "previous_view_id": None,
            "state": {"values": {}},
        }

    @staticmethod
    def _same_hash(view: Json, expected: str) -> None:
        if expected and expected != view["hash"]:
            raise RefusalError("hash_conflict")


def _still_there(values: Json, blocks: list[Json]) -> Json:
    """Return what was typed into inputs that an update leaves in place."""
    ids = {(b["block_id"], b["element"]["action_id"]) for b in blocks if b["type"] == "input"}
    typed = {block: {a: v for a, v in inputs.items() if (block, a) in ids} for block, inputs in values.items()}
    return {block: inputs for block, inputs in typed.items() if inputs}
