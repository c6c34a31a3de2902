"""What could not be said: whoever coordinates hears why, and what can be done, once a month for each trouble."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Care, DirectMessage, Effect
from bot.core.events import Trouble, Undelivered
from bot.core.model import Label
from bot.core.text import ChannelLink, Code, Translated, paragraph
from bot.engine.governance import texts
from bot.engine.governance.store import Governing, Now
from bot.engine.people import named
from bot.engine.ports import Binding, Parcel

_NOTICE = "undelivered/"


def is_notice(own: Binding, parcel: Parcel) -> bool:
    """Whether a parcel is such a notice; ``own`` is the binding of the community's built-in ritual."""
    return parcel.binding == own.id and parcel.label.startswith(_NOTICE)


async def told(store: Governing, event: Undelivered, moment: Now) -> Sequence[Effect]:
    """Tell each coordinator, but for whom it is about; a label that is known already is not said again."""
    sentence = _sentence(store, event, moment)
    if sentence is None:
        return ()
    about = f"{_NOTICE}{event.trouble}/{_place(event)}/{moment.now:%Y-%m}"
    return [
        DirectMessage(Label(f"{about}/{coordinator}"), frozenset({coordinator}), paragraph(sentence), Care.DUTY)
        for coordinator in await store.coordinators()
        if coordinator not in event.people
    ]


def _place(event: Undelivered) -> str:
    """Return what the trouble is about: a permission is missing everywhere."""
    if event.trouble is Trouble.SCOPE:
        return event.detail
    return "+".join(event.people) or str(event.channel)


def _sentence(store: Governing, event: Undelivered, moment: Now) -> Translated | None:
    """Return what happened and what can be done; None where nothing hangs on it.

    A channel that the community left may be archived, or left by the bot, without harm.
    """
    community = store.community
    if event.trouble is Trouble.SCOPE:
        return texts.permission_missing(Code(event.detail), community.name)
    if event.people:
        alone = event.trouble is Trouble.GONE and len(event.people) == 1
        return (texts.account_closed if alone else texts.unreachable)(named(event.people))
    if event.channel != community.home:
        return None
    place = ChannelLink(community.home)
    match event.trouble:
        case Trouble.ARCHIVED:
            return texts.channel_archived(place, community.name, moment.prefix)
        case Trouble.ABSENT:
            return texts.channel_left(place, community.name)
        case Trouble.SHARED:
            return texts.channel_shared(place, community.name, moment.prefix)
        case _:
            return None
