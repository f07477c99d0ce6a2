/** The form of a registration. What was typed stays for its conversation, on the server as well, until it is registered. */
import { computed, reactive, ref, watch } from "vue";
import { get, send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { Appeal, Conversation, RegisterForm, Term } from "@/api/types";
import { citizenWords } from "@/inbox/messages";
import { takeAppeal, takeCard, talk } from "@/inbox/useConversation";
import { ru } from "@/locales/ru";
import { forgetWithPerson } from "@/session/useSession";
import type { CardDraft } from "@/mail/types";
import { newKey } from "@/ui/text";
import { forgetForm, keepForm, overKept } from "./keptForm";
import { type Person, personOf, propose, savePerson, stillMissing } from "./proposed";

type Form = RegisterForm;

/** What was begun: the form, the applicant's fields that a draft proposes, and the names of what it proposes. */
interface Begun {
  form: Form;
  person: Person | null;
  proposed: Set<string>;
}

/** Where the draft of a card comes from: the mails of a conversation, or the call. */
const DRAFTS: Record<string, (id: number) => string> = {
  email: (id) => `/api/conversations/${id}/card-draft`,
  voice: (id) => `/api/phone/conversations/${id}/card-draft`,
};
const begun = new Map<number, Begun>();
forgetWithPerson(() => begun.clear());

export function useRegistration() {
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

  function begin(): void {
    const view = talk.view;
    if (!view) return;
    done.value = null;
    forget();
    const isNew = !begun.has(view.row.id);
    if (isNew) begun.set(view.row.id, reactive({ form: overKept(view, prefilled(view)), person: null, proposed: new Set<string>() }));
    show(begun.get(view.row.id)!);
    const draft = DRAFTS[view.row.channel];
    if (isNew && draft) void fromDraft(view, draft(view.row.id));
    get<Term[]>("/api/terms").then((found) => (terms.value = found), (error) => (trouble.value = sentence(error)));
  }

  function show(one: Begun): void {
    form.value = one.form;
    person.value = one.person;
    proposed.value = one.proposed;
  }

  /** The draft fills what nobody has typed over meanwhile. Without one the form stays as the conversation fills it. */
  async function fromDraft(view: Conversation, path: string): Promise<void> {
    const one = begun.get(view.row.id)!;
    const before = JSON.stringify(one.form);
    const draft = await get<CardDraft | null>(path).catch(() => null);
    if (!draft || JSON.stringify(one.form) !== before || begun.get(view.row.id) !== one) return;
    one.proposed = propose(one.form, draft);
    one.person = personOf(view, draft);
    if (talk.view?.row.id === view.row.id) show(one);
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
        const one = begun.get(id);
        if (one) one.person = null;
      }
      done.value = await send<Appeal>("POST", `/api/conversations/${id}/appeals`, form.value);
      takeAppeal(id, done.value);
      begun.delete(id);
      forgetForm(id);
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

  watch(form, (now) => {
    const id = talk.view?.row.id;
    if (id !== undefined && begun.get(id)?.form === now) keepForm(id, now);
  }, { deep: true });

  // The way of the reply brings the contact that the card holds for it (no data is asked twice, WCAG 3.3.7).
  watch(() => form.value.reply_form, (way, before) => {
    const view = talk.view;
    if (view && way !== before && [...allContacts(view), ""].includes(form.value.reply_to)) form.value.reply_to = contact(view, way);
  });

  return { form, person, proposed, terms, fields, trouble, missing, done, busy, begin, submit };
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
