"""The engines this distribution brings, one file or folder each, imported by those who use them (see `registry`)."""
