/** A deed of a form: sent once at a time, its refusal in words beside the fields; what was typed stays. */
import { reactive, ref } from "vue";
import { ApiError, sentence } from "@/api/errors";

export function useSave() {
  const busy = ref(false);
  const trouble = ref("");
  const fields = reactive<Record<string, string>>({});
  const refused = ref<ApiError | null>(null);

  function forget(): void {
    trouble.value = "";
    refused.value = null;
    for (const name of Object.keys(fields)) delete fields[name];
  }

  /** Whether the deed was done. */
  async function run(deed: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    forget();
    try {
      await deed();
      return true;
    } catch (error) {
      trouble.value = sentence(error);
      if (error instanceof ApiError) {
        refused.value = error;
        Object.assign(fields, error.fields);
      }
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, trouble, fields, refused, forget, run };
}
