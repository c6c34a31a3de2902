"""Tests: decisions alone, contracts over every implementation, and whole stories."""
