"""The board: pages and an API over what ClickHouse holds, for people who decide; a process of its own.

It reads views only, with the rights of a reader. Pages and API are made from the same documents.
"""
