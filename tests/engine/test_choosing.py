"""Where there are no buttons: a reaction to a numbered message chooses, as a typed number does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.core.awaited import Options
from bot.core.degrade import KEYCAPS, SELECTOR, Capabilities
from bot.core.effects import Care, DirectMessage, Edit, Effect, OpenForm, Post, Whisper, Withdraw
from bot.core.events import ButtonPressed, CommandGiven, FormSubmitted, MessagePosted, ReactionChanged
from bot.core.forms import Choice, Field, Form
from bot.core.incoming import Incoming, Reacted, Said
from bot.core.model import Label
from bot.core.text import Button, Plain, Text, buttons
from bot.engine.converse import Shown, degraded, offer_choices
from bot.engine.converse import offer as offer_there
from bot.engine.platform import Reply
from bot.engine.respond import awaits_reply
from tests.engine.planted import Now, said
from tests.engine.platform import Put
from tests.engine.world import World, dump, whispers

PLAIN = Capabilities(buttons=False, forms=False, whispers=False, threads=True, edits=True)
RICH = Capabilities(buttons=True, forms=True, whispers=True, threads=True, edits=True)
ONE, TWO, THREE = KEYCAPS[:3]


def offer(*values: str) -> Text:
    return said("Which?") + buttons(*(Button("choose", Plain(value.capitalize()), value) for value in values))


@pytest.fixture
def plain(small: World) -> World:
    """Give a world without buttons, where a choice is answered by what was chosen, and on which message."""
    small.platform.capabilities = PLAIN

    async def chosen(_: object, event: ButtonPressed, __: Now) -> Sequence[Effect]:
        return (Whisper(said(f"{event.value} on {event.label}")),)

    small.bare.when(ButtonPressed, chosen)
    return small


def reaction(
    world: World, who: str, message: str, emoji: str, channel: str = "C1", *, removed: bool = False
) -> Reacted:
    return Reacted(
        fact=world.fact(),
        at=world.clock.at,
        channel=channel,
        author=who,
        message=message,
        emoji=emoji,
        removed=removed,
    )


async def react(world: World, who: str, message: Put, emoji: str, *, removed: bool = False) -> list[str]:
    """Let somebody react, and return what they are answered."""
    heard = reaction(world, who, message.id, emoji, message.channel, removed=removed)
    return whispers(await world.ask(heard))


async def type_(world: World, who: str, words: str, *, thread: str | None = None) -> list[str]:
    """Let somebody say something to the bot alone, and return what they are answered."""
    heard = world.message(who, words, channel=f"D:{who}", thread=thread, direct=True)
    return whispers(await world.ask(heard))


async def posted(world: World, *values: str, label: str = "which") -> Put:
    world.bare.on(CommandGiven, Post(Label(label), offer(*values)))
    await world.command("ana", "bare")
    return world.platform.messages[-1]


async def sent(world: World, *values: str, label: str = "which") -> Put:
    """Let something be offered to Bo alone."""
    world.bare.on(CommandGiven, DirectMessage(Label(label), world.to("bo"), offer(*values), Care.ANSWER))
    await world.command("ana", "bare")
    return world.platform.messages[-1]


async def changed(world: World, *values: str, label: str = "which", to: Sequence[str] = ()) -> None:
    body = offer(*values) if values else said("Over.")
    world.bare.on(CommandGiven, Edit(Label(label), body, world.to(*to)))
    await world.command("ana", "bare")


async def test_a_reaction_chooses_for_everybody_in_a_channel(plain: World) -> None:
    asked = await posted(plain, "yes", "no")

    assert asked.words == "Which?\n\n1. Yes\n2. No\n\nReply with the number of your choice."
    assert await react(plain, "bo", asked, TWO) == ["no on which"]
    assert await react(plain, "chi", asked, ONE.replace(SELECTOR, "")) == ["yes on which"]
    assert await react(plain, "bo", asked, ONE) == ["yes on which"]


@pytest.mark.parametrize("emoji", [THREE, KEYCAPS[9], "👍", "2", ""])
async def test_what_stands_for_no_choice_is_a_reaction_like_any_other(plain: World, emoji: str) -> None:
    asked = await posted(plain, "yes", "no")
    plain.bare.on(ReactionChanged, Post(Label("reacted"), said("A reaction.")))

    assert await react(plain, "bo", asked, emoji) == []
    assert plain.platform.seen("C1")[1:] == ["A reaction."]


async def test_who_takes_a_reaction_back_chooses_nothing(plain: World) -> None:
    asked = await posted(plain, "yes", "no")

    assert await react(plain, "bo", asked, ONE, removed=True) == []


async def test_a_reaction_where_nothing_is_offered_chooses_nothing(plain: World) -> None:
    asked = await posted(plain, "yes", "no")
    theirs = await plain.say("chi", "1", thread=asked.id)

    assert whispers(await plain.ask(reaction(plain, "bo", theirs.message, ONE))) == []
    assert whispers(await plain.ask(reaction(plain, "bo", asked.id, ONE, "C2"))) == []


async def test_the_same_reaction_told_again_chooses_once(plain: World) -> None:
    asked = await posted(plain, "yes", "no")
    heard = reaction(plain, "bo", asked.id, ONE)

    assert [whispers(await plain.ask(heard)) for _ in range(2)] == [["yes on which"], []]


async def test_an_older_message_keeps_its_choices(plain: World) -> None:
    first = await sent(plain, "yes", "no", label="first")
    second = await sent(plain, "tea", "juice", "milk", label="second")

    assert await type_(plain, "bo", "2") == ["juice on None"]
    assert await react(plain, "bo", first, TWO) == ["no on first"]
    assert await react(plain, "bo", first, THREE) == []
    assert await react(plain, "bo", second, THREE) == ["milk on second"]


@pytest.mark.parametrize("direct", [False, True])
async def test_an_edit_changes_what_a_reaction_chooses_and_takes_it_away(plain: World, direct: bool) -> None:  # noqa: FBT001 - a parameter of the test
    asked, to = (await sent(plain, "yes", "no"), ["bo"]) if direct else (await posted(plain, "yes", "no"), [])

    await changed(plain, "later", to=to)
    assert await react(plain, "bo", asked, TWO) == []
    assert await react(plain, "bo", asked, ONE) == ["later on which"]
    await changed(plain, to=to)

    assert asked.words == "Over."
    assert await react(plain, "bo", asked, ONE) == []


async def test_what_an_edit_takes_away_it_may_offer_again(plain: World) -> None:
    asked = await sent(plain, "yes", "no")
    await changed(plain, to=["bo"])
    assert not any("on None" in words for words in await type_(plain, "bo", "1"))
    await changed(plain, "later", to=["bo"])

    assert await react(plain, "bo", asked, ONE) == ["later on which"]
    await changed(plain, "never", to=["bo"])
    assert await type_(plain, "bo", "1") == ["never on None"]


async def test_what_offered_nothing_may_offer_something_by_an_edit(plain: World) -> None:
    plain.bare.on(CommandGiven, Post(Label("which"), said("Wait.")))
    await plain.command("ana", "bare")
    await changed(plain, "yes", "no")

    assert await react(plain, "bo", plain.platform.messages[-1], TWO) == ["no on which"]


async def test_what_was_withdrawn_offers_nothing(plain: World) -> None:
    asked = await sent(plain, "yes", "no")
    plain.bare.on(CommandGiven, Withdraw(Label("which")))
    await plain.command("ana", "bare")

    assert await react(plain, "bo", asked, ONE) == []
    assert (await dump(plain.database))["awaited"] == []


async def test_an_edit_of_one_message_leaves_the_others(plain: World) -> None:
    first = await sent(plain, "yes", "no", label="first")
    second = await sent(plain, "tea", "juice", label="second")

    await changed(plain, label="first", to=["bo"])

    assert await react(plain, "bo", first, ONE) == []
    assert await react(plain, "bo", second, ONE) == ["tea on second"]


@pytest.mark.parametrize("by_reaction", [True, False])
async def test_a_choice_made_alone_is_not_taken_again_by_a_number(plain: World, by_reaction: bool) -> None:  # noqa: FBT001 - a parameter of the test
    asked = await sent(plain, "yes", "no")

    made = await react(plain, "bo", asked, ONE) if by_reaction else await type_(plain, "bo", "1")

    assert made == [f"yes on {'which' if by_reaction else None}"]
    assert not any("yes on" in words or "no on" in words for words in await type_(plain, "bo", "2"))


async def test_a_choice_from_an_older_message_leaves_what_was_asked_last(plain: World) -> None:
    first = await sent(plain, "yes", "no", label="first")
    await sent(plain, "tea", "juice", label="second")

    await react(plain, "bo", first, ONE)

    assert await type_(plain, "bo", "2") == ["juice on None"]


@pytest.mark.parametrize("older", [True, False])
async def test_a_number_under_a_message_chooses_from_that_message(plain: World, older: bool) -> None:  # noqa: FBT001 - a parameter of the test
    first = await sent(plain, "yes", "no", label="first")
    second = await sent(plain, "tea", "juice", label="second")

    told = await type_(plain, "bo", "2", thread=first.id if older else second.id)

    assert told == ["no on None" if older else "juice on None"]


async def test_a_number_under_any_other_message_answers_what_was_asked_last(plain: World) -> None:
    await sent(plain, "yes", "no")

    assert await type_(plain, "bo", "2", thread="m0") == ["no on None"]
    assert not any("on None" in words for words in await type_(plain, "bo", "2", thread="m0"))


async def test_a_dialogue_goes_on_wherever_it_is_answered(plain: World) -> None:
    fields = tuple(Field(name, Plain(name.capitalize())) for name in ("name", "words"))
    plain.bare.on(CommandGiven, OpenForm(Form("new", Plain("A new one"), fields)))

    async def sent_form(_: object, event: FormSubmitted, __: Now) -> Sequence[Effect]:
        return (Whisper(said(" ".join(event.values.values()))),)

    plain.bare.when(FormSubmitted, sent_form)
    reply = await plain.command("bo", "bare")
    shown = await degraded(plain.engine, plain.workspace, "D:bo", reply)

    assert whispers(shown.reply)[0].startswith("A new one\n\nName")
    assert "Words" in (await type_(plain, "bo", "Ana", thread="m7"))[0]
    assert await type_(plain, "bo", "hello") == ["Ana hello"]


async def test_words_under_a_message_in_a_channel_stay_where_they_are(plain: World) -> None:
    threads: list[Label | None] = []

    async def note(_: object, event: MessagePosted, __: Now) -> Sequence[Effect]:
        threads.append(event.thread)
        return ()

    plain.bare.when(MessagePosted, note)
    asked = await posted(plain, "yes", "no")

    await plain.say("chi", "1")
    await plain.say("bo", "hello", thread=asked.id)

    assert threads == [None, "which"]


async def test_each_whisper_is_told_its_own_choices_and_the_last_may_be_typed(plain: World) -> None:
    plain.bare.on(CommandGiven, Whisper(offer("yes")), Whisper(said("Well.")), Whisper(offer("tea", "juice")))
    reply = await plain.command("bo", "bare")

    shown = await degraded(plain.engine, plain.workspace, "D:bo", reply)

    labels = {place: [button.value for button in options] for place, options in shown.options.items()}
    assert labels == {0: ["yes"], 2: ["tea", "juice"]}
    assert [words.splitlines()[0] for words in whispers(shown.reply)] == ["Which?", "Well.", "Which?"]
    assert await type_(plain, "bo", "2") == ["juice on None"]


async def test_where_there_are_buttons_nothing_is_numbered(small: World) -> None:
    small.bare.on(CommandGiven, Whisper(offer("yes")))
    reply = await small.command("bo", "bare")

    assert await degraded(small.engine, small.workspace, "D:bo", reply) == Shown(reply)


async def test_who_waits_for_what_a_reaction_prompts(small: World) -> None:
    for emoji, chooses in ((ONE, True), (ONE.replace(SELECTOR, ""), True), ("👍", False)):
        assert awaits_reply(reaction(small, "bo", "m1", emoji), PLAIN) is chooses
        assert awaits_reply(reaction(small, "bo", "m1", emoji), RICH) is False
        assert awaits_reply(reaction(small, "bo", "m1", emoji, removed=True), PLAIN) is False


FORM = Form(
    "new",
    Plain("A new one"),
    (
        Field(
            "tongue", Plain("Language"), "choice", choices=(Choice("en", Plain("English")), Choice("fr", Plain("Send")))
        ),
        Field("name", Plain("Name")),
        Field(
            "often", Plain("How often"), "choice", choices=(Choice("d", Plain("Daily")), Choice("w", Plain("Weekly")))
        ),
    ),
)


async def shown(world: World, reply: Reply) -> list[Put]:
    """Show a reply in Bo's conversation with the bot, as an adapter does; return its messages."""
    degrading = await degraded(world.engine, world.workspace, "D:bo", reply)
    put: list[Put] = []
    for place, body in enumerate(degrading.reply.whispers):
        number = len(world.platform.messages)
        message = Put(f"w{number}", "", "D:bo", None, ("bo",), body, world.clock.at)
        world.platform.messages.append(message)
        put.append(message)
        if place in degrading.options:
            options = Options(degrading.options[place])
            await offer_there(world.engine, world.workspace, "D:bo", message.id, options, reply.whose)
        elif degrading.reply.asks and place == len(degrading.reply.whispers) - 1:
            await offer_choices(world.engine, world.workspace, "D:bo", message.id, reply.whose)
    return put


