"""Buttons as Slack shows them: every one of a message has an ``action_id`` of its own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.limits import BUTTON_LABEL, BUTTON_VALUE, ID
from adapters.slack.runs import Reading, line
from adapters.slack.shorten import shorten
from adapters.slack.strips import Row
from bot.core.text import Button

_NUMBERED = re.compile(r"#\d+\Z")


class ButtonTooLongError(ValueError):
    """A button's action or value is longer than Slack takes, and cannot be cut."""


def action_of(action_id: str) -> str:
    """Return the action that an ``action_id`` of ours stands for."""
    return _NUMBERED.sub("", action_id)


@dataclass(slots=True)
class Shelf:
    """Gives the buttons of one message or view their ids: ``action``, and ``action#2`` for the next of the same."""

    reading: Reading
    seen: Counter[str] = field(default_factory=Counter)

    def block(self, row: Row) -> dict[str, Any]:
        """Return a row as an ``actions`` block. Raises ``ButtonTooLongError``."""
        return {"type": "actions", "elements": [self._button(button) for button in row.buttons]}

    def _button(self, button: Button) -> dict[str, Any]:
        action = self._action_id(button.action)
        if len(action) > ID or len(button.value) > BUTTON_VALUE:
            raise ButtonTooLongError(f"the button {button.action[:ID]!r} is too long for Slack")
        value = {"value": button.value} if button.value else {}
        return {"type": "button", "action_id": action, "text": plain_text(label(button, self.reading)), **value}

    def _action_id(self, action: str) -> str:
        self.seen[action] += 1
        number = self.seen[action]
        return f"{action}#{number}" if number > 1 or not action or _NUMBERED.search(action) else action


def label(button: Button, reading: Reading) -> str:
    """Return what stands on a button."""
    return shorten(line(button.label, reading), BUTTON_LABEL)


def plain_text(text: str) -> dict[str, Any]:
    """Return words as Slack's ``plain_text``, in which nothing is read but words."""
    return {"type": "plain_text", "text": text, "emoji": False}
