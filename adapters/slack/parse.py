"""What people write in Slack: messages as trees, commands as they were typed, and who is named in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.slack.composed import parse_blocks
from adapters.slack.limits import INDENT
from adapters.slack.mrkdwn import parse_mrkdwn, words_of
from adapters.slack.wire import USER, Element, as_words, inner, listed, number_of, rich_texts, text_of
from bot.core.text import Link, Paragraph, Plain, Text

__all__ = ["addressed", "command_words", "message_text", "parse_blocks", "parse_mrkdwn", "people_in"]

_BEFORE = " :,\t\n\u00a0\u202f"
"""What may stand between the bot's name and the words."""
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def message_text(message: Mapping[str, Any]) -> Text:
    """Return a message as a tree, its files as links to where Slack keeps them; never raises."""
    said = parse_blocks(message.get("blocks"))
    if said is None:
        said = parse_mrkdwn(text_of(message, "text"))
    return said + Text(tuple(_files(message)))


def _files(message: Mapping[str, Any]) -> Iterator[Paragraph]:
    for file in listed(message.get("files")):
        title, address = text_of(file, "title", "name"), text_of(file, "permalink")
        if re.match(r"https://[^/\s]", address):
            yield Paragraph((Link((Plain(title or address),), address),))
        elif title:
            yield Paragraph((Plain(title),))


def command_words(text: str) -> str:
    """Return what was typed after a slash command that Slack sends with ``should_escape``.

    People and channels are ``@U1`` and ``#C1``, links their address, or what was typed that Slack made a link of.
    """
    return words_of(text)


def addressed(message: Mapping[str, Any], bot_user: str) -> str | None:
    """Return the words of a message that begins by naming the bot, as ``command_words`` does; None for any other.

    Blocks are read where there are some: people's words have no marks there.
    """
    parts = rich_texts(message.get("blocks"))
    said = _addressed_in(parts, bot_user) if parts else _addressed_by(text_of(message, "text"), bot_user)
    return None if said is None else said.lstrip(_BEFORE).rstrip()


def _addressed_by(text: str, bot_user: str) -> str | None:
    named = _MENTIONED.match(text.lstrip())
    return words_of(text.lstrip()[named.end() :]) if named and named[1] == bot_user else None


def _addressed_in(parts: list[Element], bot_user: str) -> str | None:
    first = list(inner(parts[0])) if parts[0].get("type") == "rich_text_section" else []
    while first and first[0].get("type") == "text" and not text_of(first[0], "text").strip():
        del first[0]
    match first:
        case [{"type": "user", "user_id": user}, *rest] if user == bot_user:
            said = [_words(rest), *(_typed(part) for part in parts[1:])]
            return "\n".join([*(part.removesuffix("\n") for part in said[:-1]), said[-1]])
        case _:
            return None


def _words(elements: Iterable[Element]) -> str:
    return "".join(as_words(element) for element in elements)


def _typed(part: Element) -> str:
    """Return a part of what was composed as its lines."""
    match part.get("type"):
        case "rich_text_list":
            first = number_of(part, "offset") + 1
            marks = (f"{n}. " if part.get("style") == "ordered" else "- " for n, _ in enumerate(inner(part), first))
            indent = "  " * min(number_of(part, "indent"), INDENT)
            return "\n".join(
                f"{indent}{mark}{_words(inner(item))}" for mark, item in zip(marks, inner(part), strict=True)
            )
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _words(inner(part)).split("\n"))
        case _:
            return _words(inner(part))


def people_in(said: object) -> set[str]:
    """Return the ids of the people whom a text or blocks mention."""
    match said:
        case str():
            return set(_MENTIONED.findall(said))
        case {"type": "user", "user_id": str(user)} if USER.fullmatch(user):
            return {user}
        case Mapping():
            return {user for value in said.values() if not isinstance(value, str) for user in people_in(value)}
        case list() | tuple():
            return {user for each in said if not isinstance(each, str) for user in people_in(each)}
        case _:
            return set()
