/** The registration of a message left: the person's card and the appeal in one form, with the draft of its conversation. */
import { computed, onMounted, reactive, ref, type Ref, watch } from "vue";
import { get, send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { Appeal, Models, Term } from "@/api/types";
import { useDraft } from "@/drafts/useDraft";
import { recordings } from "@/locales/recordings";
import { ru } from "@/locales/ru";

type Draft = Models["LeftDraftView"];
type Form = Omit<Required<Models["LeftAppealForm"]>, "card">;
/** One line for each kind of contact is enough here; others that the card has stay. */
interface Person { surname: string; given_name: string; patronymic: string; phone: string; email: string }

export function useLeftAppeal({ id, conversation_id }: Models["LeftWorkView"], open: Ref<boolean>, registered: () => void) {
  const form = reactive<Form>({ text: "", address: "", topic: "", urgency: "long_term", reply_form: "phone", reply_to: "" });
  const card = reactive<Person>({ surname: "", given_name: "", patronymic: "", phone: "", email: "" });
  const kept = ref<Draft["card"] | null>(null);
  const terms = ref<Term[]>([]);
  const fields = reactive<Record<string, string>>({});
  const trouble = ref("");
  const refusedFor = ref<string[]>([]);
  const done = ref<Appeal | null>(null);
  const busy = ref(false);
  const ready = computed(() => kept.value !== null);
  const contacts = () => ({ email: card.email, phone: card.phone, post: kept.value?.postal_address ?? "", telegram: "" });

  const unsent = useDraft({
    kind: "register",
    id: () => conversation_id,
    open,
    read: () => ({ ...form, card: { ...card } }),
    fill: ({ card: person, ...appeal }) => {
      Object.assign(form, appeal);
      Object.assign(card, person);
    },
  });

  async function begin(): Promise<void> {
    try {
      const draft = await get<Draft>(`/api/left-messages/${id}/draft`);
      if (!form.text) form.text = draft.text;
      take(draft);
      form.reply_form = draft.channel === "telegram" ? "telegram" : card.phone || !card.email ? "phone" : "email";
      form.reply_to = contacts()[form.reply_form];
      await unsent.begin();
      terms.value = await get<Term[]>("/api/terms");
    } catch (error) {
      trouble.value = sentence(error);
    }
  }

  function take(draft: Draft): void {
    kept.value = draft.card;
    const { surname = "", given_name = "", patronymic = "", phones, emails } = draft.card;
    Object.assign(card, { surname, given_name, patronymic, phone: phones?.[0] ?? "", email: emails?.[0] ?? "" });
  }

  function typed(): Models["ApplicantForm"] {
    const was = kept.value!;
    const lines = (known: string[] | undefined, first: string) => [first.trim(), ...(known ?? []).slice(1)].filter(Boolean);
    const { surname, given_name, patronymic } = card;
    return { ...was, surname, given_name, patronymic, phones: lines(was.phones, card.phone), emails: lines(was.emails, card.email) };
  }

  async function submit(): Promise<void> {
    if (busy.value || !kept.value) return;
    trouble.value = "";
    refusedFor.value = [];
    for (const name of Object.keys(fields)) delete fields[name];
    if (form.text.trim().length < 3) fields["text"] = ru.register.shortText;
    if (form.reply_form !== "telegram" && !form.reply_to.trim()) fields["reply_to"] = ru.register.needReplyTo;
    if (Object.keys(fields).length) return void (trouble.value = ru.errors.fixFields);
    busy.value = true;
    try {
      done.value = await send<Appeal>("POST", `/api/left-messages/${id}/appeals`, { ...form, card: typed() });
      unsent.sent();
      registered();
    } catch (error) {
      await refuse(error);
    } finally {
      busy.value = false;
    }
  }

  /** The card is written before the registration, so after a refusal its version is another one: it is read anew. */
  async function refuse(error: unknown): Promise<void> {
    trouble.value = sentence(error);
    if (!(error instanceof ApiError)) return;
    for (const [name, words] of Object.entries(error.fields)) fields[name.replace(/\.\d+$/, "")] = words;
    refusedFor.value = Array.isArray(error.facts["missing"]) ? error.facts["missing"].map(String) : [];
    const draft = await get<Draft>(`/api/left-messages/${id}/draft`).catch(() => null);
    if (!draft) return;
    if (error.status === 409) {
      take(draft);
      trouble.value = recordings.register.changed;
    } else if (kept.value) kept.value = { ...kept.value, version: draft.card.version };
  }

  // The way of the reply brings the contact that the card holds for it (no data is asked twice, WCAG 3.3.7).
  watch(() => form.reply_form, (way, before) => {
    if (way !== before && ["", ...Object.values(contacts())].includes(form.reply_to)) form.reply_to = contacts()[way];
  });
  onMounted(begin);

  return { unsent, form, card, terms, fields, trouble, missing: refusedFor, done, busy, ready, submit };
}
