"""Causerie on Matrix."""
