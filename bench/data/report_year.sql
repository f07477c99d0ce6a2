-- A year and more of an invented city. Parameters: contacts, appeals, refusals, first (a day), days.
CREATE FUNCTION pg_temp.spread(n bigint, of_size bigint, first date, days int) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT (first + (n * days / of_size)::int)::timestamp AT TIME ZONE 'Europe/Moscow'
        + interval '8 hours' + (n * 7919 %% 39600) * interval '1 second'
$$;

INSERT INTO staff_member (login, full_name, role, password_hash, is_active, shortcuts_on, notify, created_at)
    SELECT 'report' || n, 'Операторова Анна ' || n, 'operator', '-', true, true, 'all', now() FROM generate_series(1, 12) n;

INSERT INTO applicant (kind, surname, given_name, patronymic, organisation, postal_address, consent_at, created_at, version)
    SELECT 'person', 'Примеров' || n, 'Тест', 'Образцович', '', '', now(), now(), 1 FROM generate_series(1, 1000) n;

INSERT INTO channel_identity (channel, external_id, external_mark, display_name, applicant_id, created_at)
    SELECT (ARRAY['voice','voice','voice','telegram','email'])[1 + n %% 5], '', 'r' || n, '', 1 + n %% 1000, now()
    FROM generate_series(1, %(contacts)s) n;

INSERT INTO conversation (channel, identity_id, applicant_id, mode, hand_off_reason, last_message_at, last_author, preview, unread,
        warnings, emergency, opened_at, closed_at, closed_as, version)
    SELECT channel, id, applicant_id, 'closed', '', pg_temp.spread(r, %(contacts)s, %(first)s, %(days)s), 'citizen', '', 0, 0, false,
        pg_temp.spread(r, %(contacts)s, %(first)s, %(days)s), pg_temp.spread(r, %(contacts)s, %(first)s, %(days)s), 'informed', 1
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS r FROM channel_identity WHERE external_mark LIKE 'r%%') who;

INSERT INTO contact (conversation_id, channel, started_at, ended_at, outcome)
    SELECT id, channel, opened_at, opened_at + interval '4 minutes',
        (ARRAY['informed','informed','informed','reference','registered','message','abandoned','operator','informed','reference'])[1 + id %% 10]
    FROM conversation;

INSERT INTO phone_call (call_sid, direction, caller, caller_mark, caller_tail, said_as, called, place, step, menu_state, stands,
        stood_step, is_night, emergency,
        conversation_id, started_at, answered_at, queued_at, ended_at, seconds, reached, result, ended_because, recording_problem, missed,
        script, outcome, version)
    SELECT 'r' || id, 'in', '', '', '', '', '', 'ended', 1, '', '', -1, id %% 9 = 0, id %% 400 = 0, id, opened_at, opened_at,
        CASE WHEN id %% 3 = 0 THEN opened_at + interval '20 seconds' END, opened_at + (60 + id %% 200) * interval '1 second', 60 + id %% 200,
        '[]', (ARRAY['informed','informed','informed','operator','operator','message','transferred','dispatch','abandoned','informed',
            'operator','failed'])[1 + id %% 12], '', '', id %% 37 = 0, '', '', 1
    FROM conversation WHERE channel = 'voice';

INSERT INTO call_leg (call_id, key, call_sid, kind, address_kind, number, name, staff_id, state, dialled_at, answered_at, taken_at,
        ended_at, seconds, is_screened, why)
    SELECT p.id, 'r' || p.id, '', 'operator', '', '', '', (SELECT min(id) FROM staff_member WHERE login LIKE 'report%%') + p.id %% 12,
        'completed', p.queued_at, p.queued_at + (p.id %% 45) * interval '1 second', p.queued_at + (p.id %% 45) * interval '1 second',
        p.ended_at, 60 + p.id %% 120, true, ''
    FROM phone_call p WHERE p.queued_at IS NOT NULL AND p.id %% 8 <> 0;

