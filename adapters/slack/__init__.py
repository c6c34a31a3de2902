"""Slack: the adapter for a workspace of Slack."""
