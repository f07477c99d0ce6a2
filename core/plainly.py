"""Cells of exported sheets: what a citizen wrote must be no formula of the program that opens the file (CSV injection)."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """The same words; those that a spreadsheet would take for a formula get an apostrophe before them."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS_A_FORMULA) or cell.startswith(_BEGINS_A_FORMULA) else cell
