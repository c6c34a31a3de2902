"""What Slack takes at most; lengths are in characters. The aims are ours, where a limit is not told or too wide."""

from __future__ import annotations

from typing import Final

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
ACTIONS: Final = 25
"""Elements of one ``actions`` block."""
OPTIONS: Final = 100
INDENT: Final = 8
"""The deepest indent of a list, counted from 0."""

TEXT: Final = 4_000
"""The ``text`` of a message: an aim, Slack cuts at 40,000."""
MESSAGE_WORDS: Final = 3_900
"""The words of one message: an aim, so that ``text`` holds them with its marks."""
BLOCK_WORDS: Final = 3_000
"""The words of one ``rich_text`` block: an aim, the limit of a ``section``."""
MESSAGE_JSON: Final = 12_000
"""The blocks of one message, as JSON: an aim, Slack was seen to refuse somewhat more than 13,000."""
BLOCK_JSON: Final = 9_000
"""One element of a ``rich_text`` block, as JSON: an aim, so that a message holds it."""

ID: Final = 255
"""``action_id``, ``block_id`` and ``callback_id``."""
BUTTON_LABEL: Final = 75
BUTTON_VALUE: Final = 2_000
ADDRESS: Final = 3_000
"""The ``url`` of a button; an aim for that of a link."""

HEADING: Final = 24
"""The title of a modal, and the labels of its two buttons."""
LABEL: Final = 2_000
HINT: Final = 2_000
METADATA: Final = 3_000
INPUT: Final = 3_000
"""What a ``plain_text_input`` holds."""
OPTION_LABEL: Final = 75
OPTION_VALUE: Final = 150
ERROR: Final = 2_000
"""What is said under a field that was refused: an aim, the limit of a hint."""
