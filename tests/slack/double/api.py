"""The Web API's methods by name, and the rights that each needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.slack.double.arguments import Arguments, RefusalError
from tests.slack.double.checks import Json
from tests.slack.double.views import Views
from tests.slack.double.world import Channel

Handler = Callable[[Views, Arguments], Json]
READ = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


@dataclass(frozen=True)
class Method:
    """A method, and the scope it needs whatever it is asked for."""

    handler: Handler
    scope: str | None


METHODS: dict[str, Method] = {}


def method(name: str, scope: str | None = None) -> Callable[[Handler], Handler]:
    """Give a function its method's name."""

    def named(handler: Handler) -> Handler:
        METHODS[name] = Method(handler, scope)
        return handler

    return named


def call(slack: Views, name: str, args: Arguments) -> Json:
    """Return a method's answer, or raise RefusalError."""
    if name not in METHODS:
        raise RefusalError("unknown_method", req_method=name)
    if scope := METHODS[name].scope:
        need(slack, scope)
    return {"ok": True, **METHODS[name].handler(slack, args)}


def need(slack: Views, *scopes: str) -> None:
    """Refuse when none of these scopes was granted."""
    if not slack.scopes & set(scopes):
        raise RefusalError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(slack.scopes)))


def visible(slack: Views, args: Arguments, right: str = "read") -> Channel:
    """Return a conversation that the bot can see, if it has the right for this kind of conversation."""
    channel = slack.channels.get(args.required("channel"))
    if channel is None or (channel.kind != "channel" and not slack.has_bot(channel)):
        raise RefusalError("channel_not_found")
    need(slack, f"{READ[channel.kind]}:{right}")
    return channel


def own(slack: Views, channel: str) -> Channel:
    """Return a conversation that the bot is in and may write in."""
    found = slack.channels.get(channel)
    if found is None or (found.kind != "channel" and not slack.has_bot(found)):
        raise RefusalError("channel_not_found")
    if not slack.has_bot(found):
        raise RefusalError("not_in_channel")
    if found.archived or (found.kind == "im" and any(slack.users[m].deleted for m in found.members)):
        raise RefusalError("is_archived")
    return found
