"""What becomes of buttons where a platform has none, and how a typed reply finds its button again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.folding import flat
from bot.core.i18n import words
from bot.core.model import Place
from bot.core.text import Block, Bullets, Button, Buttons, Inline, Paragraph, Quote, Text, Translated, buttons_of
from bot.core.text import words as words_of

t, _ = words("causerie")

KEYCAPS: Final = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "🔟")
"""The reactions that stand for the numbers of a list, in order."""
SELECTOR: Final = "\ufe0f"
"""What makes a picture of a digit; not every client sends it."""
_NUMBER = re.compile(r"(\d{1,4})\s*[.)]?")

Wordings = Callable[[Inline], Collection[str]]
"""Every way to say a label; that of ``Catalogues`` knows both languages."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a live session can do: it depends on the platform, the scopes granted and the room.

    ``moderates`` says whether the platform itself puts a person in charge of a channel (both by the platform's ids):
    they may do there what coordinators may, and nobody else begins a community or takes an empty seat. None where a
    platform leaves that to the community. ``place`` is what people there call a channel.
    """

    buttons: bool
    forms: bool
    whispers: bool
    threads: bool
    edits: bool
    moderates: Callable[[str, str], bool] | None = None
    place: Place = "channel"


def own_words(label: Inline) -> tuple[str, ...]:
    """Return the one way to say a resolved label; a sentence to translate is taken in English."""
    return (label.msgid if isinstance(label, Translated) else words_of(label),)


def without_buttons(body: Text) -> tuple[Text, tuple[Button, ...]]:
    """Return ``body`` with its buttons as one numbered list at the end, and these buttons in that order.

    The last line, still to be resolved, says how to reply; ``chosen`` understands the reply.
    """
    options = tuple(button for button in buttons_of(body) if not button.spare)
    if not options:
        return Text(_unbuttoned(body.blocks)), ()
    listed = Bullets(tuple((Paragraph((option.label,)),) for option in options), ordered=True)
    ask = t("Reply with the number of your choice.") if len(options) > 1 else t("Reply `1` to choose this.")
    return Text((*_unbuttoned(body.blocks), listed, Paragraph((ask,)))), options


def chosen(reply: str, options: Sequence[Button], wordings: Wordings = own_words) -> Button | None:
    """Return the option that ``reply`` means, by its number or its label; None when it means none of them."""
    place = pick(reply, [wordings(option.label) for option in options])
    return None if place is None else options[place]


def reacted(emoji: str, options: Sequence[Button]) -> Button | None:
    """Return the option that a reaction chooses: one of ``KEYCAPS``, with or without its variation selector."""
    key = emoji.replace(SELECTOR, "")
    place = next((n for n, keycap in enumerate(KEYCAPS) if keycap.replace(SELECTOR, "") == key), None)
    return options[place] if place is not None and place < len(options) else None


def pick(reply: str, options: Sequence[Collection[str]]) -> int | None:
    """Return the place of the one option that ``reply`` names: its number from one, or any of its wordings."""
    number = _NUMBER.fullmatch(reply.strip())
    if number and 1 <= int(number[1]) <= len(options):
        return int(number[1]) - 1
    said = _bare(reply)
    meant = [place for place, ways in enumerate(options) if said and said in map(_bare, ways)]
    return meant[0] if len(meant) == 1 else None


def _bare(text: str) -> str:
    return flat(text).rstrip(" .!")


def _unbuttoned(blocks: Iterable[Block]) -> tuple[Block, ...]:
    kept: list[Block] = []
    for block in blocks:
        match block:
            case Buttons():
                pass
            case Quote():
                kept.append(Quote(_unbuttoned(block.blocks)))
            case Bullets():
                kept.append(Bullets(tuple(_unbuttoned(item) for item in block.items), block.ordered))
            case _:
                kept.append(block)
    return tuple(kept)
