"""Pure values and rules: no await, no clock, no platform, no database."""
