"""What the configuration says of Matrix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import CauserieError

EVERYBODY = "*"
USER = r"^@[^\s:]+:\S+$"
SERVER = r"^(https?://\S+|[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?)?$"
"""An address, or a server's name as the specification has it, or nothing."""


class SettingsRefusedError(CauserieError):
    """Matrix cannot be used as it is configured; config.example.toml explains each key."""


class MatrixSettings(BaseModel):
    """The adapter's table of the configuration.

    ``homeserver`` is the address of the client-server API, or a server's name, for which that is looked up at login;
    empty, it is what was found at login. ``user`` is the bot's whole user id. ``prefix`` begins a command.
    ``invites``: the servers and user ids from which invitations are accepted; without any, the bot's own server.
    ``moderator_level`` is the power level from which somebody may found and coordinate a room's community, and
    ``coordinators`` are those who may whatever their level. ``ignored`` is never heard nor written to: other bots,
    bridges' puppets. In these three lists ``*`` stands for any characters. ``encrypt_direct``: rooms for two that the
    bot opens are encrypted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    homeserver: str = Field("", pattern=SERVER)
    user: str = Field(pattern=USER)
    prefix: str = Field("!causerie", pattern=r"^\S+$")
    invites: tuple[str, ...] = ()
    moderator_level: int = Field(50, ge=0, le=100)
    coordinators: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    encrypt_direct: bool = True

    @property
    def server(self) -> str:
        """The name of the bot's own server."""
        return server_of(self.user)

    @property
    def open_to_everybody(self) -> bool:
        """Whether anybody's invitation is accepted."""
        return EVERYBODY in self.invites

    def accepts(self, inviter: str) -> bool:
        """Whether an invitation from a user id is accepted."""
        allowed = self.invites or (self.server,)
        return not self.ignores(inviter) and (_among(inviter, allowed) or _among(server_of(inviter), allowed))

    def ignores(self, user: str) -> bool:
        """Whether a user id is never heard nor written to."""
        return _among(user, self.ignored)

    def may_coordinate(self, user: str) -> bool:
        """Whether a user id may coordinate whatever its power level is."""
        return _among(user, self.coordinators)


def read(table: Mapping[str, Any]) -> MatrixSettings:
    """Return the settings in the adapter's table. Raises SettingsRefusedError, which names keys and no values."""
    try:
        return MatrixSettings.model_validate(dict(table))
    except ValidationError as error:
        wrong = sorted({f"matrix.{e['loc'][0]}" for e in error.errors(include_input=False)})
        raise SettingsRefusedError(f"{', '.join(wrong)} missing, or not of its form") from None


def server_of(user: str) -> str:
    """Return the server's name in a user id."""
    return user.partition(":")[2]


def _among(what: str, patterns: Iterable[str]) -> bool:
    return any(re.fullmatch(re.escape(p).replace(r"\*", ".*"), what) for p in patterns)
