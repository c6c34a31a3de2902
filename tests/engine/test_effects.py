"""Each thing that a ritual can say happens: on the platform, in the core's tables, or to who asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.core.effects import (
    Care,
    Compute,
    Configure,
    DirectMessage,
    Edit,
    Effect,
    Fetch,
    Journal,
    Load,
    Offer,
    OpenForm,
    Post,
    Whisper,
    Withdraw,
)
from bot.core.errors import UserError
from bot.core.events import (
    ButtonPressed,
    CommandGiven,
    Computed,
    Delivered,
    Event,
    Fetched,
    FormSubmitted,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Offered,
    ReactionChanged,
)
from bot.core.forms import Field, Form
from bot.core.model import Label, MemberId
from bot.core.text import Button, Mention, MessageLink, Named, Plain, buttons, inlines_of, paragraph
from tests.engine.planted import Now, Store, count, said, verbatim
from tests.engine.platform import Later, Lost, wording
from tests.engine.world import World, dump, whispers

HELLO = Label("hello")


async def test_a_post_stands_in_the_home_channel(world: World) -> None:
    world.bare.on(MessagePosted, Post(HELLO, said("Hello.")))

    await world.say("bo", "hi")

    assert world.platform.seen("C1") == ["Hello."]
    assert world.platform.seen("C2") == []


async def test_a_label_is_said_once(world: World) -> None:
    world.bare.on(MessagePosted, Post(HELLO, said("Hello.")))

    await world.say("bo", "hi")
    await world.say("chi", "hi")

    assert world.platform.seen("C1") == ["Hello."]


async def test_a_thread_post_waits_for_its_root(world: World) -> None:
    root, reply = Post(HELLO, said("Root.")), Post(Label("reply"), said("Reply."), under=HELLO)
    world.platform.fail("Root.", Later(timedelta(minutes=1)))
    world.bare.on(MessagePosted, root, reply)

    await world.say("bo", "hi")
    assert world.platform.seen("C1") == []

    await world.after(timedelta(minutes=2))
    assert world.platform.seen("C1") == ["Root.", "Reply."]
    assert world.platform.the("Reply.").thread == world.platform.the("Root.").id


@pytest.mark.parametrize("care", Care)
async def test_a_direct_message_reaches_its_conversation(world: World, care: Care) -> None:
    world.bare.on(CommandGiven, DirectMessage(HELLO, world.to("bo", "chi"), said("For two."), care))

    await world.command("ana", "bare")

    assert world.platform.direct("bo", "chi") == ["For two."]
    assert list(world.platform.the("For two.").buttons) == (["No more of these"] if care is Care.NUDGE else [])


async def test_an_edit_changes_what_was_said(world: World) -> None:
    world.bare.on(MessagePosted, Post(HELLO, said("Draft.")))
    await world.say("bo", "hi")
    world.bare.on(MessagePosted, Edit(HELLO, said("Final.")))

    await world.say("bo", "again")

    assert world.platform.seen("C1") == ["Final."]
    assert len(world.platform.messages) == 1


async def test_an_edit_before_sending_changes_what_will_be_said(world: World) -> None:
    world.platform.fail("Draft.", Later(timedelta(minutes=1)))
    world.bare.on(MessagePosted, Post(HELLO, said("Draft.")))
    await world.say("bo", "hi")
    world.bare.on(MessagePosted, Edit(HELLO, said("Final.")))
    await world.say("bo", "again")

    await world.after(timedelta(minutes=2))

    assert world.platform.seen("C1") == ["Final."]
    assert await world.outbox() == [("hello", "sent")]


async def test_an_edit_of_what_may_be_there_already_waits_until_it_is_known(world: World) -> None:
    world.platform.fail("Draft.", Lost(accepted=True))
    world.bare.on(MessagePosted, Post(HELLO, said("Draft.")))
    await world.say("bo", "hi")
    world.bare.on(MessagePosted, Edit(HELLO, said("Final.")))
    await world.say("bo", "again")
    assert world.platform.seen("C1") == ["Draft."]

    await world.after(timedelta(minutes=5))

    assert world.platform.seen("C1") == ["Final."]


async def test_what_was_said_is_withdrawn(world: World) -> None:
    world.bare.on(MessagePosted, Post(HELLO, said("Oops.")))
    await world.say("bo", "hi")
    world.bare.on(MessagePosted, Withdraw(HELLO))

    await world.say("bo", "again")

    assert world.platform.seen("C1") == []


async def test_what_was_not_said_yet_is_never_said_and_nothing_under_it(world: World) -> None:
    world.platform.fail("Oops.", Later(timedelta(minutes=1)))
    world.bare.on(MessagePosted, Post(HELLO, said("Oops.")), Post(Label("under"), said("Under."), under=HELLO))
    await world.say("bo", "hi")
    world.bare.on(MessagePosted, Withdraw(HELLO))
    await world.say("bo", "again")

    await world.after(timedelta(hours=1))

    assert world.platform.messages == []
    assert await world.outbox() == [("hello", "withdrawn"), ("under", "withdrawn")]


async def test_settings_are_changed_and_returned_to_their_defaults(world: World) -> None:
    world.notes.on(CommandGiven, Configure({"tone": "dry", "much": 3}))
    await world.command("ana", "notes")
    assert (await world.binding("notes")).settings == {"tone": "dry", "much": 3}
    world.notes.on(CommandGiven, Configure({"much": None}))

    await world.command("ana", "notes")

    assert (await world.binding("notes")).settings == {"tone": "dry"}
    assert (await world.binding("notes", "C2")).settings == {}


async def test_settings_that_do_not_validate_roll_everything_back(world: World) -> None:
    async def decide(store: Store, event: Event, moment: Now) -> Sequence[Effect]:
        await count(store, event, moment)
        return (Post(HELLO, said("Done.")), Configure({"tone": "loud"}))

    world.notes.when(CommandGiven, decide)
    before = await dump(world.database, ("inbox", "claim"))

    reply = await world.command("ana", "notes")

    assert len(whispers(reply)) == 1
    assert "warm" in whispers(reply)[0]
    assert await dump(world.database, ("inbox", "claim")) == before
    assert world.platform.messages == []


async def test_the_journal_is_open_to_everybody(world: World) -> None:
    world.bare.on(CommandGiven, Journal(verbatim("The rhythm changed.")))
    await world.command("ana", "bare")

    (line,) = whispers(await world.command("bo", "history"))

    assert "The rhythm changed." in line
    assert whispers(await world.command("bo", "history", "C2")) == ["Nothing has been changed yet."]


async def test_load_is_entered_once_per_effect(world: World) -> None:
    world.bare.on(CommandGiven, Load(world.members["bo"], "host", 2.0), Load(world.members["bo"], "host", 1.0))

    await world.command("ana", "bare")

    async with world.database.view() as unit:
        entries = await unit.commons.load(world.communities["C1"].id, world.clock.at - timedelta(days=1))
    assert sorted((e.member, e.role, e.units) for e in entries) == [
        (world.members["bo"], "host", 1.0),
        (world.members["bo"], "host", 2.0),
    ]


async def test_an_offer_reaches_the_other_rituals_of_the_community_only(world: World) -> None:
    async def taken(_: Store, event: Offered, __: Now) -> Sequence[Effect]:
        return (Post(Label(f"taken/{event.kind}"), said(f"{event.kind}: {event.payload['gap']}")),)

    world.notes.on(CommandGiven, Offer("faq-gap", {"gap": "how to begin"}))
    world.bare.when(Offered, taken)
    world.notes.when(Offered, count)

    await world.command("ana", "notes")

    assert world.platform.seen("C1") == ["faq-gap: how to begin"]
    assert world.platform.seen("C2") == []
    assert await world.tally() == 0


async def test_a_thread_that_is_fetched_comes_back_without_strangers(world: World) -> None:
    async def fetched(_: Store, event: Fetched, __: Now) -> Sequence[Effect]:
        return (Post(Label("count"), said(" / ".join(wording(m.text) for m in event.messages))),)

    world.bare.on(MessagePosted, Post(HELLO, said("Root.")))
    await world.say("bo", "hi")
    root = world.platform.the("Root.").id
    answers = [world.message(who, f"by {who}", thread=root) for who in ("bo", "stranger", "chi")]
    world.platform.threads["C1", root] = list(answers)
    world.bare.on(CommandGiven, Fetch(Label("read"), HELLO))
    world.bare.when(Fetched, fetched)

    await world.command("ana", "bare")

    assert world.platform.seen("C1") == ["Root.", "by bo / by chi"]


async def test_a_thread_that_is_not_there_is_a_dead_letter(small: World) -> None:
    small.bare.on(CommandGiven, Fetch(Label("read"), Label("nowhere")))

    await small.command("ana", "bare")

    assert await small.outbox() == [("read", "dead")]


async def test_a_computation_comes_back(world: World) -> None:
    async def computed(_: Store, event: Computed, __: Now) -> Sequence[Effect]:
        return (Post(Label("result"), said(f"{event.label}: {event.result['number']}")),)

    world.bare.on(CommandGiven, Compute(Label("sum"), "double", {"number": 21}))
    world.bare.when(Computed, computed)

    await world.command("ana", "bare")

    assert world.platform.seen("C1") == ["sum: 42"]


async def test_a_computation_that_nobody_knows_is_a_dead_letter(small: World) -> None:
    small.bare.on(CommandGiven, Compute(Label("sum"), "treble", {"number": 21}))

    await small.command("ana", "bare")

    assert await small.outbox() == [("sum", "dead")]


async def test_a_ritual_learns_that_its_message_is_there(world: World) -> None:
    async def delivered(_: Store, event: Delivered, __: Now) -> Sequence[Effect]:
        return (Post(Label("next"), said("Next.")),) if event.label == HELLO else ()

    world.bare.on(MessagePosted, Post(HELLO, said("Hello.")))
    world.bare.when(Delivered, delivered)

    await world.say("bo", "hi")

    assert world.platform.seen("C1") == ["Hello.", "Next."]


async def test_a_whisper_and_a_form_return_to_who_asked_and_are_stored_nowhere(small: World) -> None:
    form = Form("poll", Plain("A poll"), (Field(name="what", label=Plain("What")),))
    small.bare.on(CommandGiven, Whisper(said("Only you.")), OpenForm(form))
    before = await dump(small.database, ("inbox", "claim"))

    reply = await small.command("bo", "bare")

    assert whispers(reply) == ["Only you."]
    assert reply.form is not None
    assert await dump(small.database, ("inbox", "claim")) == before

    async def sent(_: Store, event: FormSubmitted, __: Now) -> Sequence[Effect]:
        if not event.values["what"]:
            raise UserError(verbatim("Empty."), {"what": said("Say what.")})
        return (Post(HELLO, said(event.values["what"])),)

    small.bare.when(FormSubmitted, sent)
    wrong = await small.submit("bo", reply.form.id, {"what": ""})
    assert {k: wording(v) for k, v in wrong.errors.items()} == {"what": "Say what."}
    assert wrong.whispers == ()
    await small.submit("bo", reply.form.id, {"what": "Tea?"})
    assert small.platform.seen("C1") == ["Tea?"]


async def test_a_refusal_explains_and_rolls_back(world: World) -> None:
    async def decide(store: Store, event: Event, moment: Now) -> Sequence[Effect]:
        await count(store, event, moment)
        raise UserError(verbatim("Not on a Monday."))

    world.notes.when(CommandGiven, decide)

    assert whispers(await world.command("bo", "notes")) == ["Not on a Monday."]
    assert await world.tally() == 0


async def test_a_button_finds_its_way_back(world: World) -> None:
    async def pressed(_: Store, event: ButtonPressed, __: Now) -> Sequence[Effect]:
        return (Whisper(said(f"{event.action} {event.value} {event.label} {event.role.name}")),)

    row = buttons(Button("yes", Plain("Gladly"), "7"))
    world.bare.on(MessagePosted, Post(HELLO, said("Who?") + row))
    world.bare.when(ButtonPressed, pressed)
    await world.say("bo", "hi")
    put = world.platform.the("Who?")

    assert whispers(await world.press("ana", put.buttons["Gladly"], put.id)) == ["yes 7 hello COORDINATOR"]
    assert whispers(await world.press("chi", put.buttons["Gladly"])) == ["yes 7 None MEMBER"]


async def test_a_button_of_nobody_is_stale(small: World) -> None:
    before = await dump(small.database, ("inbox", "claim"))

    for action in ("gone:yes", "yes"):
        told = whispers(await small.press("bo", Button(action, Plain("x"), "")))
        assert told == ["This is no longer in use: what it was for is over. Nothing was changed."]
    told = whispers(await small.submit("bo", "gone:poll", {}))

    assert told == ["This is no longer in use: what it was for is over. Nothing was changed."]
    assert await dump(small.database, ("inbox", "claim")) == before


async def test_answers_edits_deletions_and_reactions_come_with_their_thread(world: World) -> None:
    async def tell(_: Store, event: MessagePosted, __: Now) -> Sequence[Effect]:
        kind = type(event).__name__
        return (Post(Label(f"{kind}/{event.fact}"), said(f"{kind} {event.thread}")),)

    world.bare.on(MessagePosted, Post(HELLO, said("Root.")))
    await world.say("bo", "hi")
    root = world.platform.the("Root.").id
    for event in (MessagePosted, MessageEdited, MessageDeleted, ReactionChanged):
        world.bare.when(event, tell)

    await world.say("bo", "yes", thread=root, message="u7")
    await world.say("bo", "yes!", thread=root, message="u7", edited=True)
    await world.delete("u7", author="bo", thread=root)
    await world.react("chi", root, "wave")
    await world.delete(root)

    assert world.platform.seen("C1") == [
        "Root.",
        "MessagePosted hello",
        "MessageEdited hello",
        "MessageDeleted hello",
        "ReactionChanged hello",
        "MessageDeleted hello",
    ]


async def test_people_and_messages_are_said_in_the_platforms_ids(world: World) -> None:
    async def link(_: Store, event: MessagePosted, __: Now) -> Sequence[Effect]:
        body = paragraph(
            Mention(world.members["bo"]),
            Named(world.members["chi"]),
            MessageLink((Plain("this"),), message=event.message),
            MessageLink((Plain("that"),), label=HELLO),
            MessageLink((Plain("nothing"),), label=Label("nowhere")),
        )
        return (Post(Label("links"), body),)

    world.bare.on(MessagePosted, Post(HELLO, said("Hello.")))
    await world.say("bo", "hi")
    world.bare.when(MessagePosted, link)
    await world.say("bo", "look", message="u9")

    body = world.platform.messages[-1].body
    assert list(inlines_of(body))[:6] == [
        Mention(MemberId("bo")),
        Named(MemberId("chi")),
        MessageLink((Plain("this"),), message="C1/u9"),  # type: ignore[arg-type]
        Plain("this"),
        MessageLink((Plain("that"),), message="C1/m1", label=None),  # type: ignore[arg-type]
        Plain("that"),
    ]
    assert list(inlines_of(body))[6:] == [Plain("nothing")]
