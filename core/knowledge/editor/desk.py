"""The editor of the knowledge base: all its desks in one hand (reg. 2.3, 2.6, 4.1, 4.5)."""

from core.clock import Clock
from core.dialogue import Dialogue
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.editor.exports import ArticleExports
from core.knowledge.editor.files import ArticleFiles
from core.knowledge.editor.lists import ArticleLists
from core.knowledge.editor.reading import ArticleReading
from core.knowledge.editor.remarks import ArticleRemarks
from core.knowledge.editor.review import ArticleReview
from core.knowledge.editor.words import SearchWordsDesk
from core.knowledge.editor.writing import ArticleWriting
from core.knowledge.port import Aloud
from core.knowledge.trying import TrialDesk
from core.unanswered.desk import QuestionDesk
from core.unanswered.gathering import Gathering
from db.transactions import Transactions


class EditorDesk:
    """What the editor's pages call; ``base`` is the desk that answers citizens."""

    def __init__(self, *, transactions: Transactions, clock: Clock, base: KnowledgeDesk, dialogue: Dialogue, aloud: Aloud) -> None:
        self.base = base
        self.lists = ArticleLists(transactions=transactions, clock=clock)
        self.reading = ArticleReading(transactions=transactions, clock=clock)
        self.writing = ArticleWriting(transactions=transactions, clock=clock)
        self.review = ArticleReview(transactions=transactions, clock=clock)
        self.files = ArticleFiles(transactions=transactions, clock=clock)
        self.remarks = ArticleRemarks(transactions=transactions, clock=clock)
        self.exports = ArticleExports(transactions=transactions, clock=clock, lists=self.lists)
        self.words = SearchWordsDesk(transactions=transactions, clock=clock)
        self.questions = QuestionDesk(transactions=transactions, clock=clock)
        self.trial = TrialDesk(transactions=transactions, clock=clock, knowledge=base, dialogue=dialogue, aloud=aloud)
        self.gathering = Gathering(transactions=transactions, clock=clock, reader=base)
