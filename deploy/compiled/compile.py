"""Compiles the modules named, beside their sources; run by `build.py` in a folder that holds what they import."""

import sys

from mypyc.build import mypycify
from setuptools import setup

# One group, so that calls between modules are calls in C. Types were checked by `make types` with all its plugins.
TYPES = ("--config-file=", "--follow-imports=silent", "--ignore-missing-imports")


def main(modules: list[str]) -> None:
    """Make an extension of each module; ends with an error of mypyc or of the C compiler."""
    extensions = mypycify([*TYPES, *modules], opt_level="3", debug_level="0", group_name="core")
    print("compiled: the C code is written; making machine code of it", file=sys.stderr, flush=True)
    setup(name="core", packages=[], ext_modules=extensions, script_args=["--quiet", "build_ext", "--inplace"])


if __name__ == "__main__":
    main(sys.argv[1:])
