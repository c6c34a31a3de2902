"""A community says some texts in its own words: checked, shown before they are used, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.incoming import Left
from bot.core.text import Button, Text
from bot.engine.sweep import tidy
from tests.engine.platform import buttons_by_label, wording
from tests.engine.world import World, dump, whispers

OWN = "No one leads right now. Type `{prefix} coordinator take` if you **like**."


async def shown(world: World, **values: str) -> Mapping[str, Button]:
    """Write own words for the text "orphaned", and return the buttons below the preview."""
    form = (await world.command("ana", "texts edit orphaned")).form
    assert form is not None
    return buttons_by_label((await world.submit("ana", form.id, values)).whispers[0])


async def used(world: World, **values: str) -> None:
    await world.press("ana", (await shown(world, **values))["Use these words"])


async def orphaned(world: World) -> str:
    """Let the only coordinator leave, and return what is said then."""
    await world.hear(Left(fact=world.fact(), at=world.clock.at, channel="C1", author="ana"))
    return world.platform.seen("C1")[-1]


async def bilingual(world: World) -> None:
    async with world.database.unit() as unit:
        world.communities["C1"] = replace(world.communities["C1"], bilingual=True)
        await unit.commons.change(world.communities["C1"])
        await unit.commit()


async def test_the_texts_are_listed_with_what_is_said_now(small: World) -> None:
    (before,) = whispers(await small.command("bo", "texts list"))
    assert "- orphaned – Nobody coordinates this community at the moment" in before

    await used(small, en=OWN)

    (after,) = whispers(await small.command("bo", "texts list"))
    assert "- orphaned – No one leads right now. Type `{prefix} coordinator take`" in after


async def test_own_words_are_shown_then_used_then_said(world: World) -> None:
    form = (await world.command("ana", "texts edit ORPHANED")).form
    assert form is not None
    assert wording(form.intro or Text()).startswith("The text orphaned\n")
    assert "{prefix} – what is typed before a command here" in wording(form.intro or Text())
    (field,) = form.fields
    assert field.value.startswith("Nobody coordinates this community")

    (preview,) = (await world.submit("ana", form.id, {"en": OWN})).whispers

    assert "> No one leads right now. Type /causerie coordinator take if you like." in wording(preview)
    buttons = buttons_by_label(preview)
    assert list(buttons) == ["Use these words", "Change"]
    again = (await world.press("ana", buttons["Change"])).form
    assert again is not None
    assert again.fields[0].value == OWN
    assert whispers(await world.press("ana", buttons["Use these words"])) == ["From now on it is said so."]
    (history,) = whispers(await world.command("bo", "history"))
    assert "ana changed the text orphaned (English)." in history
    assert await orphaned(world) == "No one leads right now. Type /bot coordinator take if you like."


async def test_both_languages_of_a_community_are_asked(small: World) -> None:
    await bilingual(small)
    form = (await small.command("ana", "texts edit orphaned")).form
    assert form is not None
    assert [f.name for f in form.fields] == ["en", "fr"]

    await used(small, en=OWN, fr="Personne pour l’instant : `{prefix} coordination prendre`.")

    said = await orphaned(small)
    assert "No one leads right now." in said
    assert "Personne pour l’instant" in said


async def test_each_language_says_its_dates(small: World) -> None:
    await bilingual(small)
    form = (await small.command("ana", "texts edit closed")).form
    assert form is not None
    own = {
        "en": "{name} ends. `{prefix} community reopen` until {day}.",
        "fr": "{name}, fin. `{prefix} communauté rouvrir` jusqu’au {day}.",
    }

    (preview,) = whispers(await small.submit("ana", form.id, own))

    assert "until Thursday 24 December." in preview
    assert "jusqu’au jeudi 24 décembre." in preview


WRONG = {
    "Come forward.": "{prefix} has to stay: what is typed before a command here.",
    OWN + " {member}": "{member} stands for nothing in this text.",
    OWN + " [Come](https://a.example/{prefix})": "{prefix} cannot stand in a link’s address.",
    OWN + "x" * 1000: "At most 1000 characters fit here, and this has 1073.",
}


@pytest.mark.parametrize("given", WRONG)
async def test_what_is_wrong_is_said_beside_the_words(small: World, given: str) -> None:
    form = (await small.command("ana", "texts edit orphaned")).form
    assert form is not None
    before = await dump(small.database, ("inbox", "claim"))

    reply = await small.submit("ana", form.id, {"en": given})

    assert {k: wording(v) for k, v in reply.errors.items()} == {"en": WRONG[given]}
    assert await dump(small.database, ("inbox", "claim")) == before


async def test_only_a_coordinator_changes_texts(small: World) -> None:
    buttons = await shown(small, en=OWN)

    told = [
        *whispers(await small.command("bo", "texts edit orphaned")),
        *whispers(await small.press("bo", buttons["Use these words"])),
        *whispers(await small.press("bo", buttons["Change"])),
    ]

    assert told == ["Only a coordinator can do this: ana."] * 3


async def test_the_last_words_that_were_shown_are_used(small: World) -> None:
    first = await shown(small, en=OWN)
    await shown(small, en=OWN + " Soon.")

    (told,) = whispers(await small.press("ana", first["Use these words"]))

    assert "Other words were proposed since" in told
    assert "Nobody coordinates" in await orphaned(small)


async def test_an_empty_field_is_the_text_as_it_came(small: World) -> None:
    await used(small, en=OWN)

    await used(small, en=" ")

    assert "Nobody coordinates" in await orphaned(small)


async def test_own_words_are_taken_back_and_brought_back(world: World) -> None:
    (none,) = whispers(await world.command("ana", "texts reset orphaned"))
    assert none == "orphaned is said as it came already."
    await used(world, en=OWN)
    reply = await world.command("ana", "texts reset orphaned")
    yes = buttons_by_label(reply.whispers[0])["Yes, as it came"]
    undo = buttons_by_label((await world.press("ana", yes)).whispers[0])["Undo"]
    async with world.database.view() as unit:
        assert await unit.wordings.of(world.communities["C1"].id) == {}

    assert whispers(await world.press("ana", undo)) == ["Your words are back."]
    (twice,) = whispers(await world.press("ana", undo))
    assert "Other words were proposed since, or these are in use." in twice
    assert "No one leads right now." in await orphaned(world)


async def test_after_a_day_they_are_not_brought_back(small: World) -> None:
    await used(small, en=OWN)
    reply = await small.command("ana", "texts reset orphaned")
    yes = buttons_by_label(reply.whispers[0])["Yes, as it came"]
    undo = buttons_by_label((await small.press("ana", yes)).whispers[0])["Undo"]
    small.clock.at += timedelta(days=1, seconds=1)

    (told,) = whispers(await small.press("ana", undo))

    assert "This could be undone until" in told


async def test_a_text_that_is_none_is_refused_in_words(small: World) -> None:
    (told,) = whispers(await small.command("ana", "texts edit welcome"))

    assert told == "There is no text welcome. /bot texts list shows them."


async def held(world: World) -> str:
    """Return what the form of the text "orphaned" holds."""
    form = (await world.command("ana", "texts edit orphaned")).form
    assert form is not None
    return form.fields[0].value


async def test_the_form_holds_what_is_said_now(small: World) -> None:
    came = await held(small)
    await used(small, en=OWN)
    assert await held(small) == OWN
    await shown(small, en=OWN + " Soon.")
    assert await held(small) == OWN

    reply = await small.command("ana", "texts reset orphaned")
    await small.press("ana", buttons_by_label(reply.whispers[0])["Yes, as it came"])

    assert await held(small) == came


async def test_what_was_proposed_is_forgotten_after_a_day(small: World) -> None:
    buttons = await shown(small, en=OWN)
    small.clock.at += timedelta(days=1)
    await tidy(small.engine)
    again = (await small.press("ana", buttons["Change"])).form
    assert again is not None
    assert again.fields[0].value == OWN
    small.clock.at += timedelta(seconds=1)

    await tidy(small.engine)

    again = (await small.press("ana", buttons["Change"])).form
    assert again is not None
    assert again.fields[0].value.startswith("Nobody coordinates")
