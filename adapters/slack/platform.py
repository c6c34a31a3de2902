"""Slack as the outbox sees it: what is said is keyed in the message's metadata, and found again by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from adapters.slack.hear import event
from adapters.slack.people import Register
from adapters.slack.render import ButtonTooLongError, Part, Reading, edited, files_of, parts
from adapters.slack.scopes import FILES
from adapters.slack.values import Me, Payload, stamp
from adapters.slack.web import PATIENCE, RefusedError, Web
from bot.core.degrade import Capabilities
from bot.core.errors import UserError
from bot.core.i18n import Voice, words
from bot.core.incoming import Incoming, Profile
from bot.core.text import File, Text, paragraph
from bot.engine.engine import Engine
from bot.engine.platform import ImpossibleError, OutcomeUnknownError, Outgoing, Placed, RetryLaterError, Trouble

t, _ = words("causerie")

METADATA: Final = "causerie"
"""The event type under which a message of ours carries its key and the number of its part."""
PACE = timedelta(seconds=1)
"""Slack takes about a message a second in one channel."""
LAG = timedelta(seconds=15)
"""How long a message may be missing from a channel's history after Slack took it."""
ONCE: Final = 1
"""How often is asked what other deliveries and facts wait for: the engine asks again."""
_TAKEN_BACK: Final = 1000
"""How many messages that we took back are remembered, until Slack has told of it."""
CLOCKS: Final = timedelta(minutes=5)
"""How far Slack's clock and ours may be apart."""

_TROUBLES: Final[Mapping[str, Trouble]] = {
    "is_archived": Trouble.ARCHIVED,
    "channel_not_found": Trouble.ABSENT,
    "not_in_channel": Trouble.ABSENT,
    "missing_scope": Trouble.SCOPE,
    "user_disabled": Trouble.GONE,
    "user_not_found": Trouble.GONE,
    "users_not_found": Trouble.GONE,
    "cannot_dm_bot": Trouble.UNREACHABLE,
    "messages_tab_disabled": Trouble.UNREACHABLE,
    "user_not_visible": Trouble.UNREACHABLE,
}
_BARRED: Final = ("restricted_action", "posting_to_general_channel_denied")
"""How all begins that Slack says where only some people may write: in a channel, or in its threads."""
_UNTOLD: Final = frozenset({"channel_not_found", "is_archived"})
"""A message to one person is refused like this whatever the reason is."""
_DONE: Final = frozenset({"message_not_found", "channel_not_found"})
"""What is to be taken back is not there any more."""


