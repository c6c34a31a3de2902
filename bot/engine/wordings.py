"""A community's own words: the texts that it says otherwise than they came."""

from __future__ import annotations

from typing import get_args

from bot.core.i18n import Changes
from bot.core.model import Community, Language
from bot.engine.engine import Engine
from bot.engine.ports import Binding, Unit


async def changes(engine: Engine, unit: Unit, community: Community, binding: Binding) -> dict[Language, Changes]:
    """Return what a community says in its own words of a ritual's texts, by language."""
    texts = engine.registry.rituals[binding.ritual].texts
    if not texts:
        return {}
    own = await unit.wordings.of(community.id)
    return {
        language: {
            (text.domain, text.msgid): own[text.domain, name, language]
            for name, text in texts.items()
            if (text.domain, name, language) in own
        }
        for language in get_args(Language)
    }
