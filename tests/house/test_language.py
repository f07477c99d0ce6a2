"""Words for people live outside Python (style rule 16); a docstring or a comment may quote the regulation."""

import ast
import re

from tests.house.tree import docstrings, modules, name_of, parsed

ONE_LETTER = 1
"""A single letter, and a class of letters in a pattern, is a rule of spelling, not a word for people."""
CLASS = re.compile(r"\[[^\]]*\]")
CYRILLIC = re.compile(r"[\u0400-\u052f]")


def _literals(module):
    tree = parsed(module)
    documents = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in documents:
            words = node.value if isinstance(node.value, str) else node.value.decode("utf-8", "ignore")
            if len(words) > ONE_LETTER and CYRILLIC.search(CLASS.sub("", words)):
                yield f"{name_of(module)}:{node.lineno}"


def test_no_module_holds_a_cyrillic_literal() -> None:
    assert not [place for module in modules() for place in _literals(module)]
