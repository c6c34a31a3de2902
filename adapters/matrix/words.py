"""What the operator reads of the bot's Matrix account. Nothing secret is in it."""

from __future__ import annotations

from adapters.matrix.account import Account
from adapters.matrix.check import Status


def logged_in(account: Account, configured: str) -> str:
    """Return what a login came to, and what to do next; ``configured`` is the user in the configuration."""
    lines = [f"Logged in as {account.user}, and the device is signed by its user.", "", *_facts(account), ""]
    if configured != account.user:
        lines += ["Write this into config.toml:", "", "[matrix]", f'user = "{account.user}"', ""]
    lines += [
        "`causerie check` looks whether all is in order, and `causerie run` starts the bot.",
        f"Then invite {account.user} to a room.",
        "Back up what was made here, now and regularly: `causerie db backup`. Lost keys cannot be made again.",
    ]
    return "\n".join(lines)


def described(status: Status) -> str:
    """Return who the bot is, for somebody who verifies it."""
    if status.signed is None:
        signed = f"not known. {status.trouble}"
    else:
        signed = "yes, by its user" if status.signed else "no; see `causerie check`"
    return "\n".join([f"User:         {status.account.user}", *_facts(status.account), f"Signed:       {signed}"])


def _facts(account: Account) -> list[str]:
    return [
        f"Server:       {account.homeserver}",
        f"Device:       {account.device}",
        f"Fingerprint:  {account.fingerprint}",
    ]
