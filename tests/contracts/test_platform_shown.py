"""What the engine may rely on, on every platform: whatever a message holds is shown, and no more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.markdown import parse
from bot.core.model import ChannelId, MemberId, MessageId
from bot.core.text import (
    Button,
    ChannelLink,
    Code,
    Link,
    Mention,
    MessageLink,
    Named,
    Plain,
    Strong,
    When,
    bullets,
    buttons,
    paragraph,
    quote,
)
from tests.contracts.parcels import offered, places, sent
from tests.contracts.site import Site


@pytest.mark.parametrize("place", range(3))
async def test_whatever_a_message_holds_is_shown(site: Site, place: int) -> None:
    ana, bo = (MemberId(site.people[name]) for name in ("Ana", "Bo"))
    root = (await sent(site, "root", key="root")).parts[0]
    body = (
        paragraph("Hello ", Mention(ana), ", with ", Named(bo), " in ", ChannelLink(ChannelId(site.home)), ".")
        + paragraph("On ", Strong((When(datetime(2026, 11, 30, 9, tzinfo=UTC)),)), ": ", Code("digest now"), ".")
        + paragraph(
            Link((Plain("the guide"),), "https://example.org/guide?a=1&b=2"),
            " and ",
            MessageLink((Plain("the question"),), MessageId(f"{site.home}/{root}")),
        )
        + quote(paragraph("somebody’s words"))
        + bullets(paragraph("first"), paragraph("second"), ordered=True)
        + buttons(Button("b:yes", Plain("Yes")), Button("b:no", Plain("Not now")))
    )

    placed = await sent(site, body, **places(site)[place])

    (line,) = [m for m in await site.said(placed.channel) if m.message in placed.parts]
    for shown in (
        f"Hello @Ana, with Bo in {site.reads}.",
        "Monday 30 November",
        "09:00",
        "digest now",
        "the guide and the question",
        "somebody’s words",
        "1. first",
        "2. second",
    ):
        assert shown in line.words
    assert line.called == {ana}
    assert "https://example.org/guide?a=1&b=2" in line.links
    assert offered(site, line) == ("Yes", "Not now")


@pytest.mark.parametrize(
    "words",
    [
        "<!channel> <!here> @here @channel @everyone",
        "<@U12345> <#C12345> <https://example.org|click>",
        "*bold* _slanted_ ~gone~ `code` **more**",
        "> no quote, & no &amp; entity &lt;b&gt;",
        "• no list, 1. nor a number, :wave:",
        "```no code```",
        '{"type": "button"}',
    ],
)
async def test_markup_typed_by_a_member_stays_words(site: Site, words: str) -> None:
    typed = parse("plain", lambda _: None)
    body = paragraph("Bo said: ") + quote(paragraph(words)) + typed + buttons(Button("b:x", Plain(words[:70])))
    placed = await sent(site, body)

    (line,) = await site.said(placed.channel)
    assert words in line.words
    assert line.called == frozenset()
    assert line.links == ()
    assert offered(site, line) == (words[:70],)
