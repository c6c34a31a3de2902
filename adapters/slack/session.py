"""Slack at work in one workspace: what comes is stored, then acknowledged; whoever waits is answered at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any, Final

from adapters.slack.homes import Homes
from adapters.slack.interact import Asking, asked
from adapters.slack.news import News
from adapters.slack.people import Register
from adapters.slack.platform import PACE, SlackPlatform
from adapters.slack.settings import SlackSettings
from adapters.slack.show import Answers
from adapters.slack.socket import DisabledError, Sockets
from adapters.slack.values import Envelope, Me, Payload
from adapters.slack.waiting import Waiting
from adapters.slack.web import PER_MINUTE, BadTokenError, RefusedError, RevokedError, Web
from bot.core.errors import CauserieError
from bot.core.incoming import Batch, Incoming, Pressed, Submitted
from bot.core.model import Fact, WorkspaceId
from bot.engine.engine import Engine
from bot.engine.freezing import freeze, thaw
from bot.engine.governance import undelivered
from bot.engine.platform import RetryLaterError
from bot.engine.receive import receive
from bot.engine.respond import awaits_reply

log = logging.getLogger("causerie.slack")

PLATFORM: Final = "slack"
AT_ONCE: Final = 32
LOOK_AGAIN: Final = 60.0
"""Seconds after which it is tried whether an app that was removed is back."""
FAREWELL: Final = 2.0
"""Seconds for which answers under way are waited for when the bot is stopped."""
PATIENCE: Final = 2.3
"""Seconds for which people and channels are asked for while somebody waits; after three, Slack says that it failed."""
INTRODUCING: Final = (1.0, 10.0, 60.0, 600.0, 3600.0, 3600.0, 3600.0)
"""Seconds between the times at which people are asked for who could not be asked for in time."""
TOO_LATE: Final = 2.8
"""What a person did so many seconds ago and is not stored yet is left: Slack tells them that it failed."""


class TokenRefusedError(CauserieError):
    """Slack refuses a token; copy it anew from the app's settings."""


