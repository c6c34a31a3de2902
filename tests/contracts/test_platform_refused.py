"""What the engine may rely on, on every platform: what can never be said is refused, with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from bot.engine.platform import ImpossibleError, Trouble
from tests.contracts.matrix import MatrixSite
from tests.contracts.parcels import sent, where
from tests.contracts.platforms import SlackSite
from tests.contracts.site import Site

PRIVATE = "my pin is 4711"
NOBODY = "U0NOBODY"


async def _impossible(site: Site, **place: Any) -> Trouble | None:  # noqa: ANN401 - as ``parcel`` takes it
    with pytest.raises(ImpossibleError) as refused:
        await sent(site, PRIVATE, **place)
    assert "4711" not in str(refused.value)
    return refused.value.trouble


@where("absent")
async def test_a_channel_that_is_not_there_or_without_the_bot_is_absent(site: Site) -> None:
    assert await _impossible(site, channel=site.nowhere) is Trouble.ABSENT
    assert await _impossible(site, channel=site.elsewhere) is Trouble.ABSENT
    assert await site.said(site.elsewhere) == []


@where("nobody")
async def test_nobody_can_be_written_to_who_is_not_there(site: Site) -> None:
    assert await _impossible(site, people=(NOBODY,)) is Trouble.GONE
    assert await _impossible(site, people=(site.people["Ana"], NOBODY)) is Trouble.GONE


@where("archive")
async def test_an_archived_channel_takes_nothing(site: SlackSite) -> None:
    placed = await sent(site, "before")
    site.double.archive(site.home)

    assert await _impossible(site, key="k2") is Trouble.ARCHIVED
    assert await _impossible(site, key="k2", thread=placed.parts[0]) is Trouble.ARCHIVED
    assert await _impossible(site, key="k2", kind="edit", targets=placed.parts) is Trouble.ARCHIVED


@where("close")
@pytest.mark.parametrize("talked", [True, False])
async def test_a_closed_account_is_gone_and_an_app_cannot_be_reached(site: SlackSite, talked: bool) -> None:  # noqa: FBT001 - a parameter of the test
    ana, bo = site.people["Ana"], site.people["Bo"]
    if talked:
        await sent(site, "before", people=(bo,))
        await sent(site, "before", key="k2", people=(ana, bo))
    site.double.deactivate(bo)
    app = site.double.add_user("helper", bot=True)

    assert await _impossible(site, key="k3", people=(bo,)) is Trouble.GONE
    assert await _impossible(site, key="k3", people=(ana, bo)) is Trouble.GONE
    assert await _impossible(site, key="k3", people=(app,)) is Trouble.UNREACHABLE
    assert await _impossible(site, key="k3", people=(ana, app)) is Trouble.UNREACHABLE


@where("leave")
async def test_who_left_the_conversation_is_not_called_back(site: MatrixSite) -> None:
    ana, bo = site.people["Ana"], site.people["Bo"]
    alone = await sent(site, "before", people=(ana,))
    together = await sent(site, "before", key="k2", people=(ana, bo))
    for placed in (alone, together):
        await site.leave("Ana", placed.channel)

    assert await _impossible(site, key="k3", people=(ana,)) is Trouble.UNREACHABLE
    assert await _impossible(site, key="k3", people=(ana, bo)) is Trouble.UNREACHABLE
    assert await site.members(together.channel) == {bo}
    assert len((await sent(site, "after", key="k4", people=(bo,))).parts) == 1


@where("leave")
async def test_nobody_can_be_written_to_whose_id_is_none(site: MatrixSite) -> None:
    assert await _impossible(site, people=(NOBODY,)) is Trouble.UNREACHABLE


@where("bar")
async def test_where_only_some_may_speak_the_bot_is_barred(site: MatrixSite) -> None:
    placed = await sent(site, "before")
    await site.bar()

    assert await _impossible(site, key="k2") is Trouble.BARRED
    assert await _impossible(site, key="k2", thread=placed.parts[0]) is Trouble.BARRED
    assert await _impossible(site, key="k2", kind="edit", targets=placed.parts) is Trouble.BARRED
    assert [line.words for line in await site.said(site.home)] == ["before"]
