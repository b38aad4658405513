"""Implementations of `growler_ext.cookieparser.Signer`, one file each."""
