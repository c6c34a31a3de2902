"""Causerie: a chat bot that animates communities of practice."""

__version__ = "0.1.0"
