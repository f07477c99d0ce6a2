/** Deeds on the open conversation with what the person is told of them. */
import { ref } from "vue";
import { ApiError } from "@/api/errors";
import { mail } from "@/locales/mail";
import { ru } from "@/locales/ru";
import { toast, toastError } from "@/shell/toasts";
import { desk } from "./desk";
import { handBack, may, refreshTalk, take } from "./useConversation";
import { composerOf } from "./useComposer";
import { talk } from "./useConversation";

export const deedBusy = ref(false);
/** Who was first when the conversation was taken by somebody else. */
export const takenBy = ref<{ id: number; name: string } | null>(null);

export function takeOpen(): Promise<void> {
  return guarded(async () => {
    takenBy.value = null;
    await take();
    if (talk.id !== null && may("reply")) composerOf(talk.id).kind = "reply";
    toast(talk.view?.row.channel === "email" ? mail.letter.took : ru.thread.took);
    desk.focusReply++;
  });
}

export function handBackOpen(): Promise<void> {
  return guarded(async () => {
    await handBack();
    toast(ru.thread.handedBack);
  });
}

async function guarded(deed: () => Promise<void>): Promise<void> {
  if (deedBusy.value) return;
  deedBusy.value = true;
  try {
    await deed();
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) await tellConflict(error);
    else toastError(error);
  } finally {
    deedBusy.value = false;
  }
}

async function tellConflict(error: ApiError): Promise<void> {
  const first = error.facts["operator"];
  const name = typeof first === "string" ? first : (first as { full_name?: string } | undefined)?.full_name;
  if (name && talk.id !== null) takenBy.value = { id: talk.id, name };
  else toastError(error);
  await refreshTalk();
}
