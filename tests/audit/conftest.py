"""An installation with a worker's servers, and a database with tables alone."""

from tests.integration.conftest import pipeline
from tests.sinks.conftest import tables

__all__ = ["pipeline", "tables"]