async def asked(world: World, form: Form = FORM) -> Put:
    """Let Bo be asked the first question of a form."""

    async def sent_form(_: object, event: FormSubmitted, __: Now) -> Sequence[Effect]:
        return (Whisper(said(f"{event.form}: {' '.join(event.values.values())}")),)

    world.bare.when(FormSubmitted, sent_form)
    world.bare.on(CommandGiven, OpenForm(form))
    return (await shown(world, await world.command("bo", "bare")))[-1]


async def answered(world: World, heard: Incoming) -> Put | None:
    """Let Bo answer, and return what is said then."""
    put = await shown(world, await world.ask(heard))
    return put[-1] if put else None


def here(world: World, words: str, thread: str | None = None) -> Said:
    return world.message("bo", words, channel="D:bo", thread=thread, direct=True)


async def test_a_reaction_answers_the_question_of_a_form(plain: World) -> None:
    first = await asked(plain)
    second = await answered(plain, reaction(plain, "bo", first.id, TWO, "D:bo"))
    assert second is not None
    assert second.words.startswith("Name")
    third = await answered(plain, here(plain, "Ana"))
    assert third is not None
    assert third.words.startswith("How often")

    sent = await answered(plain, reaction(plain, "bo", third.id, ONE, "D:bo"))

    assert sent is not None
    assert sent.words == "new: fr Ana d"


