"""Mutation testing: one small change to a file at a time, and whether any of its tests notices."""
