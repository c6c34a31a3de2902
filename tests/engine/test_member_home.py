"""A member's home: what is on, what waits for them, what is theirs; every button works where there is no channel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.effects import Wake, Whisper
from bot.core.events import ButtonPressed, CommandGiven
from bot.core.i18n import words
from bot.core.incoming import Batch, Profile
from bot.core.model import Label, Office, OfficeName, Role
from bot.core.text import Button, Buttons, buttons, paragraph
from bot.engine import governance
from bot.engine.home import IN_A_ROW, SHORT, Home, home
from bot.engine.ritual import Shortcut
from tests.engine.planted import count, said
from tests.engine.platform import buttons_by_label, wording
from tests.engine.world import World, dump, engine_on, whispers

t, _ = words("planted")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

OWN = """Your settings

Language: that of each community. Time zone: that of each community.
Quiet hours: none.
At most 2 messages a week that you did not ask for.
Communities: {communities}.

Your data

Take along all that is kept about you, have it erased, or receive only what you ask for."""


async def shown(world: World, who: str) -> Home:
    found = await home(world.engine, world.workspace, who)
    assert found is not None
    return found


async def text(world: World, who: str) -> str:
    return wording((await shown(world, who)).body)


async def rows(world: World, who: str) -> list[list[Button]]:
    """Return the buttons of a home, row by row."""
    return [list(b.buttons) for b in (await shown(world, who)).body.blocks if isinstance(b, Buttons)]


async def offered(world: World, who: str, place: int = 0) -> dict[str, Button]:
    """Return the buttons of one community on a home, by what is written on them: the oldest community's by default."""
    community = list(world.communities.values())[place]
    of = {b.value.split(" ")[0] for row in await rows(world, who) for b in row if b.action == "core:which"}
    assert community.id in of
    kept = [b for row in await rows(world, who) for b in row if b.value.startswith(f"{community.id} ")]
    return buttons_by_label(buttons(*kept))


async def labels(world: World, who: str) -> list[list[str]]:
    return [list(buttons_by_label(buttons(*row))) for row in await rows(world, who)]


def planned(world: World, number: int) -> None:
    """Let a ritual ask every day."""
    start = world.clock.at
    world.notes.wakes[:] = [Wake(Label(f"w{n}"), start + n * DAY, HOUR, t("the tally")) for n in range(1, number + 1)]


async def test_a_member_sees_what_is_on_and_what_is_theirs(small: World) -> None:
    planned(small, 9)
    await small.command("ana", "notes")

    assert await text(small, "chi") == (
        "Practice C1\n\nAt home in #C1.\nCoordinated by ana.\n\n"
        "Notes\n\nnotes is warm\n\nBare\n\nbare is warm\n\n"
        "What comes next\n\n"
        "- Tuesday 24 November, 14:00: the tally\n"
        "- Wednesday 25 November, 14:00: the tally\n"
        "- Thursday 26 November, 14:00: the tally\n\n"
    ) + OWN.format(communities="Practice C1")
    assert await labels(small, "chi") == [
        ["Do it"],
        ["Do it"],
        ["The weeks to come", "History"],
        ["Change"],
        ["Export my data", "Erase my data", "Only what I ask for"],
    ]
    assert (await shown(small, "chi")).names == {"ana": "Ana"}


async def test_who_coordinates_sees_first_what_waits_and_more_of_what_comes(small: World) -> None:
    planned(small, 9)
    await small.command("ana", "notes")
    small.notes.waits = said("Shall it be counted?") + buttons(Button("count", t("Count it"), "1"))

    found = await text(small, "ana")

    first, second = found.split("Practice C2\n")
    assert "Coordinated by ana.\n\nWhat waits for you\n\nShall it be counted?\n\nNotes\n\n" in first
    assert first.count("the tally") == 5
    assert "What waits for you" in second
    assert (await labels(small, "ana"))[:5] == [
        ["Count it"],
        ["Do it"],
        ["Do it"],
        ["The weeks to come", "History", "Settings"],
        ["Pause"],
    ]
    assert "What waits for you" not in await text(small, "bo")


async def test_what_waits_is_decided_there_as_in_the_message(small: World) -> None:
    small.notes.waits = paragraph("Shall it be counted?") + buttons(Button("count", t("Count it"), "1"))
    pressed: list[str] = []

    async def counted(_: object, event: ButtonPressed, __: object) -> tuple[Whisper, ...]:
        pressed.append(f"{event.action} {event.value} {event.role.name}")
        return (Whisper(said("Counted.")),)

    small.notes.when(ButtonPressed, counted)
    (row, *_) = await rows(small, "ana")

    assert whispers(await small.press("ana", row[0], channel=None)) == ["Counted."]
    assert pressed == ["count 1 COORDINATOR"]


