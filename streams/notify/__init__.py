"""Notifiers (người đưa tin): who is told of an alert, by which channel, when, and exactly what is still owed."""
