"""The little language of a clerk's template: facts, conditions, one loop at a time. Whatever else Jinja can do is refused."""

from collections.abc import Iterator, Sequence

from jinja2 import ChainableUndefined, meta, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For, nodes.Getattr, nodes.Filter,
    nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr,
)  # fmt: skip
"""No calls, no sums, no assignments: with these a template ends, and its length is bounded by its own and that of the facts."""
FILTERS = frozenset({"upper", "lower", "capitalize", "trim", "default", "length"})
TESTS = frozenset({"defined", "undefined", "none"})
LOOP = frozenset({"index", "first", "last", "length"})


class Tongue(SandboxedEnvironment):
    """Jinja for one template: escapes what it inserts, and remembers in ``names`` every variable that any part asks for.

    A column of a list is remembered as ``list.column``. A variable that is not given does not end the rendering: all of them are to
    be told at once, those of branches not taken too, so whoever renders compares ``names`` with what was given.
    Raises TemplateSyntaxError for what the language has not.
    """

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=ChainableUndefined)
        self.names: set[str] = set()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in _below(tree):
            if not _is_allowed(node):
                raise TemplateSyntaxError(type(node).__name__, node.lineno)
        loops = list(tree.find_all(nodes.For))
        if any(True for loop in loops for _ in loop.find_all(nodes.For)):
            raise TemplateSyntaxError("a loop in a loop", loops[0].lineno)
        self.names |= meta.find_undeclared_variables(tree) | set(_columns(tree, loops))
        return tree


def _below(node: nodes.Node) -> Iterator[nodes.Node]:
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(found.iter_child_nodes())


def _is_allowed(node: nodes.Node) -> bool:
    if isinstance(node, nodes.For):
        return isinstance(node.target, nodes.Name) and isinstance(node.iter, nodes.Name) and not node.recursive
    if isinstance(node, nodes.Getattr):
        return isinstance(node.node, nodes.Name) and not node.attr.startswith("_")
    if isinstance(node, nodes.Filter):
        return node.name in FILTERS
    if isinstance(node, nodes.Test):
        return node.name in TESTS
    return isinstance(node, ALLOWED)


def _columns(tree: nodes.Template, loops: Sequence[nodes.For]) -> Iterator[str]:
    """``list.column`` for the variable of a loop; a part of anything else by its own words, which nobody offers."""
    within = {id(found): loop for loop in loops for found in loop.find_all(nodes.Getattr)}
    for found in tree.find_all(nodes.Getattr):
        owner, loop = _name(found.node), within.get(id(found))
        if loop is not None and owner == _name(loop.target):
            yield f"{_name(loop.iter)}.{found.attr}"
        elif loop is None or owner != "loop" or found.attr not in LOOP:
            yield f"{owner}.{found.attr}"


def _name(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""