async def test_a_question_that_was_answered_takes_no_more_reactions(plain: World) -> None:
    first = await asked(plain)
    await answered(plain, reaction(plain, "bo", first.id, TWO, "D:bo"))

    assert await answered(plain, reaction(plain, "bo", first.id, ONE, "D:bo")) is None
    third = await answered(plain, here(plain, "Ana"))
    assert third is not None
    assert await answered(plain, reaction(plain, "bo", first.id, ONE, "D:bo")) is None
    sent = await answered(plain, reaction(plain, "bo", third.id, TWO, "D:bo"))

    assert sent is not None
    assert sent.words == "new: fr Ana w"
    assert await answered(plain, reaction(plain, "bo", third.id, ONE, "D:bo")) is None


async def test_the_same_answer_told_again_is_taken_once(plain: World) -> None:
    first = await asked(plain)
    heard = reaction(plain, "bo", first.id, TWO, "D:bo")
    one, again = await answered(plain, heard), await answered(plain, heard)
    assert one is not None
    assert again is not None
    assert one.words == again.words

    assert await answered(plain, here(plain, "Ana")) is not None


@pytest.mark.parametrize("words", ["2", "send", "fr"])
async def test_a_question_is_answered_below_its_message_too(plain: World, words: str) -> None:
    first = await asked(plain)

    second = await answered(plain, here(plain, words, first.id))

    assert second is not None
    assert second.words.startswith("Name")
    third = await answered(plain, here(plain, "Ana", second.id))
    assert third is not None
    sent = await answered(plain, here(plain, "1", third.id))
    assert sent is not None
    assert sent.words == "new: fr Ana d"


