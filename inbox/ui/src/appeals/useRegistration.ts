/** The form of a registration. What was typed stays for its conversation until it is registered. */
import { computed, reactive, ref, watch } from "vue";
import { get, send } from "@/api/client";
import { ApiError, sentence } from "@/api/errors";
import type { Appeal, Conversation, RegisterForm, Term } from "@/api/types";
import { citizenWords } from "@/inbox/messages";
import { takeAppeal, talk } from "@/inbox/useConversation";
import { ru } from "@/locales/ru";
import { forgetWithPerson } from "@/session/useSession";
import { newKey } from "@/ui/text";

type Form = RegisterForm;

const begun = new Map<number, Form>();
forgetWithPerson(() => begun.clear());

export function useRegistration() {
  const form = ref<Form>(emptyForm());
  const terms = ref<Term[]>([]);
  const fields = reactive<Record<string, string>>({});
  const trouble = ref("");
  const refusedFor = ref<string[]>([]);
  const done = ref<Appeal | null>(null);
  const busy = ref(false);
  const missing = computed(() => talk.view?.applicant.missing.length ? talk.view.applicant.missing : refusedFor.value);

  function begin(): void {
    const view = talk.view;
    if (!view) return;
    done.value = null;
    forget();
    if (!begun.has(view.row.id)) begun.set(view.row.id, prefilled(view));
    form.value = reactive(begun.get(view.row.id)!);
    get<Term[]>("/api/terms").then((found) => (terms.value = found), (error) => (trouble.value = sentence(error)));
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
      done.value = await send<Appeal>("POST", `/api/conversations/${id}/appeals`, form.value);
      takeAppeal(id, done.value);
      begun.delete(id);
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

  return { form, terms, fields, trouble, missing, done, busy, begin, submit };
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
