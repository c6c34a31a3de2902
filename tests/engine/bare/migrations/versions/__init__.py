"""There is one, which does nothing."""
