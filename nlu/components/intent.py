"""The classifier as a component of Rasa's pipeline."""

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.classifier import IntentModel, Recipe

RANKING = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RuIntentClassifier(GraphComponent, IntentClassifier):
    """Character n-grams, Universal Sentence Encoder and e5 into a logistic regression."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the settings: see Recipe."""
        return {"features": ["e5", "use", "char"], "strength": 10.0, "caution": 0.8}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "RuIntentClassifier":
        """Return an untrained component."""
        return cls(config, model_storage, resource)

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Keep where the model is to be stored."""
        self._config, self._storage, self._resource = config, model_storage, resource
        self._model: Any = None

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples and store the model."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and example.get(INTENT)]
        self._model = IntentModel.learned(
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
            Recipe(
                features=list(self._config["features"]),
                strength=float(self._config["strength"]),
                caution=float(self._config["caution"]),
            ),
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "RuIntentClassifier":
        """Return the trained component."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = IntentModel.load(folder)
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent and the ranking of each message."""
        for message in messages:
            ranking = self._model.ranking(message.get(TEXT) or "")[:RANKING]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the intents that the trained model finds."""
        self.process(training_data.training_examples)
        return training_data
