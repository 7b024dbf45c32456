"""Addresses of the board, one file a page; each page has its document under /api/v1."""

from fastapi import APIRouter

from streams.board.pages import (
    deadlines,
    dictionary,
    documentation,
    dossier,
    export,
    index,
    live,
    points,
    preferences,
    race,
    ranking,
    unit,
    why,
)

ROUTERS: tuple[APIRouter, ...] = (
    ranking.router,
    unit.router,
    points.router,
    deadlines.router,
    why.router,
    race.router,
    dossier.router,
    index.router,
    dictionary.router,
    export.router,
    live.router,
    preferences.router,
    documentation.router,
)
