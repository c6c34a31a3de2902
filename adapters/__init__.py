"""Adapters: one package per chat platform."""
