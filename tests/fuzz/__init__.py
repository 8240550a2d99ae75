"""Fuzzing by hand, for minutes or hours: `python -m tests.fuzz.read`. What it finds becomes a named test."""
