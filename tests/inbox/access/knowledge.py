"""Routes of the knowledge base."""

from core.staff.abilities import Ability as A
from tests.inbox.access.model import NONE, Access

SEEN = {"version": 1}
KNOWLEDGE = [
    Access(method="GET", path="/api/knowledge/articles", ability=A.APPROVE_KNOWLEDGE),
    Access(method="POST", path="/api/knowledge/articles", ability=A.EDIT_KNOWLEDGE, body={"title": "x"}),
    Access(method="GET", path="/api/knowledge/counts", ability=A.APPROVE_KNOWLEDGE),
    Access(method="GET", path="/api/knowledge/export", ability=A.APPROVE_KNOWLEDGE, good=(200, 404)),
    Access(
        method="POST",
        path="/api/knowledge/imports/uploads",
        ability=A.EDIT_KNOWLEDGE,
        files={"file": ("a.docx", b"PK\x03\x04 words")},
    ),
    Access(method="GET", path="/api/knowledge/articles/{id}", ability=A.APPROVE_KNOWLEDGE, good=(200, 404)),
    Access(method="PUT", path="/api/knowledge/articles/{id}", ability=A.EDIT_KNOWLEDGE, body=SEEN, good=NONE),
    Access(method="POST", path="/api/knowledge/articles/{id}/revise", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/articles/{id}/versions/{number}/restore", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="GET", path="/api/knowledge/articles/{id}/versions/{number}", ability=A.APPROVE_KNOWLEDGE, good=NONE),
    Access(method="GET", path="/api/knowledge/articles/{id}/original", ability=A.APPROVE_KNOWLEDGE, good=NONE),
    *[
        Access(method="POST", path=f"/api/knowledge/articles/{{id}}/{deed}", ability=ability, body=SEEN, good=NONE)
        for deed, ability in {
            **dict.fromkeys(("discard", "submit", "publish", "archive", "confirm"), A.EDIT_KNOWLEDGE),
            "approve": A.APPROVE_KNOWLEDGE,
        }.items()
    ],
    Access(
        method="POST",
        path="/api/knowledge/articles/{id}/return",
        ability=A.APPROVE_KNOWLEDGE,
        body={**SEEN, "words": "x"},
        good=NONE,
    ),
    Access(
        method="POST",
        path="/api/knowledge/articles/{id}/files/uploads?version=1",
        ability=A.EDIT_KNOWLEDGE,
        files={"file": ("a.txt", b"words")},
        good=NONE,
    ),
    Access(method="GET", path="/api/knowledge/articles/{id}/files/{file_id}", ability=A.APPROVE_KNOWLEDGE, good=NONE),
    Access(
        method="PUT",
        path="/api/knowledge/articles/{id}/files/{file_id}",
        ability=A.EDIT_KNOWLEDGE,
        body={**SEEN, "for_citizens": True},
        good=NONE,
    ),
    Access(method="POST", path="/api/knowledge/articles/{id}/files/{file_id}/drop", ability=A.EDIT_KNOWLEDGE, body=SEEN, good=NONE),
    Access(method="POST", path="/api/knowledge/articles/{id}/remarks", ability=A.READ_KNOWLEDGE, body={"kind": "wrong"}, good=NONE),
    Access(method="GET", path="/api/knowledge/remarks", ability=A.APPROVE_KNOWLEDGE),
    Access(method="POST", path="/api/knowledge/remarks/{id}/settle", ability=A.EDIT_KNOWLEDGE, body={"words": "x"}, good=NONE),
    Access(method="GET", path="/api/knowledge/questions", ability=A.APPROVE_KNOWLEDGE),
    Access(method="GET", path="/api/knowledge/questions/trend", ability=A.APPROVE_KNOWLEDGE),
    Access(method="GET", path="/api/knowledge/questions/{id}", ability=A.APPROVE_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/draft", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/attach", ability=A.EDIT_KNOWLEDGE, body={"article_id": 1}, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/foreign", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/dismiss", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/reopen", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="GET", path="/api/knowledge/words", ability=A.APPROVE_KNOWLEDGE),
    Access(
        method="PUT",
        path="/api/knowledge/words/synonyms",
        ability=A.EDIT_KNOWLEDGE,
        body={"version": 99, "synonyms": []},
        good=(409,),
    ),
    Access(
        method="PUT", path="/api/knowledge/words/topics", ability=A.EDIT_KNOWLEDGE, body={"version": 99, "topics": []}, good=(409,)
    ),
    Access(method="POST", path="/api/knowledge/trial", ability=A.APPROVE_KNOWLEDGE, body={"text": "x"}),
    Access(method="POST", path="/api/knowledge/look", ability=A.APPROVE_KNOWLEDGE, body={"answer": "x"}),
    Access(method="POST", path="/api/knowledge/aloud", ability=A.APPROVE_KNOWLEDGE, body={"answer": "x"}),
]
