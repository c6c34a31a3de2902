"""The migrations of the weekly question's tables."""
