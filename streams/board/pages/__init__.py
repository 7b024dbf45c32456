"""Addresses of the board, one file a page; each page has its document under /api/v1."""

from fastapi import APIRouter

from streams.board.pages import documentation, dossier, index, live, preferences, race, ranking, unit

ROUTERS: tuple[APIRouter, ...] = (
    ranking.router,
    unit.router,
    race.router,
    dossier.router,
    index.router,
    live.router,
    preferences.router,
    documentation.router,
)
