"""The weekly question: one thing to think about together, on a rhythm that people can count on."""

from rituals.weekly_question.ritual import ritual

__all__ = ["ritual"]
