"""Bình Dương in the first quarter of 2024: how Thuận An came from the last place to the first."""

from streams.scenarios.binh_duong.scenario import build

__all__ = ["build"]
