"""Commands, buttons, modals, home tabs and shortcuts: what people do that the app must answer at once."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from copy import deepcopy

from tests.slack.double.checks import Json
from tests.slack.double.filling import Field, Given, check, chosen, fields, fill
from tests.slack.double.places import Places
from tests.slack.double.responses import show_ack
from tests.slack.double.shapes import person_json, place_json
from tests.slack.double.sockets import Envelope
from tests.slack.double.world import Message

_NAMED = re.compile(r"<([@#])(\w+)>")


class Interactions(Places):
    """Each act returns its envelope: ``acked``, ``answer`` and ``failed`` tell how it went."""

    def slash(self, user: str, channel: str, text: str, command: str = "/causerie") -> Envelope:
        """Let someone type a command; ids in it get their names, as with should_escape."""
        self._can_write(user, channel)
        place, address = self.channels[channel], self.new_response_url(user, self.channels[channel])
        names = {"im": "directmessage", "group": "privategroup", "mpim": place.name}
        return self.send(
            "slash_commands",
            {
                "token": "verification",
                "team_id": self.team,
                "team_domain": self.team_domain,
                "channel_id": channel,
                "channel_name": names.get(place.kind, place.name),
                "user_id": user,
                "user_name": self.users[user].name.lower(),
                "command": command,
                "text": self._escaped(text),
                "api_app_id": self.app_id,
                "is_enterprise_install": "false",
                "response_url": address,
                "trigger_id": self.new_trigger(user),
            },
            lambda ack: show_ack(self, address, ack),
        )

    def press(self, user: str, channel: str, ts: str, action_id: str, value: str | None = None) -> Envelope:
        """Let someone press a button of a message, or choose ``value`` from one of its menus."""
        self._can_write(user, channel)
        message = self._before(user, channel, ts)
        found = self._field(message.blocks, action_id, None, value)
        container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": message.ephemeral}
        if message.is_reply:
            container["thread_ts"] = message.thread_ts
        place = self.channels[channel]
        payload = self._by(user, "block_actions") | {
            "container": container,
            "channel": place_json(place),
            "state": {"values": {}},
            "response_url": self.new_response_url(user, place, message),
            "actions": [self._action(found, value)],
        }
        if not message.ephemeral:
            payload["message"] = self.shown(message)
        return self.send("interactive", payload)

    def press_in_view(
        self, user: str, action_id: str, block_id: str | None = None, *, view: str = "modal", value: str | None = None
    ) -> Envelope:
        """Let someone press a button of the modal on top, or of their home tab with ``view="home"``."""
        shown = self._view(user, view)
        found = self._field(shown["blocks"], action_id, block_id, value)
        fill(shown, {action_id: value} if value and found.element["type"] not in {"button", "overflow"} else {})
        container = {"type": "view", "view_id": shown["id"]}
        action = self._action(found, value)
        return self.send(
            "interactive",
            self._by(user, "block_actions") | {"container": container, "view": deepcopy(shown), "actions": [action]},
        )

    def fill(self, user: str, values: Mapping[str, Given]) -> None:
        """Let someone type into the modal on top without submitting it."""
        fill(self._view(user, "modal"), values)

    def submit(self, user: str, values: Mapping[str, Given] | None = None) -> Envelope:
        """Let someone submit the modal on top; what they leave keeps its value."""
        view = self._view(user, "modal")
        fill(view, values or {})
        check(view)
        payload = self._by(user, "view_submission") | {"view": deepcopy(view), "response_urls": []}
        return self.send("interactive", payload, lambda ack: self.answered(user, payload["view"], ack))

    def close_view(self, user: str) -> Envelope | None:
        """Let someone close the modal on top; the app is told if it asked for it."""
        view = self.views(user).pop()
        if not view["notify_on_close"]:
            return None
        return self.send("interactive", self._by(user, "view_closed") | {"view": view, "is_cleared": False})

    def open_home(self, user: str, tab: str = "home") -> None:
        """Let someone open the app's home tab, or its messages."""
        event: Json = {"type": "app_home_opened", "user": user, "channel": self.direct(user), "tab": tab}
        if tab == "home" and (view := self.home(user)):
            event["view"] = view
        self.emit(event)

    def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Envelope:
        """Let someone choose one of the app's entries in a message's menu."""
        message = self._standing(channel, ts)
        place = self.channels[channel]
        return self.send(
            "interactive",
            self._by(user, "message_action")
            | {
                "callback_id": callback_id,
                "channel": place_json(place),
                "message_ts": ts,
                "message": self.shown(message),
                "action_ts": f"{self.seconds()}.000000",
                "response_url": self.new_response_url(user, place, message),
            },
        )

    def _by(self, user: str, kind: str) -> Json:
        if self.users[user].deleted:
            raise ValueError(f"{user} is deactivated")
        return {
            "type": kind,
            "token": "verification",
            "api_app_id": self.app_id,
            "team": {"id": self.team, "domain": self.team_domain},
            "user": person_json(self, user),
            "trigger_id": self.new_trigger(user),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _before(self, user: str, channel: str, ts: str) -> Message:
        whispered = [m for m in self.whispers.get(user, []) if m.channel == channel and m.ts == ts and not m.deleted]
        return whispered[0] if whispered else self._standing(channel, ts)

    def _view(self, user: str, view: str) -> Json:
        shown = self.home(user) if view == "home" else next(reversed(self.views(user)), None)
        if shown is None:
            raise ValueError(f"{user} has no {view} open")
        return shown

    @staticmethod
    def _field(blocks: list[Json], action_id: str, block_id: str | None, value: str | None) -> Field:
        found = [f for f in fields(blocks) if f.element["action_id"] == action_id]
        found = [f for f in found if block_id in {None, f.block["block_id"]}]
        buttons = [f for f in found if f.element["type"] == "button" and value in {None, f.element.get("value", "")}]
        others = [f for f in found if f.element["type"] != "button"]
        if not buttons and not others:
            raise ValueError(f"no such button: {action_id} {value}")
        return [*buttons, *others][0]

    def _action(self, found: Field, value: str | None) -> Json:
        block, action = found.names
        base = {"action_id": action, "block_id": block, "action_ts": f"{self.seconds()}.000000"}
        element = found.element
        if element["type"] != "button":
            return base | chosen(element, value or "")
        shown = {"type": "button", "text": element["text"], "value": element.get("value")}
        return base | {k: v for k, v in shown.items() if v is not None}

    def _escaped(self, text: str) -> str:
        parts, last = [], 0
        for found in _NAMED.finditer(text):
            parts.append(html.escape(text[last : found.start()], quote=False))
            parts.append(f"<{found[1]}{found[2]}|{self.names().get(found[2], '')}>")
            last = found.end()
        return "".join([*parts, html.escape(text[last:], quote=False)])
