"""Ownership: the domain's classes do not know their binding; their rows do."""

from __future__ import annotations

from sqlalchemy import event, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, UOWTransaction

from bot.engine.ports import Binding


def own(session: AsyncSession, binding: Binding) -> None:
    """Write ``community_id`` and ``binding_id`` into every row that this session adds, where its table has them."""
    owner = {"community_id": binding.community, "binding_id": binding.id}

    def before_flush(flushing: Session, _context: UOWTransaction, _instances: object) -> None:
        for entity in flushing.new:
            columns = inspect(type(entity)).columns
            for name, value in owner.items():
                if name in columns and getattr(entity, name, None) is None:
                    setattr(entity, name, value)

    event.listen(session.sync_session, "before_flush", before_flush)
