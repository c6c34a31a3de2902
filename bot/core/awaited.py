"""What a person may answer to in words, on a platform without buttons or forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.core.dialogue import Dialogue
from bot.core.model import Fact
from bot.core.text import Button


@dataclass(frozen=True, slots=True)
class Options:
    """The buttons of the last message that had any, in the order in which they were numbered.

    ``about``: which message that is, so that its edits change them.
    """

    buttons: tuple[Button, ...]
    about: str = ""
    kind: Literal["options"] = "options"


@dataclass(frozen=True, slots=True)
class Filling:
    """A form being filled in; ``heard`` are the replies that were taken in, the last one last: none counts twice."""

    dialogue: Dialogue
    heard: tuple[Fact, ...] = ()
    kind: Literal["filling"] = "filling"


Awaited = Annotated[Options | Filling, Field(discriminator="kind")]
awaited_codec: TypeAdapter[Awaited] = TypeAdapter(Awaited)
