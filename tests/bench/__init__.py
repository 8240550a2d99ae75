"""Measures, not tests: `make bench` runs them, prints what it finds and keeps it in `var/bench`."""
