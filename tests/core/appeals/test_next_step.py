"""The main step of a card: one at every state, and never one that the person may not make."""

import pytest

from core.appeals.next_step import MADE_BY, CallFact, NextStep, Papers, ReplyFact, RequestFact, Step, next_step
from core.appeals.workflow import MOVES, Move
from core.vocabulary import AppealStatus, CallPurpose, ReplyKind, ReplyState, RequestStatus

S, R, K = AppealStatus, ReplyState, ReplyKind
EVERYTHING = frozenset(Move)


def request(status: RequestStatus = RequestStatus.SENT, number: int = 5) -> RequestFact:
    return RequestFact(id=number, status=status)


def reply(kind: ReplyKind, state: ReplyState, number: int = 9) -> ReplyFact:
    return ReplyFact(id=number, kind=kind, state=state)


CASES = {
    "just registered": (S.REGISTERED, Papers(), Step.SEND_REQUEST, None),
    "a request that nobody can get": (
        S.REQUESTED,
        Papers(requests=[request(), request(RequestStatus.UNADDRESSED, 6)]),
        Step.ADDRESS_REQUEST,
        6,
    ),
    "a department is working": (
        S.REQUESTED,
        Papers(requests=[request(RequestStatus.ANSWERED, 4), request()]),
        Step.RECORD_MEMO,
        5,
    ),
    "the department answered": (S.ANSWER_RECEIVED, Papers(requests=[request(RequestStatus.ANSWERED)]), Step.WRITE_REPLY, None),
    "the department cannot": (S.CANNOT, Papers(), Step.WRITE_INTERIM, None),
    "it cannot, and the applicant knows": (S.CANNOT, Papers(replies=[reply(K.INTERIM, R.SENT)]), Step.WRITE_REPLY, None),
    "the timetable drafted an interim reply": (
        S.REQUESTED,
        Papers(requests=[request()], replies=[reply(K.INTERIM, R.DRAFT)]),
        Step.SEND_INTERIM,
        9,
    ),
    "a draft of the final reply comes first": (
        S.ANSWER_RECEIVED,
        Papers(replies=[reply(K.INTERIM, R.DRAFT, 8), reply(K.FINAL, R.DRAFT)]),
        Step.SEND_REPLY,
        9,
    ),
    "a dropped draft is no draft": (S.ANSWER_RECEIVED, Papers(replies=[reply(K.FINAL, R.DROPPED)]), Step.WRITE_REPLY, None),
    "the reply is on its way": (S.ANSWER_RECEIVED, Papers(replies=[reply(K.FINAL, R.SENDING)]), Step.AWAIT_DELIVERY, None),
    "the reply did not arrive": (S.ANSWER_RECEIVED, Papers(replies=[reply(K.FINAL, R.FAILED)]), Step.RESEND_REPLY, 9),
    "the interim reply did not arrive": (
        S.REQUESTED,
        Papers(requests=[request()], replies=[reply(K.INTERIM, R.FAILED)]),
        Step.RESEND_REPLY,
        9,
    ),
    "the interim reply did not arrive while the final one is only drafted": (
        S.ANSWER_RECEIVED,
        Papers(replies=[reply(K.INTERIM, R.FAILED, 8), reply(K.FINAL, R.DRAFT)]),
        Step.RESEND_REPLY,
        8,
    ),
    "the interim reply did not arrive, but the final one is on its way": (
        S.ANSWER_RECEIVED,
        Papers(replies=[reply(K.INTERIM, R.FAILED, 8), reply(K.FINAL, R.TO_PRINT)]),
        Step.POST_REPLY,
        9,
    ),
    "neither reply arrived": (
        S.ANSWER_RECEIVED,
        Papers(replies=[reply(K.FINAL, R.FAILED), reply(K.INTERIM, R.FAILED, 8)]),
        Step.RESEND_REPLY,
        9,
    ),
    "an interim reply that did not arrive was followed by one that did": (
        S.ANSWER_RECEIVED,
        Papers(replies=[reply(K.INTERIM, R.FAILED, 8), reply(K.INTERIM, R.SENT)]),
        Step.WRITE_REPLY,
        None,
    ),
    "the interim reply did not arrive while the applicant is asked": (
        S.CLARIFYING,
        Papers(replies=[reply(K.INTERIM, R.FAILED)]),
        Step.RESEND_REPLY,
        9,
    ),
    "the interim reply is to be read out": (
        S.REQUESTED,
        Papers(replies=[reply(K.INTERIM, R.CALLING)], calls=[CallFact(id=3, purpose=CallPurpose.REPLY)]),
        Step.REPLY_CALL,
        3,
    ),
    "the interim reply is to be posted": (S.REQUESTED, Papers(replies=[reply(K.INTERIM, R.TO_PRINT)]), Step.POST_REPLY, 9),
    "the reply is to be read out": (
        S.ANSWER_RECEIVED,
        Papers(replies=[reply(K.FINAL, R.CALLING)], calls=[CallFact(id=3, purpose=CallPurpose.REPLY)]),
        Step.REPLY_CALL,
        3,
    ),
    "the reply is to be posted": (S.ANSWER_RECEIVED, Papers(replies=[reply(K.FINAL, R.TO_PRINT)]), Step.POST_REPLY, 9),
    "forwarded, the applicant is still to be told": (S.FORWARDED, Papers(), Step.WRITE_REPLY, None),
    "the applicant was asked": (S.CLARIFYING, Papers(), Step.CLARIFIED, None),
    "replied, not called yet": (
        S.REPLIED,
        Papers(calls=[CallFact(id=4, purpose=CallPurpose.CLOSING)]),
        Step.CLOSING_CALL,
        4,
    ),
    "replied, to be posted still": (S.REPLIED, Papers(replies=[reply(K.FINAL, R.TO_PRINT)]), Step.POST_REPLY, 9),
    "replied, no phone": (S.REPLIED, Papers(has_phone=False), Step.ASK_CONFIRMATION, None),
    "replied, no phone, the letter that asked did not arrive": (
        S.REPLIED,
        Papers(has_phone=False, is_asked=True, replies=[reply(K.FINAL, R.SENT, 8), reply(K.CONFIRMATION, R.FAILED)]),
        Step.ASK_CONFIRMATION,
        None,
    ),
    "replied, no phone, asked": (S.REPLIED, Papers(has_phone=False, is_asked=True), Step.AWAIT_CONFIRMATION, None),
    "replied and called": (S.REPLIED, Papers(is_closable=True), Step.CLOSE, None),
    "closed": (S.CLOSED, Papers(), Step.NOTHING, None),
}