class SlackPlatform:
    """The port to one workspace."""

    lag = LAG
    prefix = "/causerie"

    def __init__(self, engine: Engine, web: Web, me: Me, register: Register, pace: timedelta = PACE) -> None:
        """Take the workspace's Web API, and who we are there; the scopes granted decide what can be done."""
        self.engine = engine
        self.web = web
        self.me = me
        self.register = register
        self.pace = pace
        self.capabilities = Capabilities(buttons=True, forms=True, whispers=True, threads=True, edits=True)
        self.deleting: dict[tuple[str, str], None] = {}
        """What we took back ourselves of late, in order: Slack tells of it as of any deletion."""
        self._shared: set[str] = set()
        """Keys of what waits for its words, its files being shared."""

    def permalink(self, channel: str, ts: str) -> str:
        """Return the address of a message."""
        return f"{self.me.url}archives/{channel}/p{ts.replace('.', '')}"

    async def send(self, outgoing: Outgoing) -> Placed:
        """Do what the parcel says."""
        try:
            match outgoing.kind:
                case "edit":
                    return await self._edit(outgoing)
                case "delete":
                    return await self._delete(outgoing)
                case _:
                    return await self._say(outgoing, {})
        except RefusedError as refused:
            raise impossible(await self._why(outgoing, refused), direct=outgoing.kind == "direct") from None
        except ButtonTooLongError as unsendable:
            raise ImpossibleError(str(unsendable)) from None

    async def find(self, outgoing: Outgoing) -> Placed | None:
        """Look for a message by its key; what arrived in part is completed. What changes a message is done again."""
        if outgoing.kind not in {"post", "direct"}:
            return None
        try:
            channel = outgoing.channel or await self._conversation(outgoing.people)
            there = await self._sent(channel, outgoing)
            if not there:
                return None
            return await self._say(outgoing, there, channel)
        except RefusedError as refused:
            raise impossible(refused, direct=outgoing.kind == "direct") from None

    async def fetch(self, channel: str, thread: str) -> Sequence[Incoming]:
        """Return what people wrote in a thread; nothing when it is gone."""
        try:
            messages = [m async for m in self._replies(channel, thread) if m["ts"] != thread]
        except RefusedError as refused:
            if refused.code == "thread_not_found":
                return ()
            raise impossible(refused) from None
        return [heard for m in messages if (heard := event(self.me, _as_told(channel, m))) is not None]

    async def read(self, channel: str, message: str) -> Incoming | None:
        """Return one message of a member's, wherever in a thread it stands."""
        # Of a reply Slack may tell the root first.
        only = {"oldest": message, "latest": message, "inclusive": True, "limit": 2}
        try:
            page = await self.web.read("conversations.replies", patience=ONCE, channel=channel, ts=message, **only)
        except RefusedError as refused:
            if refused.code in {"thread_not_found", *_DONE}:
                return None
            raise impossible(refused) from None
        found = next((m for m in page["messages"] if m["ts"] == message), None)
        return None if found is None else event(self.me, _as_told(channel, found))

    async def people(self, channel: str, *, patient: bool = False) -> Sequence[Profile]:
        """Return who is in a channel; nobody where the bot is not. Raises UserError where it may not be at home."""
        patience = PATIENCE if patient else ONCE
        known = await self.register.channel(channel, anew=True, patience=patience)
        self.welcome(known.shared)
        if not known.here:
            return ()
        try:
            return await self.register.members(channel, patience)
        except RefusedError as refused:
            # Of a private channel in which the bot is not, Slack does not even say that it is there.
            if _TROUBLES.get(refused.code) is not Trouble.ABSENT:
                raise
            return ()

    def welcome(self, shared: bool) -> None:  # noqa: FBT001 - of a channel
        """Raise UserError for a channel that is shared with another organisation, unless that was enabled."""
        if shared and not self.register.settings.shared_channels:
            raise UserError(not_shared())

    async def _say(self, outgoing: Outgoing, there: Mapping[int, str], known_as: str | None = None) -> Placed:
        """Send the parts that are not ``there`` yet; files come first, so that the words are the last to be found.

        ``known_as``: the channel, where it was found out.
        """
        channel = known_as or outgoing.channel or (outgoing.people[0] if len(outgoing.people) == 1 else None)
        channel = channel or await self._conversation(outgoing.people)
        if outgoing.channel:
            known = await self.register.channel(outgoing.channel, patience=ONCE)
            if known.shared and not self.register.settings.shared_channels:
                raise ImpossibleError("the channel is shared with another organisation", Trouble.SHARED)
        body, files = self.bearable(outgoing.body, outgoing.locale)
        if files and not there and outgoing.key not in self._shared:
            place = channel if outgoing.channel else await self._conversation(outgoing.people)
            await self.share(files, place, outgoing.thread)
            self._shared.add(outgoing.key)
        placed = dict(there)
        for number, part in enumerate(parts(body, self._reading(outgoing))):
            if number in placed:
                continue
            # What goes on is read on in the thread of what came first.
            thread = outgoing.thread or (placed.get(0) if outgoing.channel else None)
            try:
                answer = await self.web.call(
                    "chat.postMessage",
                    channel=channel,
                    thread_ts=thread,
                    metadata={"event_type": METADATA, "event_payload": {"key": outgoing.key, "part": number}},
                    **shown(part),
                )
            except (RefusedError, RetryLaterError) as failed:
                if placed.keys() == there.keys():
                    raise
                # What stands already is not to be said again: it is looked for, and completed.
                raise OutcomeUnknownError(str(failed)) from None
            channel, placed[number] = answer["channel"], answer["ts"]
        self._shared.discard(outgoing.key)
        return Placed(channel, tuple(placed[number] for number in sorted(placed)))

    async def _why(self, outgoing: Outgoing, refused: RefusedError) -> RefusedError:
        """Return why one person cannot be written to, which only opening a conversation tells."""
        if outgoing.kind != "direct" or len(outgoing.people) != 1 or refused.code not in _UNTOLD:
            return refused
        try:
            await self._conversation(outgoing.people)
        except RefusedError as told:
            return told
        return refused

    async def _edit(self, outgoing: Outgoing) -> Placed:
        channel, targets = outgoing.channel or "", outgoing.targets
        while True:
            said = edited(outgoing.body, self._reading(outgoing), len(targets))
            gone = await self._rewrite(channel, targets, said)
            if gone is None:
                break
            # An earlier wording was shorter: what it had no words for was taken back.
            targets = tuple(target for target in targets if target != gone)
        for target in targets[len(said) :]:
            await self._take_back(channel, target)
        return Placed(channel, targets[: len(said)])

    async def _rewrite(self, channel: str, targets: Sequence[str], said: Sequence[Part]) -> str | None:
        """Give messages their new words; return one that is gone, where another stands."""
        for target, part in zip(targets, said, strict=False):
            try:
                await self.web.call("chat.update", channel=channel, ts=target, **shown(part))
            except RefusedError as refused:
                if refused.code != "message_not_found" or len(targets) == 1:
                    raise
                return target
        return None

    async def _delete(self, outgoing: Outgoing) -> Placed:
        for target in outgoing.targets:
            await self._take_back(outgoing.channel or "", target)
        return Placed(outgoing.channel or "", outgoing.targets)

    async def _take_back(self, channel: str, ts: str) -> None:
        self.deleting[channel, ts] = None
        while len(self.deleting) > _TAKEN_BACK:
            del self.deleting[next(iter(self.deleting))]
        try:
            await self.web.call("chat.delete", channel=channel, ts=ts)
        except RefusedError as refused:
            if refused.code not in _DONE:
                self.deleting.pop((channel, ts), None)
                raise

    def bearable(self, body: Text, locale: str) -> tuple[Text, tuple[File, ...]]:
        """Return a message and the files to send with it; where none can be sent, it says how to have them."""
        files = files_of(body)
        if not files or FILES in self.web.scopes:
            return body, files
        said = t(
            "The files could not be attached: this app may not send any. Whoever runs this bot can give them to you, "
            "or allow it (`{scope}`).",
            scope=FILES,
        )
        spoken = Voice("fr" if locale.startswith("fr") else "en", "vous", locale)
        return body + self.engine.catalogues.resolve(paragraph(said), spoken), ()

    async def share(self, files: Sequence[File], channel: str, thread: str | None = None) -> None:
        """Upload files and share them in a channel."""
        uploaded = []
        for file in files:
            content = file.content.encode()
            place = await self.web.call("files.getUploadURLExternal", filename=file.name, length=len(content))
            await self.web.upload(place["upload_url"], content)
            uploaded.append({"id": place["file_id"], "title": file.name})
        await self.web.call("files.completeUploadExternal", files=uploaded, channel_id=channel, thread_ts=thread)

    async def _conversation(self, people: Sequence[str]) -> str:
        """Return the direct conversation with these people."""
        opened = await self.web.call("conversations.open", users=",".join(people))
        return str(opened["channel"]["id"])

    async def _sent(self, channel: str, outgoing: Outgoing) -> dict[int, str]:
        """Return the parts that are on Slack, by their numbers."""
        found: dict[int, str] = {}
        oldest = stamp(outgoing.since - CLOCKS)
        async for message in self._history(channel, outgoing.thread, oldest):
            if not found and outgoing.thread is None and outgoing.channel and _part(message, outgoing.key) == 0:
                # Its later parts stand in its thread.
                async for reply in self._replies(channel, message["ts"]):
                    _note(found, reply, outgoing.key)
            _note(found, message, outgoing.key)
        return found

    async def _history(self, channel: str, thread: str | None, oldest: str) -> Any:  # noqa: ANN401 - an async iterator
        if thread is not None:
            async for message in self._replies(channel, thread, oldest):
                yield message
            return
        pages = self.web.pages(
            "conversations.history", patience=ONCE, channel=channel, oldest=oldest, include_all_metadata=True
        )
        async for page in pages:
            for message in page["messages"]:
                yield message

    async def _replies(self, channel: str, thread: str, oldest: str | None = None) -> Any:  # noqa: ANN401 - as above
        pages = self.web.pages(
            "conversations.replies",
            patience=ONCE,
            channel=channel,
            ts=thread,
            oldest=oldest,
            include_all_metadata=True,
        )
        async for page in pages:
            for message in page["messages"]:
                yield message

    def _reading(self, outgoing: Outgoing) -> Reading:
        return self.reading(
            outgoing.locale, outgoing.zone, outgoing.names, many=outgoing.channel is not None and not outgoing.people
        )

    def reading(self, locale: str, zone: str, names: Mapping[str, str], *, many: bool = False) -> Reading:
        """Return who reads; ``many``: a channel, whose dates each sees in their own zone."""
        now = self.engine.clock()
        return Reading(locale=locale, zone=zone, names=names, many=many, now=now, link=self.permalink)


