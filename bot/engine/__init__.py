"""The engine: what happens between a fact and its delivery, over ports."""
