/** Adds to the quality control what somebody has come across. */
import { send } from "@/api/client";
import type { Models } from "@/api/types";
import { quality } from "@/locales/quality";
import { toast, toastError } from "@/shell/toasts";

export async function addItem(kind: "call" | "chat", ref: number): Promise<void> {
  try {
    const made = await send<Models["ItemsAdded"]>("POST", "/api/quality/items", { kind, ref });
    toast(quality.add.done(made.ids.length));
  } catch (error) {
    toastError(error);
  }
}
