"""Other ways to do this work, each as its documentation advises when speed counts; one small program a file.

Each is run by itself on a topic that is there already, `python -m bench.contenders.NAME TASK`, and prints one line of
JSON: what it read, in which time, and what it counted. `common` holds what all of them share.
"""
