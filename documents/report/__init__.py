"""The monthly report on paper and in tables (reg. 2.8.12)."""
