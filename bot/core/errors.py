"""Errors. A class's docstring is its message; ``UserError`` speaks to the person in the chat."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.text import Text, Translated, paragraph


class CauserieError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str = "") -> None:
        """Take what is particular to this occurrence: ids and names of settings, never a member's words."""
        summary = (type(self).__doc__ or "").splitlines()[0].rstrip(".")
        super().__init__(f"{summary}: {detail}" if detail else summary)


class UserError(Exception):
    """What a person asked for cannot be done; ``text`` tells them why and what to do.

    ``fields`` gives the same per field of a form.
    """

    def __init__(self, text: Text | Translated, fields: Mapping[str, Text] | None = None) -> None:
        """Take the explanation as a message, or as one sentence."""
        self.text = text if isinstance(text, Text) else paragraph(text)
        self.fields = dict(fields or {})
        super().__init__("refused with an explanation to the person")
