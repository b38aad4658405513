"""Servers that are not ours: each turns its own messages into an Exchange."""
