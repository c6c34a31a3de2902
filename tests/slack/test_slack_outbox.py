"""What the outbox says on Slack stands there once and in order, whatever becomes of Slack's answers and of the bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.slack.people import Register
from adapters.slack.platform import SlackPlatform
from adapters.slack.settings import SlackSettings
from adapters.slack.values import Me
from adapters.slack.web import Web
from bot.core.effects import Care, DirectMessage, Edit, Effect, Post, Withdraw
from bot.core.events import CommandGiven
from bot.core.model import Label
from bot.core.text import Paragraph, Plain, Text
from bot.engine.platform import Outgoing, RetryLaterError
from tests.engine.planted import said
from tests.engine.world import World, opened
from tests.slack.double import AnswerLost, Message, RateLimited, SlackDouble, Slow
from tests.slack.double.faults import Fault, Refused
from tests.slack.double.world import Channel, User

A_WHILE = timedelta(minutes=10)
LONG = Text(tuple(Paragraph((Plain(f"{number} " + "word " * 300),)) for number in range(8)))
"""More than two messages hold."""


@dataclass
class Slack:
    """The engine's world on a double: its room "C1", with Ana and Bo."""

    world: World
    double: SlackDouble

    async def says(self, *effects: Effect) -> None:
        self.world.bare.on(CommandGiven, *effects)
        await self.world.command("ana", "bare")

    @property
    def room(self) -> list[Message]:
        return [m for m in self.double.messages("C1") if not m.deleted]

    @property
    def alone(self) -> list[Message]:
        return [m for m in self.double.messages(self.double.direct("bo")) if not m.deleted]

    async def parts(self, label: str) -> list[str]:
        """Return where a message is known to stand."""
        binding = await self.world.binding("bare")
        async with self.world.database.view() as unit:
            known = await unit.directory.said(binding.id, Label(label))
        return [] if known is None else [known.channel, *known.parts]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with opened(None) as world, SlackDouble(clock=world.clock) as double:
        double.lag = timedelta(seconds=5)
        double.users |= {who: User(who, who.title(), double.team) for who in ("ana", "bo")}
        double.channels["C1"] = Channel("C1", "room", "channel", 0, "ana", ["ana", "bo", double.bot_user])
        web = Web(double.bot_token, double.api_url, rates={})
        me = Me(double.team, double.bot_user, double.bot_id, "causerie", "https://practice.slack.com/")
        settings = SlackSettings(bot_token=double.bot_token, app_token=double.app_token, api_url=double.api_url)
        port = SlackPlatform(world.engine, web, me, Register(web, me, settings), timedelta())
        world.engine.platforms[world.workspace] = port
        try:
            yield Slack(world, double)
        finally:
            await web.close()


async def test_messages_whose_answers_are_lost_stand_once_and_in_order(slack: Slack) -> None:
    slack.double.fail("chat.postMessage", *[AnswerLost()] * 4)
    one, reply = Post(Label("one"), said("one")), Post(Label("reply"), said("reply"), under=Label("one"))
    alone = DirectMessage(Label("alone"), slack.world.to("bo"), said("alone"), Care.ANSWER)

    await slack.says(one, reply, Post(Label("two"), said("two")), alone)
    await slack.world.after(A_WHILE)

    root = slack.room[0].ts
    assert [(m.text, m.thread_ts) for m in slack.room] == [("one", None), ("reply", root), ("two", None)]
    assert [m.text for m in slack.alone] == ["alone"]
    assert {status for _, status in await slack.world.outbox()} == {"sent"}


async def test_a_direct_message_that_was_found_again_can_be_changed(slack: Slack) -> None:
    slack.double.fail("chat.postMessage", AnswerLost())
    await slack.says(DirectMessage(Label("alone"), slack.world.to("bo"), said("alone"), Care.ANSWER))
    await slack.world.after(A_WHILE)

    await slack.says(Edit(Label("alone"), said("other words")))

    assert await slack.parts("alone") == [slack.double.direct("bo"), slack.alone[0].ts]
    assert [m.text for m in slack.alone] == ["other words"]


async def test_looking_for_a_message_while_slack_asks_to_wait_holds_up_no_other(slack: Slack) -> None:
    slack.double.fail("chat.postMessage", AnswerLost())
    await slack.says(Post(Label("one"), said("one")))
    slack.double.fail("conversations.history", RateLimited(after=5))
    slack.world.clock.at += A_WHILE

    async with asyncio.timeout(4):
        await slack.says(DirectMessage(Label("alone"), slack.world.to("bo"), said("alone"), Care.ANSWER))

    assert [m.text for m in slack.alone] == ["alone"]
    assert ("one", "doubt") in await slack.world.outbox()


