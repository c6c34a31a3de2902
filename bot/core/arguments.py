"""Words after a command's name, read as the values of its parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.core import schedule
from bot.core.commands import LANGUAGES, Command, Names, Param, ParamKind, example, slot, usage
from bot.core.errors import UserError
from bot.core.folding import fold
from bot.core.i18n import words
from bot.core.model import ChannelId, Language, MemberId
from bot.core.text import Code, Translated, paragraph

t, _ = words("causerie")

LONGEST = 10_000
"""The longest line that is read, in characters."""

_RUN = 8
_SHOWN = 40
_WIDE = frozenset(
    {ParamKind.MEMBER, ParamKind.CADENCE, ParamKind.DAY, ParamKind.ZONE, ParamKind.REGION, ParamKind.CHANNEL}
)
_QUOTES = (("“", "”"), ("«", "»"), ('"', '"'))
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Context:
    """What a line is read against.

    ``people`` finds a member by a name or a platform's own id, without its ``@``; ``channels`` a channel, without its
    ``#``. ``zone`` is an IANA name,
    ``now`` is aware, ``language`` is the reader's. ``prefix`` is what is typed before the words on this
    platform (``/causerie``), for the examples in errors.
    """

    people: Callable[[str], MemberId | None]
    now: datetime
    zone: str
    language: Language
    prefix: str = ""
    channels: Callable[[str], ChannelId | None] = lambda _: None

    def line(self, rest: str) -> Code:
        """Return ``rest`` as it is typed on this platform."""
        return Code(f"{self.prefix} {rest}".strip())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line, at ``start`` in it."""

    line: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """The word itself."""
        return self.line[self.start : self.end]

    @property
    def rest(self) -> str:
        """The line from this word on, as it was typed."""
        return self.line[self.start :]


def split(typed: str) -> list[Word]:
    """Return the words of a line; only the first ``LONGEST`` characters are read."""
    line = typed[:LONGEST]
    return [Word(line, *found.span()) for found in re.finditer(r"\S+", line)]


