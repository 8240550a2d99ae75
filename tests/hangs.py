"""When a test is taken for one that hangs: no test depends on how fast the machine is, but each must end."""

HANGS = 120
"""Seconds of the clock, for what takes one or two: what takes time with the square of a long text takes more."""