@pytest.mark.parametrize("method", ["conversations.replies", "conversations.history"])
async def test_what_deliveries_wait_for_is_asked_for_once(slack: Slack, method: str) -> None:
    port, room = slack.world.engine.platforms[slack.world.workspace], "C1"
    slack.double.fail(method, *[RateLimited(after=5)] * 3)
    since = slack.world.clock.at
    looked = Outgoing(key="k", kind="post", since=since, body=said("one"), channel=room)
    asked: dict[str, list[Callable[[], Awaitable[object]]]] = {
        "conversations.history": [lambda: port.find(looked)],
        "conversations.replies": [lambda: port.fetch(room, "1.0"), lambda: port.read(room, "1.0")],
    }

    for ask in asked[method]:
        with pytest.raises(RetryLaterError) as later:
            async with asyncio.timeout(4):
                await ask()
        assert later.value.after is not None


@pytest.mark.parametrize(
    "code",
    [
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "posting_to_general_channel_denied",
    ],
)
async def test_where_only_some_may_write_who_coordinates_is_told(slack: Slack, code: str) -> None:
    slack.double.fail("chat.postMessage", Refused(code))
    await slack.says(Post(Label("one"), said("one")))
    await slack.world.after(A_WHILE)

    assert [status for label, status in await slack.world.outbox() if label == "one"] == ["dead"]
    (told,) = slack.double.messages(slack.double.direct("ana"))
    assert told.text.startswith("Only some people may write in")


async def test_who_may_not_be_written_to_is_nobody_that_can_be_reached(slack: Slack) -> None:
    slack.double.fail("chat.postMessage", Refused("restricted_action"))
    await slack.says(DirectMessage(Label("alone"), slack.world.to("bo"), said("alone"), Care.ANSWER))
    await slack.world.after(A_WHILE)

    (told,) = slack.double.messages(slack.double.direct("ana"))
    assert told.text.startswith("I cannot write to")


@pytest.mark.parametrize("fault", [AnswerLost(), RateLimited(after=0)])
@pytest.mark.parametrize("where", ["room", "thread", "alone"])
async def test_a_message_in_several_parts_of_which_one_fails_is_completed(
    slack: Slack, where: str, fault: Fault
) -> None:
    await slack.says(Post(Label("root"), said("root")))
    slack.double.fail("chat.postMessage", Slow(0), fault)

    await slack.says(_long(slack, where))
    await slack.world.after(A_WHILE)

    await _stands_once(slack, where)


@pytest.mark.parametrize("where", ["room", "thread", "alone"])
async def test_a_message_of_which_a_part_was_sent_when_the_bot_died_is_completed(slack: Slack, where: str) -> None:
    await slack.says(Post(Label("root"), said("root")))
    await slack.world.hear()
    slack.double.fail("chat.postMessage", Slow(0), Slow(60))
    slack.world.bare.on(CommandGiven, _long(slack, where))
    asking = asyncio.create_task(slack.world.command("ana", "bare"))
    await slack.double.until(lambda: [name for name, _ in slack.double.calls].count("chat.postMessage") == 3)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking

    await slack.world.after(A_WHILE)

    await _stands_once(slack, where)


async def test_changes_whose_answers_are_lost_are_done(slack: Slack) -> None:
    await slack.says(Post(Label("one"), said("one")), Post(Label("two"), said("two")))
    slack.double.fail("chat.update", AnswerLost())
    slack.double.fail("chat.delete", AnswerLost())

    await slack.says(Edit(Label("one"), said("other words")), Withdraw(Label("two")))
    await slack.world.after(A_WHILE)

    assert [m.text for m in slack.room] == ["other words"]
    assert {status for _, status in await slack.world.outbox()} == {"sent"}


async def test_what_was_taken_back_is_remembered_for_a_while_only(slack: Slack) -> None:
    port = slack.world.engine.platforms[slack.world.workspace]
    assert isinstance(port, SlackPlatform)
    port.deleting = {("C1", str(n)): None for n in range(1000)}

    await slack.says(Post(Label("one"), said("one")))
    (one,) = slack.room
    await slack.says(Withdraw(Label("one")))

    assert len(port.deleting) == 1000
    assert ("C1", one.ts) in port.deleting
    assert ("C1", "0") not in port.deleting


def _long(slack: Slack, where: str) -> Effect:
    if where == "alone":
        return DirectMessage(Label("long"), slack.world.to("bo"), LONG, Care.ANSWER)
    return Post(Label("long"), LONG, under=Label("root") if where == "thread" else None)


async def _stands_once(slack: Slack, where: str) -> None:
    standing = slack.alone if where == "alone" else slack.room[1:]
    numbers = [word for m in standing for word in slack.double.words(m).split() if word.isdecimal()]
    assert numbers == list("01234567")
    assert len(standing) > 2
    assert await slack.parts("long") == [standing[0].channel, *(m.ts for m in standing)]
    threads = {"room": [None, *[standing[0].ts] * (len(standing) - 1)], "thread": [slack.room[0].ts] * len(standing)}
    assert [m.thread_ts for m in standing] == threads.get(where, [None] * len(standing))