class SlackSession:
    """The adapter at work on one workspace, the one whose token it is given."""

    def __init__(
        self, engine: Engine, settings: SlackSettings, *, pace: timedelta = PACE, heartbeat: float = 3.0
    ) -> None:
        """Take the engine and the tokens; without a ``pace``, Slack's rates are left to Slack."""
        self.engine = engine
        self.settings = settings
        self.workspace = WorkspaceId("")
        self.me: Me
        self.web: Web
        self.port: SlackPlatform
        self.register: Register
        self.answers: Answers
        self.homes: Homes
        self.waiting: Waiting
        self.sockets: Sockets | None = None
        self._news: News
        self._pace = pace
        self._heartbeat = heartbeat
        self._gone = asyncio.Event()
        self._leaving = False
        self._frozen = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Say where it is at work."""
        return f"Slack: {self.me.url}" if hasattr(self, "me") else "Slack: the app is not installed there any more"

    async def open(self) -> None:
        """Make the workspace known, and find out who we are there.

        Raises TokenRefusedError for a token that never was good; a workspace that was known is frozen until it is.
        """
        rates = PER_MINUTE if self._pace else {}
        self.web = Web(self.settings.bot_token, self.settings.api_url, self._revoked, rates)
        await self._app_token()
        try:
            await self._identified()
        except RevokedError as gone:
            known = await self._known_workspaces()
            if len(known) != 1:
                await self.web.close()
                raise TokenRefusedError(f"slack.bot_token ({gone})") from None
            self.workspace = known[0]
            await self._revoked(str(gone))
        except (BadTokenError, RefusedError) as refused:
            await self.web.close()
            raise TokenRefusedError(f"slack.bot_token ({refused})") from None

    async def run(self) -> None:
        """Hear Slack until cancelled; while the app is not installed, wait for it."""
        try:
            while True:
                if self._gone.is_set():
                    await self._away()
                try:
                    await self._hear()
                except DisabledError as disabled:
                    log.error("Slack opens no connection (%s): nothing is heard until that is mended", disabled)  # noqa: TRY400 - it is known what went wrong
                    await asyncio.sleep(LOOK_AGAIN)
        finally:
            await self._finish()
            await self.web.close()

    async def look_again(self) -> bool:
        """Whether an app that was removed is back; if so, it goes on where it was."""
        try:
            await self._identified()
        except RevokedError:
            return False
        return True

    async def take(self, envelopes: Sequence[Envelope]) -> None:
        """Take in what came, in order: what somebody waits for one by one, the rest together.

        What was not stored is not acknowledged, and Slack sends it again.
        """
        together: list[tuple[Envelope, Incoming]] = []
        for envelope in envelopes:
            asking = self._understood(envelope)
            if asking is None or asking.foreign:
                await envelope.ack(None)
                continue
            if asking.event is not None:
                await self._store(together)
                await self._told(asking.event)
            if asking.fact is None:
                await envelope.ack(None)
            elif isinstance(asking.fact, Pressed | Submitted) or awaits_reply(asking.fact, self.port.capabilities):
                await self._store(together)
                await self._asked(envelope, asking, asking.fact)
            else:
                together.append((envelope, asking.fact))
                if asking.collects and asking.place is not None:
                    _ = self._later(self.waiting.collected(asking.place))
        await self._store(together)

    def _understood(self, envelope: Envelope) -> Asking | None:
        """Return what an envelope brings; one that is like none that is known holds up no other."""
        try:
            return asked(self.me, envelope, self.engine.clock())
        except (KeyError, TypeError, ValueError) as error:
            kind, what = envelope.kind, type(error).__name__
            log.error("Slack sent what is not understood (%s): %s", kind, what)  # noqa: TRY400 - it may quote a member
            return None

    async def idle(self) -> None:
        """Wait until everything that came has been taken in and answered."""
        while self._tasks or (self.sockets is not None and not self.sockets.envelopes.empty()):
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.sleep(0)

    async def _app_token(self) -> None:
        """Raise TokenRefusedError when no connection would be opened with the app's token."""
        web = Web(self.settings.app_token, self.settings.api_url)
        try:
            await web.read("apps.connections.open")
        except (RevokedError, BadTokenError, RefusedError) as refused:
            await self.web.close()
            raise TokenRefusedError(f"slack.app_token ({refused})") from None
        except RetryLaterError as later:
            log.warning("Slack cannot be reached (%s); it is tried again", later)
        finally:
            await web.close()

    async def _identified(self) -> None:
        """Ask who we are, as often as it takes to reach Slack, and be at work in this workspace from then on."""
        who = await self._who()
        self.me = Me(
            team=who["team_id"], user=who["user_id"], bot=who.get("bot_id", ""), name=who["user"], url=who["url"]
        )
        self.register = Register(self.web, self.me, self.settings)
        self.port = SlackPlatform(self.engine, self.web, self.me, self.register, self._pace)
        self.answers = Answers(self.port)
        self._news = News(self.engine, self.register)
        async with self.engine.database.unit() as unit:
            workspace = await unit.directory.workspace(PLATFORM, self.me.team)
            await unit.commit()
        self.workspace = workspace.id
        self.homes = Homes(self.port, self.workspace)
        self.waiting = Waiting(self.port, self.answers, self.homes, self.workspace)
        self.engine.platforms[self.workspace] = self.port
        if workspace.frozen_at is not None:
            log.warning("The Slack app is back in %s: it goes on where it was", self.me.url)
            await thaw(self.engine, self.workspace)
        self._leaving = self._frozen = False
        self._gone.clear()
        self.engine.nudge()

    async def _who(self) -> Payload:
        """Return what Slack says of our token, once it can be reached."""
        failed = 0
        while True:
            try:
                return await self.web.read("auth.test")
            except (RevokedError, BadTokenError):
                raise
            except RetryLaterError as away:
                failed += 1
                wait = min(2.0 ** min(failed, 10), 60.0)
                log.warning("Slack cannot be reached (%s); trying again in %.0f s", away, wait)
                await asyncio.sleep(wait)

    async def _known_workspaces(self) -> list[WorkspaceId]:
        async with self.engine.database.view() as unit:
            return [w.id for w in await unit.directory.workspaces() if w.platform == PLATFORM]

    async def _revoked(self, code: str) -> None:
        """Freeze the workspace: the app was removed, or its token revoked."""
        if self._leaving or not self.workspace:
            return
        self._leaving = True
        log.error("Slack says %s: the workspace is frozen for 30 days. Install the app again to go on", code)
        self.engine.platforms.pop(self.workspace, None)
        self._gone.set()
        await self._freeze()

    async def _freeze(self) -> None:
        """Freeze the workspace; what fails is tried again as long as the app is away."""
        try:
            await freeze(self.engine, self.workspace)
        except Exception as error:  # noqa: BLE001 - a database that is away for a moment must not end the bot
            log.error("%s while freezing; trying again", type(error).__name__)  # noqa: TRY400 - it may quote a member
        else:
            self._frozen = True

    async def _away(self) -> None:
        """Wait for an app that was removed."""
        while True:
            if not self._frozen:
                await self._freeze()
            try:
                if self._frozen and await self.look_again():
                    return
            except Exception as error:  # noqa: BLE001 - as above
                log.error("%s while looking whether the app is back; trying again", type(error).__name__)  # noqa: TRY400 - as above
            await asyncio.sleep(LOOK_AGAIN)

    async def _finish(self) -> None:
        """Let answers that are under way be given, for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FAREWELL)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hear(self) -> None:
        """Hear Slack until the app is gone; what is being taken in then is taken in. Raises DisabledError."""
        self.sockets = Sockets(self.settings.app_token, self.settings.api_url, heartbeat=self._heartbeat)
        connected = asyncio.ensure_future(self.sockets.run())
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            while not self._gone.is_set():
                came = asyncio.ensure_future(self.sockets.envelopes.get())
                try:
                    await asyncio.wait({came, connected, gone}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not came.done():
                        came.cancel()
                if connected.done():
                    await connected
                if came.done() and not came.cancelled():
                    await self._take_in(came.result(), self.sockets.envelopes)
        finally:
            gone.cancel()
            connected.cancel()
            await asyncio.gather(connected, gone, return_exceptions=True)
            self.sockets = None

    async def _take_in(self, first: Envelope, more: asyncio.Queue[Envelope]) -> None:
        batch = [first]
        while len(batch) < AT_ONCE and not more.empty():
            batch.append(more.get_nowait())
        try:
            await self.take(batch)
        except Exception as error:  # noqa: BLE001 - a database or Slack that is away must not end the session
            # What was not acknowledged comes again. The message of an error may quote a member.
            log.error("%s while taking in what Slack sent; it will be sent again", type(error).__name__)  # noqa: TRY400 - as above

    async def _told(self, told: Payload) -> None:
        """Note what an event tells of people, channels and the app itself."""
        match told.get("type"):
            case "app_home_opened" if told.get("tab") == "home":
                _ = self._later(self.homes.publish(told["user"], self._news.unknown))
            case "app_uninstalled":
                await self._revoked("app_uninstalled")
            case "tokens_revoked" if self.me.user in ((told.get("tokens") or {}).get("bot") or ()):
                await self._revoked("tokens_revoked")
            case _:
                batch = await self._news.of(self.workspace, told)
                if batch != Batch():
                    await receive(self.engine, self.workspace, batch)
                trouble = self._news.trouble(told)
                if trouble is not None:
                    where = str(told["channel"])
                    key = Fact(f"slack:{self.me.team}:{where}:{told['type']}:{told.get('event_ts')}")
                    await undelivered.foreseen(self.engine, self.workspace, where, trouble, key)
                if self._news.mended(told):
                    await undelivered.mended(self.engine, self.workspace, str(told["channel"]))
                self.engine.nudge()

    async def _asked(self, envelope: Envelope, asking: Asking, fact: Incoming) -> None:
        """Answer in a task of its own; what comes after is taken in once this is stored."""
        stored = asyncio.Event()
        task = self._later(self._answered(envelope, asking, fact, stored))
        waiting = asyncio.ensure_future(stored.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def _answered(self, envelope: Envelope, asking: Asking, fact: Incoming, stored: asyncio.Event) -> None:
        try:
            within = max(0.0, envelope.at + PATIENCE - asyncio.get_running_loop().time())
            around = await self._news.asked(self.workspace, fact, asking.channel_name, within)
            if getattr(fact, "author", None) in around.late:
                log.warning("Slack did not tell in time who asks")
                return
            if envelope.kind != "events_api" and asyncio.get_running_loop().time() - envelope.at > TOO_LATE:
                log.warning("what somebody did came too late to be taken")
                return
            await self.waiting.answer(envelope, asking, fact, around, stored.set)
        finally:
            self.engine.nudge()

    async def _store(self, together: list[tuple[Envelope, Incoming]]) -> None:
        """Store what nobody waits for, in one transaction, then acknowledge it."""
        if not together:
            return
        taken, together[:] = tuple(together), []
        facts = [fact for _, fact in taken if not self._ours(fact)]
        around = await self._news.around(self.workspace, facts)
        new = await receive(self.engine, self.workspace, around.batch) if around.batch.heard else ()
        for envelope, _ in taken:
            await envelope.ack(None)
        if around.late:
            places = {str(getattr(fact, "channel", "")) for fact in around.batch.heard}
            _ = self._later(self._introduce(around.late, places))
        if new:
            self.engine.nudge()

    async def _introduce(self, people: frozenset[str], places: set[str]) -> None:
        """Ask until Slack tells who they are: what they did is stored, and waits for that."""
        for wait in INTRODUCING:
            try:
                await self._news.introduce(self.workspace, people, places)
            except RetryLaterError as later:
                await asyncio.sleep(max(wait, later.after.total_seconds() if later.after else 0.0))
            else:
                self.engine.nudge()
                return

    def _ours(self, fact: Incoming) -> bool:
        """Whether it tells only of what we have just taken back ourselves."""
        place = (getattr(fact, "channel", None), getattr(fact, "message", None))
        return fact.kind == "deleted" and place in self.port.deleting

    def _later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        async def watched() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - one answer that fails must not end the session
                log.error("%s while answering on Slack", type(error).__name__)  # noqa: TRY400 - a message may quote a member

        task = asyncio.create_task(watched())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