def shown(text: str) -> Code:
    """Return somebody's words for an error: one line, shortened."""
    flat = " ".join(text.split())
    return Code(flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…")


def refused(sentence: Translated, command: Command, context: Context) -> UserError:
    """Return the error that says ``sentence`` and shows an example of the command, in one line."""
    right = t("Write for instance {example}.", example=context.line(example(command, context.language)))
    return UserError(paragraph(sentence, " ", right))


def too_long(length: int, command: Command, context: Context) -> UserError:
    """Return the error for a text of ``length`` characters; says how long it may be."""
    texts = [param.longest for param in command.params if param.kind is ParamKind.TEXT]
    sentence = t(
        "At most {limit} characters fit here, and this has {length}.", limit=min(texts, default=LONGEST), length=length
    )
    return refused(sentence, command, context)


def unquoted(text: str) -> str:
    """Return ``text`` without the one pair of “ ”, « » or " " around all of it."""
    for opening, closing in _QUOTES:
        inside = text[1:-1]
        if len(text) > 1 and text[0] == opening and text[-1] == closing and not {opening, closing} & set(inside):
            return inside.strip()
    return text


def read(command: Command, given: Sequence[Word], context: Context) -> dict[str, object]:
    """Return the values of a command's parameters by their English names; what is optional may be absent.

    Raises:
        UserError: a value is missing, wrong, too long, or words are left over.
    """
    return _Reading(command, context).values(given)


@dataclass(frozen=True, slots=True)
class _Reading:
    command: Command
    context: Context

    def values(self, given: Sequence[Word]) -> dict[str, object]:
        values: dict[str, object] = {}
        doubt: UserError | None = None
        rest = given
        for place, param in enumerate(self.command.params, 1):
            led = bool(rest) and param.led_in_by(rest[0].text)
            mine = rest[1:] if led else rest
            later = self.command.params[place:]
            if not mine:
                if led or not param.optional:
                    raise self.missing(param)
                continue
            try:
                values[param.name.en], used = self.take(param, mine, later)
            except UserError as error:
                if led or not param.optional or not later:
                    raise
                doubt = doubt or error
                continue
            rest = mine[used:]
        if rest:
            raise doubt or self.refused(t("Nothing is expected from {extra} on.", extra=shown(rest[0].rest)))
        return values

    def take(self, param: Param, given: Sequence[Word], later: Sequence[Param]) -> tuple[object, int]:
        """Return the value that the first words give, and how many they are."""
        if param.kind is ParamKind.TEXT:
            return self.text(param, given[0].rest), len(given)
        if param.kind not in _WIDE:
            return self.value(param, given[0].text), 1
        if not later:
            return self.value(param, _joined(given)), len(given)
        longest = _longest_run(given, later)
        for size in range(longest, 0, -1):
            with suppress(UserError):
                return self.value(param, _joined(given[:size])), size
        return self.value(param, _joined(given[:longest])), longest  # raises: its refusal quotes the most

    def value(self, param: Param, said: str) -> object:
        match param.kind:
            case ParamKind.INTEGER:
                return self.integer(param, said)
            case ParamKind.CHOICE:
                return self.chosen(param.choices, said).en
            case ParamKind.LANGUAGE:
                return self.language(said)
            case ParamKind.MEMBER:
                return self.member(said)
            case ParamKind.CHANNEL:
                return self.channel(said)
            case ParamKind.CADENCE:
                return schedule.parse(said)
            case ParamKind.DAY:
                return schedule.future_day(said, self.context.now, self.context.zone, self.context.language)
            case ParamKind.ZONE:
                return schedule.zone(said)
            case ParamKind.REGION:
                return schedule.region(said)
            case _:
                return said

    def text(self, param: Param, said: str) -> str:
        body = unquoted(said.strip())
        if not body:
            raise self.missing(param)
        if len(body) > param.longest:
            raise too_long(len(body), self.command, self.context)
        return body

    def integer(self, param: Param, said: str) -> int:
        if not _INTEGER.fullmatch(said):
            raise self.refused(t("{typed} is not a whole number.", typed=shown(said)))
        number = int(said)
        if param.at_least is not None and number < param.at_least:
            raise self.refused(t("{typed} is too small: at least {limit}.", typed=shown(said), limit=param.at_least))
        if param.at_most is not None and number > param.at_most:
            raise self.refused(t("{typed} is too large: at most {limit}.", typed=shown(said), limit=param.at_most))
        return number

    def chosen(self, choices: Sequence[Names], said: str) -> Names:
        for choice in choices:
            if fold(said) in choice.folded:
                return choice
        listed = ", ".join(choice.said(self.context.language) for choice in choices)
        raise self.refused(t("{typed} is not one of these: {choices}.", typed=shown(said), choices=listed))

    def language(self, said: str) -> Language:
        codes = {names: code for code, names in LANGUAGES.items()}
        for code in LANGUAGES:
            if fold(said) == code:
                return code
        return codes[self.chosen(tuple(codes), said)]

    def member(self, said: str) -> MemberId:
        name = said.removeprefix("@").strip()
        found = self.context.people(name) if name else None
        if found is None:
            raise self.refused(t("Nobody here is called {typed}.", typed=shown(said)))
        return found

    def channel(self, said: str) -> ChannelId:
        name = said.removeprefix("#").strip()
        found = self.context.channels(name) if name else None
        if found is None:
            raise self.refused(t("There is no channel {typed} that I know of.", typed=shown(said)))
        return found

    def missing(self, param: Param) -> UserError:
        language = self.context.language
        wanted = Code(slot(param, language))
        form = Code(usage(self.command, language))
        return self.refused(t("Missing: {parameter}. The form is {usage}.", parameter=wanted, usage=form))

    def refused(self, sentence: Translated) -> UserError:
        return refused(sentence, self.command, self.context)


def _joined(given: Sequence[Word]) -> str:
    return " ".join(word.text for word in given)


def _longest_run(given: Sequence[Word], later: Sequence[Param]) -> int:
    """Return how many words may be tried at most, leaving what the parameters after it need."""
    needed = sum(not param.optional for param in later)
    for place, word in enumerate(given[1 : _RUN + 1], 1):
        if any(param.led_in_by(word.text) for param in later):
            return place
    return max(1, min(_RUN, len(given) - needed))