INSERT INTO appeal (journal, year, number, registration_number, applicant_id, conversation_id, channel, text, address, topic, urgency,
        reply_form, reply_to, status, registered_at, registered_by, counted_from, due_on, promised_on, answer_by, applicant_name,
        address_key, status_before, replied_at, closed_at, closing, reopened, version)
    SELECT 'Р', extract(year FROM at)::int, n, 'Р-' || n, 1 + n %% 1000, NULL, (ARRAY['voice','telegram','email'])[1 + n %% 3],
        'Не горит фонарь.', '', (ARRAY['Освещение','Дороги','Вода','Отопление','Благоустройство','Транспорт',''])[1 + n %% 7],
        CASE WHEN n %% 4 = 0 THEN 'urgent' ELSE 'long_term' END, (ARRAY['email','phone','telegram','post'])[1 + n %% 4], '',
        CASE WHEN n %% 50 = 0 THEN 'merged' ELSE 'closed' END, at, (SELECT min(id) FROM staff_member WHERE login LIKE 'report%%') + n %% 12,
        at::date, at::date + 10, CASE WHEN n %% 13 = 0 THEN at::date + 20 END, at::date + 10, '', '', '',
        at + (n %% 14) * interval '1 day', at + (1 + n %% 14) * interval '1 day', CASE WHEN n %% 5 = 0 THEN 'word' ELSE 'call' END,
        CASE WHEN n %% 31 = 0 THEN 1 ELSE 0 END, 1
    FROM (SELECT n, pg_temp.spread(n, %(appeals)s, %(first)s, %(days)s) AS at FROM generate_series(1, %(appeals)s) n) made;

INSERT INTO reply (appeal_id, kind, form, address, subject, body, reasons, memo_ids, enclosed_ids, state, tried, error, document_key,
        drafted_at, sent_by_id, sent_at, version)
    SELECT id, CASE WHEN id %% 9 = 0 THEN 'interim' ELSE 'final' END, reply_form, '', '', '', '', '[]', '[]', 'delivered', '[]', '', '',
        replied_at, registered_by, replied_at, 1 FROM appeal;

INSERT INTO information_request (appeal_id, department, number, question, status, due_on, prepared_at, sent_at, answered_at, delivery,
        addressee_name, addressee_position, addressee_email, copy_to, document_key, version)
    SELECT id, (SELECT array_agg(key ORDER BY key) FROM department)[1 + id %% (SELECT count(*) FROM department)::int], 'Р-' || id, '',
        CASE WHEN id %% 17 = 0 THEN 'cannot' ELSE 'answered' END, registered_at::date + 5, registered_at, registered_at,
        registered_at + (id %% 8) * interval '1 day', 'sent', '', '', '', '', '', 1 FROM appeal WHERE id %% 2 = 0;

INSERT INTO satisfaction (appeal_id, solved, score, comment, asked_at, answered_at, came_by, explanation)
    SELECT id, true, CASE WHEN id %% 3 = 0 THEN 1 + id %% 5 END, '', closed_at, CASE WHEN id %% 2 = 0 THEN closed_at END, 'call', ''
    FROM appeal;

INSERT INTO call_task (appeal_id, purpose, phone, due_on, state, attempts, opened_at)
    SELECT id, 'closing', '', due_on, 'done', 1, closed_at FROM appeal;

INSERT INTO call_attempt (call_task_id, appeal_id, phone, at, outcome, note)
    SELECT t.id, t.appeal_id, '', t.opened_at, (ARRAY['answered','answered','answered','no_answer','busy'])[1 + t.id %% 5], ''
    FROM call_task t;

INSERT INTO refusal (reason, text, refused_at)
    SELECT CASE WHEN n %% 5 = 0 THEN 'abusive' ELSE 'anonymous' END, '', pg_temp.spread(n, %(refusals)s, %(first)s, %(days)s)
    FROM generate_series(1, %(refusals)s) n;
