"""Doors for real formats: adapters, producer, topic administration."""
