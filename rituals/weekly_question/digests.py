"""The digest: in the channel when a round closes, and in direct messages to those who asked for it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.effects import Care, Consent, DirectMessage, Edit, Effect, Post, Whisper, Withdraw
from bot.core.events import ButtonPressed, CommandGiven, MemberLeft
from bot.core.i18n import words
from bot.core.model import MemberId
from bot.core.text import Button, Emphasis, Text, buttons, paragraph
from rituals.weekly_question import quiet, texts
from rituals.weekly_question.model import Reader, Round, digest, read_alone
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

t, tn = words("weekly_question")

READ, UNREAD = "digest.on", "digest.off"


async def close(rounds: Rounds, round_: Round, moment: Now) -> list[Effect]:
    """Close an open round: with its digest when there are answers, else without a word in the channel."""
    if not round_.open:
        return []
    if not round_.close(moment.now):
        return await quiet.after(rounds, round_, moment)
    (await rounds.plan()).quiet = False
    said: list[Effect] = [Post(digest(round_.number), texts.digest(round_))]
    for reader in await rounds.readers():
        reader.told = round_.number
        label, to = read_alone(round_.number, reader), frozenset({reader.member})
        said.append(DirectMessage(label, to, _alone(round_, moment), Care.STANDING))
    return said


async def retold(rounds: Rounds, round_: Round, moment: Now) -> list[Effect]:
    """Return the digests brought up to date, if there are any; those without answers are taken back for good."""
    if not round_.digest:
        return []
    round_.digest = bool(round_.answers)
    label = digest(round_.number)
    told = [r for r in await rounds.readers() if r.was_told(round_)]
    if not round_.digest:
        return [Withdraw(label), *(Withdraw(read_alone(round_.number, r)) for r in told)]
    alone = _alone(round_, moment)
    return [
        Edit(label, texts.digest(round_)),
        *(Edit(read_alone(round_.number, r), alone, frozenset({r.member})) for r in told),
    ]


def _alone(round_: Round, moment: Now) -> Text:
    why = t("You asked for the digests of {community}.", community=texts.home(moment))
    return texts.digest(round_) + paragraph(Emphasis((why,))) + buttons(Button(UNREAD, t("No longer")))


async def reading(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Send somebody the digests, or no longer."""
    if event.actor is None:
        return ()
    if event.values["choice"] == "on":
        return await _on(rounds, event.actor, moment)
    return await _off(rounds, event.actor, moment)


async def read(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Send the digests to who pressed."""
    return await _on(rounds, event.actor, moment) if event.actor else ()


async def unread(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Send no digests any longer to who pressed."""
    return await _off(rounds, event.actor, moment) if event.actor else ()


async def on_leave(rounds: Rounds, event: MemberLeft, moment: Now) -> Sequence[Effect]:
    """Send nothing to who left."""
    del moment
    reader = await rounds.reader(event.actor) if event.actor else None
    if reader is not None:
        await rounds.drop_reader(reader)
    return ()


async def _on(rounds: Rounds, member: MemberId, moment: Now) -> Sequence[Effect]:
    if await rounds.reader(member) is None:
        await rounds.add_reader(Reader(id=moment.new_id(), member=member, at=moment.now))
    told = t(
        "From the next one on, you get the digest in a direct message too. `{prefix} question digest off` ends that.",
        prefix=moment.prefix,
    )
    return (Consent(member), Whisper(paragraph(told)))


async def _off(rounds: Rounds, member: MemberId, moment: Now) -> Sequence[Effect]:
    del moment
    reader = await rounds.reader(member)
    if reader is not None:
        await rounds.drop_reader(reader)
    told = paragraph(t("Understood: the digest stays in the channel."))
    return (Whisper(told + buttons(Button(READ, t("Send it to me again")))),)
