"""Addresses of the board, one file a page; each page has its document under /api/v1."""

from fastapi import APIRouter

from streams.board.pages import documentation, live, preferences, ranking

ROUTERS: tuple[APIRouter, ...] = (
    ranking.router,
    live.router,
    preferences.router,
    documentation.router,
)
