"""Runs Rasa's graph in an order that is worked out once: its own runner asks dask for a plan at every prediction."""

from functools import lru_cache
from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner

Plan = Tuple[Tuple[Text, GraphNode, Tuple[Text, ...]], ...]
"""Name, node and the names of what the node needs; whatever is needed stands before it."""


class PlannedRunner(GraphRunner):
    """The nodes of a loaded runner, one after another."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        """Take over the nodes that Rasa has instantiated."""
        self._schema = loaded._graph_schema
        self._nodes = loaded._instantiated_nodes
        self._plan = lru_cache(maxsize=None)(self._planned)

    @classmethod
    def create(cls, *args: Any, **kwargs: Any) -> "PlannedRunner":
        """Return a runner (the interface's constructor)."""
        return cls(DaskGraphRunner.create(*args, **kwargs))

    def run(self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
        """Return what the target nodes give."""
        wanted = tuple(targets or self._schema.target_names)
        made: Dict[Text, Tuple[Text, Any]] = {name: (name, given) for name, given in (inputs or {}).items()}
        for name, node, needs in self._plan(wanted):
            made[name] = node(*(made[need] for need in needs))
        return dict(made[name] for name in wanted)

    def _planned(self, targets: Tuple[Text, ...]) -> Plan:
        order: Dict[Text, None] = {}
        for target in targets:
            self._visit(target, order)
        return tuple((name, self._nodes[name], tuple(self._schema.nodes[name].needs.values())) for name in order)

    def _visit(self, name: Text, order: Dict[Text, None]) -> None:
        if name in order or name not in self._nodes:  # an input of the graph is no node
            return
        for need in self._schema.nodes[name].needs.values():
            self._visit(need, order)
        order[name] = None
