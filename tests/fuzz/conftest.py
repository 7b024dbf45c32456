"""Two lengths of the fuzz tests: a short one with all tests, and `make fuzz` for a long one."""

from hypothesis import settings

settings.register_profile("fuzz", max_examples=2_000)
