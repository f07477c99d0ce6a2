"""Documents: standard forms filled, letters composed, pages printed, Word files shown. The adapter of ``core.typist``."""
