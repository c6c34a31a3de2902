"""What people write on Matrix: messages as trees, and what is said to the bot as it was typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from adapters.matrix.composed import Composed, composed
from adapters.matrix.growing import Pill
from adapters.matrix.wire import Content, mentioned, new_content, replied, target, text_of, thread_of
from bot.core.i18n import voice
from bot.core.nodes import joined, lines, paragraphs
from bot.core.plain import Reader, plain
from bot.core.text import Paragraph, Plain, Text, paragraph

__all__ = ["addressed", "mentioned", "message_text", "new_content", "target", "thread_of"]

_MEDIA = frozenset({"m.audio", "m.file", "m.image", "m.video"})
_BEFORE = " :,\t\n\u00a0\u202f"
"""What may stand between the bot's name and the words."""
_REPLIED_TO = re.compile(r"> (?:\* )?<@[^>\s]+>")
_WITH_IDS = Reader(voice("en"), "UTC", name=str, channel=str, link=lambda _: None)
_PILLS = 100
"""People and rooms looked for in what is said to the bot."""


def message_text(content: Content) -> Text:
    """Return a message as a tree; of a picture or another file its caption, else its name. Never raises.

    Without HTML it is plain words: clients send what was typed as Markdown as HTML.
    """
    kind, name = text_of(content, "msgtype"), text_of(content, "filename")
    if kind in _MEDIA and text_of(content, "body") in {"", name}:
        return paragraph(name) if name else Text()
    said = _composed(content).text or _plain(_typed(content))
    return _acted(said) if kind == "m.emote" else said


def _plain(typed: str) -> Text:
    return Text(tuple(paragraphs(lines("\n".join(row.rstrip() for row in typed.split("\n"))))))


def _acted(said: Text) -> Text:
    match said.blocks:
        case (Paragraph(children), *rest):
            return Text((Paragraph(joined((Plain("* "), *children))), *rest))
        case _:
            return paragraph("*") + said


def _composed(content: Content) -> Composed:
    html = text_of(content, "format") == "org.matrix.custom.html"
    return composed(text_of(content, "formatted_body") if html else "")


def _typed(content: Content) -> str:
    """Return the plain words, without those of the message replied to that old clients put before them."""
    rows = text_of(content, "body").replace("\r\n", "\n").split("\n")
    if replied(content) and _REPLIED_TO.match(rows[0]):
        while rows and rows[0].startswith(">"):
            del rows[0]
        if rows and not rows[0].strip():
            del rows[0]
    return "\n".join(rows)


def addressed(content: Content, me: str, names: Collection[str], prefix: str) -> str | None:
    """Return the words of a message to the bot ``me``, which is called ``names``, as they were typed; else None.

    Such a message begins with ``prefix``, with the bot's user id, with a pill of it, or with one of its names; a name
    wants a colon or comma after it, or the bot among those mentioned. In the words people and rooms that are pills
    are ``@user:server`` and ``#alias:server`` or ``#!room``. Never raises.
    """
    typed = _typed(content).strip()
    said = _composed(content)
    pills = said.pills
    if begun := re.match(rf"{re.escape(prefix)}(?=\s|\Z)", typed, re.IGNORECASE):
        return _with_ids(typed[begun.end() :], pills)
    led = bool(pills) and pills[0].first and pills[0].place.id == me
    ways = [_called(me, names, mentioned=led or me in mentioned(content)), *([_shown(pills[0])] if led else [])]
    if ends := [begun.end() for way in ways if (begun := re.match(way, typed, re.IGNORECASE))]:
        return _with_ids(typed[max(ends) :], pills[1:] if led else pills)
    shown = plain(said.text, _WITH_IDS)
    return shown.removeprefix(me).strip(_BEFORE) if led and shown.startswith(me) else None


def _called(me: str, names: Iterable[str], *, mentioned: bool) -> str:
    """Return the pattern of the bot's names; what has an @ before it and a colon in it may be the id of another."""
    local = me.removeprefix("@").partition(":")[0]
    known = {each.strip().removeprefix("@") for each in (*names, local)} - {""}
    name = "|".join(re.escape(each) for each in sorted(known, key=len, reverse=True)) or r"\Z."
    end = r"(?=\s|\Z|,|:(?=\s|\Z))"
    after = end if mentioned else r"(?=\s*,|\s*:(?=\s|\Z))"
    return rf"{re.escape(me)}{end}|@?(?:{name}){after}|(?:{name})(?=:)"


def _shown(pill: Pill) -> str:
    """Return the pattern of what stands for a pill in plain words: an id, a name, or a link as typed in Markdown."""
    label = re.escape(pill.label.removeprefix("@"))
    named = rf"|@?\[@?{label}\](?:\([^()\s]*\))?|(?<!\w)@?{label}(?!\w)" if label else ""
    return rf"(?<!\w){re.escape(pill.place.id)}(?!\w){named}"


def _with_ids(typed: str, pills: Iterable[Pill]) -> str:
    """Return words with the ids of people and rooms where their names stand, in the order of the pills."""
    rest, done = typed.lstrip(_BEFORE), ""
    for pill in list(pills)[:_PILLS]:
        if found := re.search(_shown(pill), rest):
            done += rest[: found.start()] + (pill.place.id if pill.place.id[0] in "@#" else f"#{pill.place.id}")
            rest = rest[found.end() :]
    return (done + rest).rstrip()
