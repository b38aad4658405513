"""A QR code in the terminal: two rows of it in each line of text, by half blocks."""

from __future__ import annotations

from growler_ext.indexer.command.arguments import UsageError

_QUIET = 2  # light modules around it; the standard asks for four, cameras are content with two
_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


def demand_library() -> None:
    """Raise UsageError if codes cannot be made: before serving, not after."""
    try:
        import segno  # noqa: F401 - looked for, not used
    except ImportError:
        raise UsageError("--qr needs another package: pip install 'growler-ext-indexer[qr]'") from None


def qr_code(text: str, *, colours: bool) -> str:
    """The code, as lines of text.

    Parameters:
        colours: set them by escape sequences, so that it is dark on light in every terminal; without, it is so where
            text is light on dark.
    """
    import segno  # a QR code is for those who ask for one

    dark = [[bool(module) for module in row] for row in segno.make(text, micro=False).matrix]
    width = len(dark) + 2 * _QUIET
    blank = [[False] * width for _ in range(_QUIET)]
    rows = [*blank, *([False] * _QUIET + row + [False] * _QUIET for row in dark), *blank]
    if len(rows) % 2:
        rows.append([False] * width)
    before, after = ("\x1b[97;40m", "\x1b[0m") if colours else ("", "")
    return "\n".join(
        before + "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) + after
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
