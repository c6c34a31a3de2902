"""Measures: ``python -m benchmarks``. Every run asserts that it did what it says, and never how fast it was."""
