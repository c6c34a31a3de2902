"""Migrations of nothing."""
