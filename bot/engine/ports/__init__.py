"""What the engine needs of a database and a clock. Narrow, so that a fake is small; ``platform.py`` has the rest."""

from bot.engine.ports.agenda import DueWake, Wakes
from bot.engine.ports.commons import Binding, Commons
from bot.engine.ports.database import Clock, Database, Probe, Unit
from bot.engine.ports.directory import Awaits, Directory, Said, Whose, Workspace
from bot.engine.ports.inbox import DeadFact, Inbox, Stored
from bot.engine.ports.lives import Kept, Lives
from bot.engine.ports.members import Held, Members, Preferences, Records, Refusal
from bot.engine.ports.outbox import OutboxKind, OutboxRow, OutboxStore, Parcel
from bot.engine.ports.wordings import Own, Wordings

__all__ = [
    "Awaits",
    "Binding",
    "Clock",
    "Commons",
    "Database",
    "DeadFact",
    "Directory",
    "DueWake",
    "Held",
    "Inbox",
    "Kept",
    "Lives",
    "Members",
    "OutboxKind",
    "OutboxRow",
    "OutboxStore",
    "Own",
    "Parcel",
    "Preferences",
    "Probe",
    "Records",
    "Refusal",
    "Said",
    "Stored",
    "Unit",
    "Wakes",
    "Whose",
    "Wordings",
    "Workspace",
]
