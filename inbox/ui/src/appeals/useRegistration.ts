/** The form of a registration. What was typed stays for its conversation, as a draft on the server, until it is registered. */
import { computed, reactive, ref, type Ref, watch } from "vue";
import { get, send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { Appeal, Conversation, RegisterForm, Term } from "@/api/types";
import { useDraft } from "@/drafts/useDraft";
import { citizenWords } from "@/inbox/messages";
import { takeAppeal, takeCard, talk } from "@/inbox/useConversation";
import { ru } from "@/locales/ru";
import type { CardDraft } from "@/mail/types";
import { newKey } from "@/ui/text";
import { type Person, personOf, propose, savePerson, stillMissing } from "./proposed";

type Form = RegisterForm;

/** Where the draft of a card comes from: the mails of a conversation, or the call. */
const DRAFTS: Record<string, (id: number) => string> = {
  email: (id) => `/api/conversations/${id}/card-draft`,
  voice: (id) => `/api/phone/conversations/${id}/card-draft`,
};

export function useRegistration(open: Ref<boolean>) {
  const form = ref<Form>(emptyForm());
  const person = ref<Person | null>(null);
  const proposed = ref(new Set<string>());
  const terms = ref<Term[]>([]);
  const fields = reactive<Record<string, string>>({});
  const trouble = ref("");
  const refusedFor = ref<string[]>([]);
  const done = ref<Appeal | null>(null);
  const busy = ref(false);
  /** Without the consent the appeal is registered all the same (2.8.4 names the name and the contact). */
  const lacks = computed(() => talk.view?.applicant.missing.filter((part) => part !== "consent") ?? []);
  const missing = computed(() => stillMissing(lacks.value.length ? lacks.value : refusedFor.value, person.value));

  const draft = useDraft({
    kind: "register",
    id: () => talk.view?.row.id ?? 0,
    open,
    read: () => ({ ...form.value, person: person.value }),
    fill: ({ person: typed, ...kept }) => {
      form.value = kept;
      person.value = typed;
    },
  });

  async function begin(): Promise<void> {
    const view = talk.view;
    if (!view) return;
    done.value = null;
    forget();
    form.value = prefilled(view);
    person.value = null;
    proposed.value = new Set();
    get<Term[]>("/api/terms").then((found) => (terms.value = found), (error) => (trouble.value = sentence(error)));
    const proposal = DRAFTS[view.row.channel];
    await draft.begin();
    if (proposal && !draft.restored.value) await fromMachine(view, proposal(view.row.id));
  }

  /** What a machine proposes fills what nobody has typed over meanwhile. Without it the form stays as the conversation fills it. */
  async function fromMachine(view: Conversation, path: string): Promise<void> {
    const before = JSON.stringify(form.value);
    const found = await get<CardDraft | null>(path).catch(() => null);
    if (!found || JSON.stringify(form.value) !== before || talk.view?.row.id !== view.row.id) return;
    proposed.value = propose(form.value, found);
    person.value = personOf(view, found);
    draft.rebase();
  }

  function forget(): void {
    trouble.value = "";
    refusedFor.value = [];
    for (const name of Object.keys(fields)) delete fields[name];
  }

  async function submit(): Promise<void> {
    const id = talk.view?.row.id;
    if (id === undefined || busy.value) return;
    forget();
    Object.assign(fields, check(form.value));
    if (Object.keys(fields).length) return void (trouble.value = ru.errors.fixFields);
    busy.value = true;
    try {
      if (person.value && talk.view) {
        takeCard(id, await savePerson(talk.view, person.value));
        person.value = null;
      }
      done.value = await send<Appeal>("POST", `/api/conversations/${id}/appeals`, form.value);
      takeAppeal(id, done.value);
      draft.sent();
    } catch (error) {
      trouble.value = sentence(error);
      if (error instanceof ApiError) {
        Object.assign(fields, error.fields);
        refusedFor.value = Array.isArray(error.facts["missing"]) ? error.facts["missing"].map(String) : [];
      }
    } finally {
      busy.value = false;
    }
  }

  // The way of the reply brings the contact that the card holds for it (no data is asked twice, WCAG 3.3.7).
  watch(() => form.value.reply_form, (way, before) => {
    const view = talk.view;
    if (view && way !== before && [...allContacts(view), ""].includes(form.value.reply_to)) form.value.reply_to = contact(view, way);
  });

  return { draft, form, person, proposed, terms, fields, trouble, missing, done, busy, begin, submit };
}

function emptyForm(): Form {
  return { text: "", address: "", topic: "", urgency: "long_term", reply_form: "phone", reply_to: "", client_key: newKey() };
}

function prefilled(view: Conversation): Form {
  const { phones, emails } = view.applicant;
  const way = view.row.channel === "telegram" ? "telegram" : emails.length ? "email" : phones.length ? "phone" : "post";
  return { ...emptyForm(), text: citizenWords(view.messages), reply_form: way, reply_to: contact(view, way) };
}

function contact({ applicant }: Conversation, way: Form["reply_form"]): string {
  return { email: applicant.emails[0], phone: applicant.phones[0], post: applicant.postal_address, telegram: "" }[way] ?? "";
}

function allContacts({ applicant }: Conversation): string[] {
  return [...applicant.emails, ...applicant.phones, applicant.postal_address];
}

function check(form: Form): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (form.text.trim().length < 3) wrong["text"] = ru.register.shortText;
  if (form.reply_form !== "telegram" && !form.reply_to.trim()) wrong["reply_to"] = ru.register.needReplyTo;
  return wrong;
}
