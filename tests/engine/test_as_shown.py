"""A form writes what somebody changed in it, and leaves alone what others changed while it was open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.forms import Field, Form
from bot.core.text import Plain
from bot.engine import as_shown
from tests.engine.platform import buttons_by_label
from tests.engine.world import World, whispers
from tests.scenarios.stage import local

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(shown=st.dictionaries(st.sampled_from("abcdef"), texts), sent=st.dictionaries(st.sampled_from("abcdef"), texts))
def test_what_was_left_as_it_was_shown_is_left_out(shown: dict[str, str], sent: dict[str, str]) -> None:
    fields = tuple(Field(name, Plain(name), value=value) for name, value in shown.items())
    form = as_shown.noted(Form("f", Plain("A form"), fields))

    assert as_shown.named(form.id) == "f"
    assert as_shown.changed(form.id, sent) == {
        name: value for name, value in sent.items() if name not in shown or value.split() != shown[name].split()
    }


async def settings(world: World) -> Form:
    form = (await world.command("ana", "setup")).form
    assert form is not None
    return form


def values(form: Form) -> dict[str, str]:
    return {field.name: field.value for field in form.fields}


async def test_an_older_form_of_settings_undoes_nothing(world: World) -> None:
    first, second = await settings(world), await settings(world)

    await world.submit("ana", first.id, values(first) | {"zone": "Europe/Paris"})
    wrong = await world.submit("ana", second.id, values(second) | {"name": ""})
    assert list(wrong.errors) == ["name"]
    await world.submit("ana", second.id, values(second) | {"name": "Other"})

    now = values(await settings(world))
    assert (now["zone"], now["name"]) == ("Europe/Paris", "Other")
    (history,) = whispers(await world.command("bo", "history"))
    assert "ana changed the settings: name Other." in history


async def test_the_newest_change_of_a_field_holds(small: World) -> None:
    first, second = await settings(small), await settings(small)
    await small.submit("ana", first.id, values(first) | {"name": "One"})

    await small.submit("ana", second.id, values(second) | {"name": "Two"})

    assert values(await settings(small))["name"] == "Two"


async def own(world: World) -> Form:
    reply = await world.command("bo", "me")
    *_, change = buttons_by_label(reply.whispers[0]).values()
    form = (await world.press("bo", change)).form
    assert form is not None
    return form


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_an_older_form_of_ones_own_undoes_nothing(small: World, language: str) -> None:
    first, second = await own(small), await own(small)

    await small.submit("bo", first.id, values(first) | {"topics": "audits", "language": language, "quiet_to": "8:30"})
    await small.submit("bo", second.id, values(second) | {"budget": "1"})

    now = values(await own(small))
    assert (now["topics"], now["budget"], now["language"]) == ("audits", "1", language)
    assert now["quiet_to"].endswith("30")


async def test_neither_does_a_dialogue() -> None:
    async with local("en", plain=True) as stage:
        await stage.command("Nadia", "setup")
        await stage.command("Nadia", "community rename Meanwhile")
        for answer in ("=", "=", "=", "=", "Montréal", "-", "="):
            await stage.reply("Nadia", answer)

        assert stage.seen("Nadia")[-1].words.startswith("Saved.")
        history = await stage.asked("Nadia", "history")
        assert "Nadia Benali changed the settings: time zone America/Montreal." in history
        assert "Meanwhile has its home" in await stage.asked("Nadia", "status")
