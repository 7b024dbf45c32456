"""Measures speed and memory: `python -m bench`, or `make bench`. Not shipped, and never part of the tests' verdict."""
