"""What the configuration says of Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import CauserieError

API_URL = "https://slack.com/api/"


class SettingsRefusedError(CauserieError):
    """Slack cannot be used as it is configured; docs/slack.md tells where its two tokens are."""


class SlackSettings(BaseModel):
    """The adapter's table of the configuration.

    ``api_url`` is the base address of the Web API. ``guests``: people with a guest account take part too.
    ``shared_channels``: channels that are shared with other organisations may be homes; their people stay strangers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    bot_token: str = Field(pattern="^xoxb-", repr=False)
    app_token: str = Field(pattern="^xapp-", repr=False)
    api_url: str = Field(API_URL, pattern="^https?://")
    guests: bool = False
    shared_channels: bool = False


def read(table: Mapping[str, Any]) -> SlackSettings:
    """Return the settings in the adapter's table. Raises SettingsRefusedError, which names keys and no values."""
    try:
        return SlackSettings.model_validate(dict(table))
    except ValidationError as error:
        wrong = sorted({f"slack.{e['loc'][0]}" for e in error.errors(include_input=False)})
        raise SettingsRefusedError(f"{', '.join(wrong)} missing, or not of its form") from None
