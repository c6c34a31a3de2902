"""What can be wrong when the operator's commands ask a Matrix server, each with a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.matrix.http import AwayError, RefusedError
from bot.core.errors import CauserieError

MINUTE = 60
HOUR = 3600


class ServerAwayError(CauserieError):
    """The Matrix server cannot be reached; check matrix.homeserver, and whether this machine is online."""


class ServerUnknownError(CauserieError):
    """No Matrix server is found under this name; correct it, or write its https address into matrix.homeserver."""


class ServerRefusedError(CauserieError):
    """The Matrix server refuses; its word for why is at the end."""


class RateLimitedError(CauserieError):
    """The Matrix server asks to wait; nothing was changed."""


class WrongPasswordError(CauserieError):
    """The Matrix server does not take this user and password; type them again."""


class UserGoneError(CauserieError):
    """The Matrix user is deactivated or locked; use another, or ask who runs the server."""


class PasswordsOffError(CauserieError):
    """The Matrix server takes no passwords; give an access token with --token."""


class TokenRefusedError(CauserieError):
    """The Matrix server does not take this access token; make a new one."""


class DeviceMissingError(CauserieError):
    """The access token belongs to no device, so nothing could be encrypted; log in with a password instead."""


class DeviceTakenError(CauserieError):
    """The access token's device has keys of another program already; log in with a password instead."""


class AlreadyLoggedInError(CauserieError):
    """The bot is logged in to Matrix already; with --again it is logged in as a new device, which has new keys."""


class UserIdError(CauserieError):
    """This is no Matrix user id; one looks like @causerie:example.org."""


@contextmanager
def sentences(address: str) -> Iterator[None]:
    """Turn what a request raises into a sentence for the operator."""
    try:
        yield
    except RefusedError as refused:
        if refused.code == "M_LIMIT_EXCEEDED":
            raise RateLimitedError(f"try again in {duration(refused.after)}") from None
        if refused.code in {"M_USER_DEACTIVATED", "M_USER_LOCKED", "M_USER_SUSPENDED"}:
            raise UserGoneError(refused.code) from None
        raise ServerRefusedError(f"{address}, {refused}") from None
    except AwayError as away:
        raise ServerAwayError(f"{address}, {away}") from None


def duration(seconds: float | None) -> str:
    """Return a wait in words, rounded up: a person waits for it."""
    if seconds is None:
        return "some minutes"
    for unit, name in ((HOUR, "hour"), (MINUTE, "minute"), (1, "second")):
        if seconds > unit or unit == 1:
            count = max(1, -(-int(seconds + 0.999) // unit))
            return f"{count} {name}" + ("s" if count > 1 else "")
    raise AssertionError(seconds)
