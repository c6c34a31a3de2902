"""Figures of the bot on Matrix, on a real Synapse."""