async def test_a_number_below_a_question_that_was_answered_answers_no_other(plain: World) -> None:
    first = await asked(plain)
    await answered(plain, here(plain, "2"))
    third = await answered(plain, here(plain, "Ana"))
    assert third is not None

    await answered(plain, here(plain, "1", first.id))

    sent = await answered(plain, here(plain, "2"))
    assert sent is not None
    assert sent.words == "new: fr Ana w"


async def test_a_reaction_to_one_form_answers_no_other(plain: World) -> None:
    first = await asked(plain)
    other = await asked(plain, replace(FORM, id="other"))

    assert await answered(plain, reaction(plain, "bo", first.id, ONE, "D:bo")) is None
    second = await answered(plain, reaction(plain, "bo", other.id, TWO, "D:bo"))

    assert second is not None
    assert second.words.startswith("Name")


async def test_what_else_is_said_meanwhile_offers_no_answers(plain: World) -> None:
    await asked(plain)
    plain.bare.on(CommandGiven, Whisper(said("Done.")))

    (done,) = await shown(plain, await plain.command("bo", "bare"))

    assert done.words == "Done."
    assert await answered(plain, reaction(plain, "bo", done.id, ONE, "D:bo")) is None


async def test_what_is_refused_is_asked_again_with_its_choices(plain: World) -> None:
    await asked(plain)

    again = await answered(plain, here(plain, "7"))

    assert again is not None
    assert again.words.startswith("“7” is not one of the choices.")
    second = await answered(plain, reaction(plain, "bo", again.id, ONE, "D:bo"))
    assert second is not None
    assert second.words.startswith("Name")


async def test_a_form_that_was_stopped_takes_no_reactions(plain: World) -> None:
    first = await asked(plain)
    await answered(plain, here(plain, "cancel"))

    assert await answered(plain, reaction(plain, "bo", first.id, ONE, "D:bo")) is None