def shown(part: Part) -> dict[str, Any]:
    """Return a part as the arguments of a message; no address in it unfolds."""
    return {"text": part.text, "blocks": part.blocks, "unfurl_links": False, "unfurl_media": False}


def not_shared() -> Any:  # noqa: ANN401 - a sentence
    """Return what is said where a channel is shared with another organisation."""
    return t(
        "This channel is shared with another organisation, so it cannot be a community’s home here. "
        "Choose a channel of this workspace alone, or ask whoever runs this bot."
    )


def impossible(refused: RefusedError, *, direct: bool = False) -> ImpossibleError:
    """Return a refusal as the engine understands it; ``direct``: of what was to go to people, not to a channel."""
    trouble = Trouble.BARRED if refused.code.startswith(_BARRED) else _TROUBLES.get(refused.code)
    if direct and trouble in {Trouble.ABSENT, Trouble.ARCHIVED, Trouble.BARRED}:
        trouble = Trouble.UNREACHABLE
    return ImpossibleError(str(refused), trouble, refused.needed)


def _as_told(channel: str, message: Payload) -> dict[str, Any]:
    """Return a message of a history as its event told it."""
    return {"type": "message", **message, "channel": channel}


def _part(message: Payload, key: str) -> int | None:
    said = message.get("metadata") or {}
    payload = said.get("event_payload") or {}
    return int(payload.get("part", 0)) if said.get("event_type") == METADATA and payload.get("key") == key else None


def _note(found: dict[int, str], message: Payload, key: str) -> None:
    part = _part(message, key)
    if part is not None:
        found[part] = message["ts"]
