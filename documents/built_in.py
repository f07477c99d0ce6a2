"""The templates of the standard forms that come with the system."""

from pathlib import Path

from core.forms.fields import form_named

TEMPLATES = Path(__file__).parent / "templates"


def built_in(name: str) -> bytes:
    """The .docx of a form; raises NotFound for a form that is not declared in ``core/forms/fields.toml``."""
    return (TEMPLATES / f"{form_named(name).name}.docx").read_bytes()
