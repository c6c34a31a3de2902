"""What a community decides about its weekly question."""

from __future__ import annotations

from datetime import time
from typing import Literal

from pydantic import Field

from bot.core.schedule import Cadence, Days
from bot.engine.ritual import Moment, Settings
from rituals.weekly_question.bank import Kind


class WeeklyQuestionSettings(Settings):
    """What a community decides about its weekly question."""

    cadence: Cadence = Cadence(Days.MONDAY, time(9))
    holidays: Literal["ignore", "skip", "move"] = "move"
    days: int = Field(default=4, ge=1, le=28)
    """How many days answers are gathered before the digest."""
    reminder: bool = True
    """Whether a round is reminded of once, late, if few have answered."""
    kinds: tuple[Kind, ...] = ()
    """The kinds of prompts that are asked; all of them when there is none."""
    unsigned: bool = False
    """Whether answers may be given without a name."""


Now = Moment[WeeklyQuestionSettings]
