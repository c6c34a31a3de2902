"""What the engine may rely on, on every platform: what a message offers can be chosen."""

from __future__ import annotations

import pytest

from bot.core.degrade import KEYCAPS
from bot.core.text import Button, Plain, Text, buttons, paragraph
from bot.engine.platform import OutcomeUnknownError
from tests.contracts.parcels import long, offered, parcel, places, sent, where
from tests.contracts.site import Site


def offer(*labels: str, words: str = "Would you?") -> Text:
    return paragraph(words) + buttons(*(Button(f"b:{label}", Plain(label)) for label in labels))


async def offers(site: Site, channel: str) -> dict[str, tuple[str, ...]]:
    """Return by what each message of a channel lets people choose without typing."""
    return {line.message: line.buttons or line.reactions for line in await site.said(channel)}


@pytest.mark.parametrize("place", range(3))
async def test_whatever_is_offered_is_read_in_order(site: Site, place: int) -> None:
    placed = await sent(site, offer("Yes", "No", "Later"), **places(site)[place])

    (line,) = await site.said(placed.channel)
    assert offered(site, line) == ("Yes", "No", "Later")


@where("react")
@pytest.mark.parametrize("place", range(3))
async def test_where_people_react_the_bot_places_what_they_choose_by(site: Site, place: int) -> None:
    none = await sent(site, "nothing", key="none", **places(site)[place])
    outgoing = parcel(site, offer("Yes", "No"), **places(site)[place])
    many = parcel(site, offer(*map(str, range(12))), key="many", **places(site)[place])
    placed = await site.platform.send(outgoing)
    await site.platform.send(many)

    assert [*(await offers(site, placed.channel)).values()] == [(), KEYCAPS[:2], KEYCAPS]
    assert await site.platform.find(outgoing) == placed
    assert await site.platform.send(outgoing) == placed
    assert [*(await offers(site, none.channel)).values()] == [(), KEYCAPS[:2], KEYCAPS]


@where("react")
async def test_they_are_placed_on_the_part_that_asks(site: Site) -> None:
    placed = await sent(site, offer("Yes", "No", words=long("it")))

    assert len(placed.parts) > 1
    assert await offers(site, site.home) == dict.fromkeys(placed.parts[:-1], ()) | {placed.parts[-1]: KEYCAPS[:2]}


@where("react")
async def test_an_edit_offers_what_it_says_and_no_more(site: Site) -> None:
    placed = await sent(site, offer("Yes", "No", "Later"))

    for number, labels in enumerate((["Yes"], [], ["Yes", "No"], ["Yes", "No"])):
        words = offer(*labels) if labels else "Over."
        await sent(site, words, kind="edit", key=f"e{number}", targets=placed.parts)
        assert await offers(site, site.home) == {placed.parts[0]: KEYCAPS[: len(labels)]}


@where("react")
@pytest.mark.parametrize("accepted", [True, False])
async def test_whose_answer_was_lost_offers_its_choices_all_the_same(site: Site, accepted: bool) -> None:  # noqa: FBT001 - a parameter of the test
    outgoing = parcel(site, offer("Yes", "No"))
    site.lose("once", accepted=accepted)
    with pytest.raises(OutcomeUnknownError):
        await site.platform.send(outgoing)

    placed = await site.platform.find(outgoing) or await site.platform.send(outgoing)

    assert await offers(site, site.home) == {placed.parts[0]: KEYCAPS[:2]}


@where("react")
@pytest.mark.parametrize("accepted", [True, False])
async def test_choices_whose_answer_was_lost_are_placed_once(site: Site, accepted: bool) -> None:  # noqa: FBT001 - a parameter of the test
    site.lose(KEYCAPS[0], accepted=accepted)
    placed = await sent(site, offer("Yes", "No"))

    assert await offers(site, site.home) == {placed.parts[0]: KEYCAPS[:2]}


@where("react")
async def test_choices_are_placed_when_they_may_be(site: Site) -> None:
    site.wait(KEYCAPS[0], 1)
    placed = await sent(site, offer("Yes", "No"))

    assert await offers(site, site.home) == {placed.parts[0]: KEYCAPS[:2]}
