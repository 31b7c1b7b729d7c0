"""Measures what the issues promise; see docs/bench.md."""
