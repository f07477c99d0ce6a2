/** Writing to somebody first: the conversation is opened, and the letter is written there. */
import { computed, ref } from "vue";
import { useRouter } from "vue-router";
import { send } from "@/api/client";
import type { Models } from "@/api/types";
import { session } from "@/session/useSession";
import { toastError } from "@/shell/toasts";

export function useBegin(applicantId: () => number | null) {
  const router = useRouter();
  const busy = ref(false);
  const mayWrite = computed(() => applicantId() !== null && (session.me?.actions.includes("conversation.reply") ?? false));

  async function write(address: string): Promise<void> {
    busy.value = true;
    try {
      const begun = await send<Models["MovedMail"]>("POST", `/api/citizens/${applicantId()}/letters`, { address });
      await router.push({ name: "inbox", params: { id: begun.conversation_id ?? "" }, query: { list: "mine" } });
    } catch (error) {
      toastError(error);
    } finally {
      busy.value = false;
    }
  }

  return { busy, mayWrite, write };
}
