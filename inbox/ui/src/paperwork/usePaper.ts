/** A deed of a dialog of the paperwork: sent once, refusals in words beside their fields. */
import { reactive, ref } from "vue";
import { ApiError, sentence } from "@/api/errors";
import { toast } from "@/shell/toasts";

export function usePaper() {
  const busy = ref(false);
  const trouble = ref("");
  const code = ref("");
  const fields = reactive<Record<string, string>>({});

  function begin(): void {
    trouble.value = code.value = "";
    for (const name of Object.keys(fields)) delete fields[name];
  }

  /** True when it was done. */
  async function run(deed: () => Promise<unknown>, done = ""): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    begin();
    try {
      await deed();
      if (done) toast(done);
      return true;
    } catch (error) {
      trouble.value = sentence(error);
      if (error instanceof ApiError) {
        code.value = error.code;
        Object.assign(fields, error.fields);
      }
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, trouble, code, fields, begin, run };
}
