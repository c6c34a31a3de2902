"""A jar: what worked is put in, and read together on a rhythm."""

from causerie_jar.ritual import ritual

__all__ = ["ritual"]
