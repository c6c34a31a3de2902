"""How a community governs itself: the built-in ritual, with its commands, its open journal and its offices."""

from bot.engine.governance.commands import TREE
from bot.engine.governance.ritual import ritual
from bot.engine.governance.store import Governing, called, paused_by_settings, rituals_of, works
from bot.engine.governance.telling import told

__all__ = ["TREE", "Governing", "called", "paused_by_settings", "ritual", "rituals_of", "told", "works"]
