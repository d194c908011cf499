"""How every test is run."""

from __future__ import annotations

from hypothesis import settings

# The same examples in every run, as in the other suites: what a test says of a change must not hang on chance.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
