// The page: the applicant's telephone, the others', the journal; live.
import { byId, toast } from "/shared/js/dom.js";
import { get, url } from "./api.js";
import * as caller from "./caller.js";
import * as desks from "./desks.js";
import * as journal from "./journal.js";
import { WORDS } from "./words.js";

const HANDLERS = {
  phone(view) {
    if (caller.isMine(view.call_sid)) caller.changed(view);
    else if (desks.isKnown(view.phone) || view.direction !== "inbound") desks.changed(view);
    journal.soon();
  },
  caption(caption) {
    if (caller.isMine(caption.call_sid)) caller.hear(caption);
    else desks.hear(caption.phone, caption);
  },
  hush({ phone, call_sid: sid }) {
    if (caller.isMine(sid)) caller.hushed();
    else desks.hushed(phone);
  },
  hook: () => journal.soon(),
  problem: ({ words }) => journal.noted(words),
};

async function begin() {
  const state = await get("state");
  caller.setUp(state.numbers);
  desks.setUp(state.phones);
  await journal.setUp();
  if (!state.speaks) toast(WORDS.silent);
  follow(state.seq);
}

function follow(seq) {
  const events = new EventSource(url(`events?after=${seq}`));
  events.onopen = () => { byId("line").textContent = WORDS.online; };
  events.onerror = () => { byId("line").textContent = WORDS.offline; };
  events.onmessage = ({ data }) => {
    const { kind, body } = JSON.parse(data);
    const happening = () => HANDLERS[kind]?.(body);
    if (!caller.hold(happening)) happening();
  };
}

begin();
