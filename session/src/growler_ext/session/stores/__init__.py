"""Implementations of `growler_ext.session.Store`, one file each."""
