/** The form of a registration as the server keeps it while it is filled in: personal data, so never in the browser's storage. */
import { send } from "@/api/client";
import type { Conversation, RegisterForm } from "@/api/types";
import { forgetWithPerson } from "@/session/useSession";

const SOON_MS = 800;
const lasts = new Map<number, string>();
const timers = new Map<number, number>();
forgetWithPerson(() => {
  timers.forEach((timer) => clearTimeout(timer));
  lasts.clear();
});

/** What was begun in this conversation before, over the form as it would be filled now. */
export function overKept(view: Conversation, form: RegisterForm): RegisterForm {
  try {
    const kept: unknown = JSON.parse(view.drafts["register"] ?? "");
    if (typeof kept !== "object" || kept === null) return form;
    const known = Object.entries(kept).filter(([name, value]) => name in form && typeof value === "string");
    return { ...form, ...Object.fromEntries(known) };
  } catch {
    return form;
  }
}

/** Keep the form a moment after its last change; as it is shown first it is not kept yet. */
export function keepForm(id: number, form: RegisterForm): void {
  const text = JSON.stringify(form);
  const last = lasts.get(id);
  if (last === undefined) lasts.set(id, text);
  if (last === undefined || last === text) return;
  lasts.set(id, text);
  clearTimeout(timers.get(id));
  timers.set(id, window.setTimeout(() => void put(id, text), SOON_MS));
}

export function forgetForm(id: number): void {
  clearTimeout(timers.get(id));
  lasts.delete(id);
  void put(id, "");
}

/** A form that could not be kept stays on the screen, and is tried again with its next change. */
async function put(id: number, text: string): Promise<void> {
  await send("PUT", `/api/conversations/${id}/draft`, { kind: "register", text }).catch(() => undefined);
}
