"""phu-tho-2026-08: dossiers and petitions whose populations are the portal's published figures."""

from streams.scenarios.phu_tho.story import build

__all__ = ["build"]
