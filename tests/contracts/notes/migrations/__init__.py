"""The notes' migrations."""
