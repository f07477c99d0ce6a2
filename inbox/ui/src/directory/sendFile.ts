/** A file with a few words beside it, sent as a form. */
import { send } from "@/api/client";

export function sendFile(path: string, file: File, words: Record<string, string>): Promise<void> {
  const form = new FormData();
  form.append("file", file);
  for (const [name, value] of Object.entries(words)) form.append(name, value);
  return send("POST", path, form);
}