async def test_who_facilitates_sees_what_waits_and_no_settings(small: World) -> None:
    small.notes.waits = said("Shall it be counted?")
    community = small.communities["C1"]
    async with small.database.unit() as unit:
        chair = Office(name=OfficeName.FACILITATOR, member=small.members["chi"], since=small.clock.at)
        await unit.commons.appoint(community.id, chair)
        await unit.commit()

    assert "What waits for you" in await text(small, "chi")
    assert "What waits for you" in await text(small, "ana")
    assert ["The weeks to come", "History"] in await labels(small, "chi")


async def test_every_button_works_where_there_is_no_channel(small: World) -> None:
    small.notes.on(CommandGiven, Whisper(said("Done.")))
    small.bare.on(CommandGiven, Whisper(said("Done.")))
    found = await rows(small, "ana")
    assert max(len(row) for row in found) == IN_A_ROW

    for button in (b for row in found for b in row):
        reply = await small.press("ana", button, channel=None)
        assert reply.form is not None or reply.whispers
        for told in whispers(reply):
            assert "no longer in use" not in told
            assert "not a command" not in told
            assert "About which" not in told


async def test_each_community_has_its_own_buttons(small: World) -> None:
    for place, name in enumerate(("Practice C1", "Practice C2")):
        here = await offered(small, "ana", place)
        form = (await small.press("ana", here["Settings"], channel=None)).form
        assert form is not None
        assert form.fields[0].value == name
        reply = await small.submit("ana", form.id, {"name": f"{name} anew"}, channel=None)
        assert "Saved." in whispers(reply)[0]

        assert "changed the settings" in whispers(await small.press("bo", here["History"], channel=None))[0]
        assert "in the next 4 weeks" in whispers(await small.press("bo", here["The weeks to come"], channel=None))[0]
        assert "Only a coordinator" in whispers(await small.press("bo", here["Settings"], channel=None))[0]
    assert "Practice C1 anew\n" in await text(small, "ana")


async def test_a_pause_is_asked_for_by_a_form_and_ended_by_a_button(small: World) -> None:
    form = (await small.press("ana", (await offered(small, "ana"))["Pause"], channel=None)).form
    assert form is not None
    assert {f.name: f.value for f in form.fields} == {"day": ""}
    for wrong, why in (("2026-11-01", "a day after today"), ("2027-12-24", "A pause lasts a year at most")):
        assert why in wording((await small.submit("ana", form.id, {"day": wrong}, channel=None)).errors["day"])
    assert "Only a coordinator" in whispers(await small.submit("bo", form.id, {"day": "2027-01-04"}))[0]

    (rests,) = whispers(await small.submit("ana", form.id, {"day": "2027-01-04"}, channel=None))
    assert "Everything rests until Monday 4 January" in rests

    for who in ("ana", "chi"):
        assert "Coordinated by ana.\nPaused until Monday 4 January.\n" in await text(small, who)
    again = (await small.command("ana", "pause")).form
    assert again is not None
    assert again.fields[0].value == "2027-01-04"
    assert "End the pause" not in await offered(small, "chi")
    resume = (await offered(small, "ana"))["End the pause"]
    assert "The pause is over." in whispers(await small.press("ana", resume, channel=None))[0]
    assert "Paused" not in await text(small, "ana")
    assert "There is no pause to end" in whispers(await small.press("ana", resume, channel=None))[0]


async def test_a_shortcut_belongs_to_its_ritual_among_several(small: World) -> None:
    small.notes.when(CommandGiven, count)
    await small.command("ana", "ritual add notes Friday tip")
    first, second = [b for row in await rows(small, "bo") for b in row if b.value.endswith("notes well")][:2]

    await small.press("bo", second, channel=None)
    assert await small.tally() == 0
    await small.press("bo", first, channel=None)
    assert await small.tally() == 1

    gone = await small.command("ana", "ritual remove Friday tip")
    await small.press("ana", buttons_by_label(gone.whispers[0])["Yes, take it away"])
    assert "no longer in use" in whispers(await small.press("bo", second, channel=None))[0]
    assert await small.tally() == 1


async def test_who_left_can_no_longer_press(small: World) -> None:
    do = (await offered(small, "chi"))["Do it"]
    async with small.database.unit() as unit:
        await unit.commons.leave(small.communities["C1"].id, small.members["chi"], small.clock.at)
        await unit.commit()

    assert "no longer in use" in whispers(await small.press("chi", do, channel=None))[0]


