"""The jar's migrations."""
