"""An envelope, understood: the fact in it, if there is one, and the place where whoever waits can be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.slack import hear
from adapters.slack.forms import meta_of, values_of
from adapters.slack.render import action_of
from adapters.slack.values import Envelope, Me, Payload, Place
from bot.core.incoming import Incoming, Pressed, Submitted
from bot.core.model import Fact


@dataclass(frozen=True, slots=True)
class Asking:
    """What an envelope brings.

    ``foreign``: it is not for this workspace. ``event``: what it tells besides the fact. ``channel_name``: what it
    calls the channel, for one into which the bot may not look.
    """

    fact: Incoming | None = None
    place: Place | None = None
    event: Payload | None = None
    foreign: bool = False
    channel_name: str | None = None
    collects: bool = False


def asked(me: Me, envelope: Envelope, now: datetime) -> Asking:
    """Return what an envelope brings; ``now`` is the engine's instant."""
    payload, at = envelope.payload, envelope.at
    match envelope.kind:
        case "events_api":
            return _event(me, payload, at)
        case "slash_commands":
            return _slash(me, payload, now, at)
        case "interactive":
            return _interactive(me, payload, now, at)
        case _:
            return Asking()


def _event(me: Me, payload: Payload, at: float) -> Asking:
    teams = {payload.get("team_id"), *(a.get("team_id") for a in payload.get("authorizations") or ())}
    if me.team not in teams:
        return Asking(foreign=True)
    told = payload["event"]
    fact = hear.event(me, told)
    if fact is None:
        return Asking(event=told)
    author, channel = getattr(fact, "author", None), getattr(fact, "channel", None)
    place = Place(user=author, at=at, channel=channel, thread=getattr(fact, "thread", None)) if author else None
    # That the bot came into a channel is news of the channel too.
    return Asking(fact=fact, place=place, event=told if fact.kind in {"invited", "joined", "left"} else None)


def _slash(me: Me, payload: Payload, now: datetime, at: float) -> Asking:
    if payload.get("team_id") != me.team:
        return Asking(foreign=True)
    place = Place(
        user=payload["user_id"],
        at=at,
        channel=payload["channel_id"],
        trigger=payload.get("trigger_id"),
        response_url=payload.get("response_url"),
    )
    return Asking(fact=hear.slash(me, payload, now), place=place, channel_name=payload.get("channel_name"))


def _interactive(me: Me, payload: Payload, now: datetime, at: float) -> Asking:
    if (payload.get("team") or {}).get("id", me.team) != me.team:
        return Asking(foreign=True)
    match payload.get("type"):
        case "block_actions":
            return _pressed(me, payload, now, at)
        case "view_submission":
            return _submitted(me, payload, now, at)
        case "message_action":
            fact = hear.shortcut(me, payload, now)
            place = Place(
                user=payload["user"]["id"],
                at=at,
                channel=payload["channel"]["id"],
                trigger=payload.get("trigger_id"),
                response_url=payload.get("response_url"),
            )
            return Asking(fact=fact, place=place, collects=fact is not None)
        case _:
            return Asking()


def _pressed(me: Me, payload: Payload, now: datetime, at: float) -> Asking:
    button = next((a for a in payload["actions"] if a.get("type") == "button" and not a.get("url")), None)
    if button is None:
        return Asking()
    user, container = payload["user"]["id"], payload.get("container") or {}
    view: Mapping[str, Any] = payload.get("view") or {}
    alone = bool(container.get("is_ephemeral"))
    channel = (payload.get("channel") or {}).get("id") or container.get("channel_id")
    ts = container.get("message_ts")
    message: Mapping[str, Any] = payload.get("message") or {}
    thread = message.get("thread_ts") or container.get("thread_ts")
    place = Place(
        user=user,
        at=at,
        channel=channel,
        thread=thread if thread != ts else None,
        trigger=payload.get("trigger_id"),
        response_url=payload.get("response_url"),
        view=view.get("id") if view.get("type") == "modal" else None,
        page=bool(view),
        ephemeral=alone,
    )
    where = ts or view.get("id", "")
    key = f"slack:{me.team}:{channel}:{where}:pressed:{user}:{button['action_id']}:{button['action_ts']}"
    fact = Pressed(
        fact=Fact(key),
        at=now,
        channel=channel,
        author=user,
        thread=place.thread,
        message=None if alone or view else ts,
        action=action_of(button["action_id"]),
        value=button.get("value") or "",
    )
    return Asking(fact=fact, place=place)


def _submitted(me: Me, payload: Payload, now: datetime, at: float) -> Asking:
    view, user = payload["view"], payload["user"]["id"]
    form, values = values_of(view)
    meta = meta_of(view)
    place = Place(
        user=user,
        at=at,
        channel=meta.get("channel"),
        thread=meta.get("thread"),
        trigger=payload.get("trigger_id"),
        view=view["id"],
        page=bool(meta.get("page")),
    )
    fact = Submitted(
        # The same form may be sent again when something was wrong with it: its trigger is another one then.
        fact=Fact(f"slack:{me.team}:submitted:{view['id']}:{user}:{payload.get('trigger_id')}"),
        at=now,
        channel=place.channel,
        author=user,
        thread=place.thread,
        form=form,
        values=values,
    )
    return Asking(fact=fact, place=place)
