"""The adapter of the port ``core.reports.port``: matplotlib and Word are imported when a report is made, not before."""

import asyncio

from core.reports.port import Sheet


class PaperTypist:
    """Implements core.reports.port.ReportTypist; keeps nothing between two calls."""

    async def report_document(self, sheet: Sheet) -> bytes:
        """See the port."""
        return await asyncio.to_thread(_document, sheet)

    async def report_tables(self, sheet: Sheet) -> bytes:
        """See the port."""
        return await asyncio.to_thread(_tables, sheet)


def _document(sheet: Sheet) -> bytes:
    from documents.report.document import set_document

    return set_document(sheet)


def _tables(sheet: Sheet) -> bytes:
    from documents.report.tables import set_tables

    return set_tables(sheet)