@pytest.mark.parametrize(("status", "papers", "step", "target"), CASES.values(), ids=CASES)
def test_the_step_of_a_card(status: AppealStatus, papers: Papers, step: Step, target: int | None) -> None:
    found = next_step(status, EVERYTHING, papers)
    if step is Step.AWAIT_DELIVERY:
        target = 9
    assert found == NextStep(step=step, target_id=target)


@pytest.mark.clause("2.8.10")
def test_a_term_that_runs_out_asks_for_an_interim_reply() -> None:
    waiting = Papers(requests=[request()])
    assert next_step(S.REQUESTED, EVERYTHING, waiting, is_term_near=True).step is Step.WRITE_INTERIM
    answered = next_step(S.ANSWER_RECEIVED, EVERYTHING, Papers(), is_term_near=True)
    assert answered.step is Step.WRITE_REPLY, "the answer is there: the reply itself is written"


def test_a_merged_card_leads_to_the_one_that_answers_for_it() -> None:
    assert next_step(S.MERGED, (), Papers(), merged_into_id=12) == NextStep(step=Step.OPEN_MERGED, target_id=12)


@pytest.mark.clause("2.8.11")
@pytest.mark.parametrize("papers", [Papers(), Papers(has_phone=False), Papers(has_phone=False, is_asked=True)], ids=repr)
def test_closing_is_never_offered_before_the_applicant_was_heard(papers: Papers) -> None:
    assert next_step(S.REPLIED, EVERYTHING, papers).step is not Step.CLOSE


@pytest.mark.parametrize("status", AppealStatus)
def test_who_may_do_nothing_is_offered_nothing(status: AppealStatus) -> None:
    step = next_step(status, (), Papers()).step
    assert step in (Step.NOTHING, Step.OPEN_MERGED)


@pytest.mark.parametrize("status", [one for one in AppealStatus if one is not S.MERGED])
def test_a_step_is_a_move_that_the_table_permits_now(status: AppealStatus) -> None:
    step = next_step(status, EVERYTHING, Papers()).step
    if step in MADE_BY:
        assert status in MOVES[MADE_BY[step]].after
