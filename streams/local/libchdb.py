"""Runs ClickHouse out of `libchdb` as a server; a script for a process of its own, standard library alone.

`python -I -S libchdb.py LIBRARY ARGUMENT...` calls `chdb_query_cmdline`, which is `clickhouse-local`: given
ports and a query that opens them and then sleeps, it answers clients as a server does.
"""

import ctypes
import sys

SERVE = (
    "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; "
    "SELECT sleepEachRow(1) FROM numbers(1000000000) FORMAT Null "
    "SETTINGS function_sleep_max_microseconds_per_block=0, max_block_size=1"
)


def main(library: str, arguments: list[str]) -> int:
    """Serve until killed; returns only when ClickHouse ended by itself."""
    words = [b"clickhouse-local", *(word.encode() for word in arguments), b"--query=" + SERVE.encode()]
    run = ctypes.CDLL(library).chdb_query_cmdline
    run.restype = ctypes.c_void_p
    run(len(words), (ctypes.c_char_p * (len(words) + 1))(*words))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
