"""Which core this process runs: that of the sources, interpreted, or the machine code of a copy (`make compiled`)."""

from importlib.machinery import EXTENSION_SUFFIXES
from typing import Literal

from streams.core import evaluation

CoreKind = Literal["compiled", "interpreted"]


def core_kind(file: str = evaluation.__file__) -> CoreKind:
    """Tell it from the file of a module of the core; a copy has all of its modules compiled, or none."""
    return "compiled" if file.endswith(tuple(EXTENSION_SUFFIXES)) else "interpreted"