async def test_who_belongs_to_no_community_is_told_how_one_begins(small: World) -> None:
    async with small.database.unit() as unit:
        await unit.directory.save(small.workspace, Batch(people=(Profile(external="dee", name="Dee"),)))
        await unit.commit()

    assert (await text(small, "dee")).startswith(
        "Causerie is here for people who share a practice: small rituals, on a rhythm, without noise. "
        "Join the channel of a community, or begin one: invite me into a channel, then Set up.\n\n"
        "Your settings\n\n"
    )
    assert await labels(small, "dee") == [["Change"], ["Export my data", "Erase my data", "Only what I ask for"]]
    for button in (b for row in await rows(small, "dee") for b in row):
        reply = await small.press("dee", button, channel=None)
        assert reply.form is not None or "no longer in use" not in whispers(reply)[0]


async def test_who_is_unknown_or_not_addressable_has_no_home(small: World) -> None:
    async with small.database.unit() as unit:
        robot = Profile(external="robot", name="Robot", addressable=False)
        await unit.directory.save(small.workspace, Batch(people=(robot,)))
        await unit.commit()

    assert await home(small.engine, small.workspace, "robot") is None
    assert await home(small.engine, small.workspace, "nobody") is None


async def test_who_refused_everything_is_not_offered_it_again(small: World) -> None:
    (*_, own) = await rows(small, "chi")
    assert "only what you ask for" in whispers(await small.press("chi", own[-1], channel=None))[0]

    assert "Refused: all that you do not ask for." in await text(small, "chi")
    assert (await labels(small, "chi"))[-3:] == [
        ["Receive them again"],
        ["Change"],
        ["Export my data", "Erase my data"],
    ]


async def test_a_ritual_whose_settings_are_invalid_says_so(small: World) -> None:
    small.notes.waits = said("Shall it be counted?")
    await small.configured(tone="loud")

    found = (await text(small, "ana")).split("Practice C2\n")[0]

    assert "Notes\n\nNotes is paused: its settings are no longer valid. Set them anew to go on.\n\nBare" in found
    assert "What waits for you" not in found
    assert "bare is warm" in found
    assert [b.value.split(" ", 2)[2] for b in (await offered(small, "ana")).values() if "well" in b.value] == [
        "bare well"
    ]


async def test_a_ritual_that_fails_stops_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.notes.fails = True
    world.bare.waits = said("Shall it be?")

    found = await text(world, "ana")

    assert "What waits for you\n\nShall it be?\n\nNotes\n\nThis cannot be shown just now.\n\nBare" in found
    assert "bare is warm" in found
    logged = {r.getMessage() for r in caplog.records if r.name == "causerie.home"}
    assert logged == {"the home of notes failed: ZeroDivisionError"}


async def test_it_only_reads(world: World) -> None:
    world.notes.waits = said("Shall it be counted?")
    before = await dump(world.database)

    assert "Shall it be counted?" in await text(world, "ana")

    assert await dump(world.database) == before


async def test_a_ritual_is_short(small: World) -> None:
    small.notes.says = said("word " * SHORT)

    found = (await text(small, "chi")).split("Notes\n\n")[1].split("\n\nBare")[0]

    assert found.endswith("word…")
    assert len(found) <= SHORT + 2


async def test_a_community_without_a_ritual_says_how_to_add_one(small: World) -> None:
    small.engine = engine_on(small.database, small.clock)
    small.engine.platforms[small.workspace] = small.platform

    assert "This community has no ritual yet. /bot ritual add adds one." in await text(small, "chi")


async def test_it_speaks_the_member_s_language(small: World) -> None:
    await small.allow("chi", language="fr", zone="America/Montreal")
    await small.pause(small.clock.at + 10 * DAY)
    planned(small, 12)
    await small.command("ana", "notes")

    found = await shown(small, "chi")

    told = wording(found.body)
    assert "Coordination\u00a0: ana.\nEn pause jusqu’au " in told
    assert "À venir" in told
    assert "Vos données" in told
    assert (found.voice.language, found.zone) == ("fr", "America/Montreal")
    assert "Modifier" in buttons_by_label(found.body)


def test_a_shortcut_is_offered_between_two_roles() -> None:
    bounded = Shortcut(label=t("Do it"), words="do", role=Role.MEMBER, below=Role.COORDINATOR)
    assert [role for role in Role if bounded.offered(role)] == [Role.MEMBER, Role.FACILITATOR]


async def test_by_default_nothing_waits(small: World) -> None:
    community, binding = small.communities["C1"], await small.binding("community")
    moment = small.engine.moment(community, binding, small.fact(), small.clock.at, ())
    async with small.database.view() as unit:
        store = governance.Governing(small.engine, unit, community, binding)
        assert not await governance.ritual.waiting(store, moment)
