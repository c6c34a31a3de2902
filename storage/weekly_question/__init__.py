"""The weekly question's storage."""

from rituals.weekly_question.ritual import Rounds
from storage.ritual import RitualStorage
from storage.weekly_question.store import open_rounds
from storage.weekly_question.tables import map_classes, metadata

storage: RitualStorage[Rounds] = RitualStorage(
    name="weekly_question",
    metadata=metadata,
    migrations="storage.weekly_question.migrations",
    map_classes=map_classes,
    open=open_rounds,
)

__all__ = ["storage"]
