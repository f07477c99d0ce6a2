"""Words for people live outside Python (style rule 16); a docstring or a comment may quote the regulation."""

import ast
import re

import pytest

from tests.house.tree import docstrings, modules, name_of, parsed

ONE_LETTER = 1
"""A single letter is part of a rule of spelling, not a word for people."""
CYRILLIC = re.compile(r"[\u0400-\u052f]")


@pytest.mark.parametrize("module", list(modules()), ids=name_of)
def test_a_module_holds_no_cyrillic_literal(module):
    tree = parsed(module)
    documents = docstrings(tree)
    found = [
        f"{name_of(module)}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in documents and len(node.value) > ONE_LETTER
        if CYRILLIC.search(node.value if isinstance(node.value, str) else node.value.decode("utf-8", "ignore"))
    ]
    assert not found
