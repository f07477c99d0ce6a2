/** Files on their way to the server before they are sent with a reply. */
import { upload } from "@/api/client";
import { sentence } from "@/api/errors";
import type { Upload } from "@/api/types";
import { ru } from "@/locales/ru";
import { newKey } from "@/ui/text";
import type { Composer } from "./useComposer";

export interface FileToSend {
  key: string;
  name: string;
  size: number;
  part: number;
  stored: Upload | null;
  failed: string;
  file: File;
  abort: AbortController;
}

export const MOST_BYTES = 20 * 1024 * 1024;
export const MOST_FILES = 10;

export const uploadIds = (files: FileToSend[]): string[] => files.flatMap((file) => (file.stored ? [file.stored.id] : []));

/** Starts the uploads and returns a sentence for every file that was refused. */
export function attach(composer: Composer, files: File[]): string[] {
  const refused: string[] = [];
  for (const file of files) {
    if (file.size > MOST_BYTES) refused.push(ru.composer.tooBig(file.name));
    else if (!file.size) refused.push(ru.composer.emptyFile(file.name));
    else if (composer.files.length >= MOST_FILES) return [...refused, ru.composer.tooMany];
    else {
      composer.files.push({ key: newKey(), name: file.name, size: file.size, part: 0, stored: null, failed: "", file, abort: new AbortController() });
      void start(composer, composer.files.at(-1)!);
    }
  }
  return refused;
}

export async function start(composer: Composer, item: FileToSend): Promise<void> {
  item.failed = "";
  item.part = 0;
  try {
    const url = `/api/conversations/${composer.id}/uploads`;
    item.stored = await upload<Upload>(url, item.file, (part) => (item.part = part), item.abort.signal);
  } catch (error) {
    item.failed = sentence(error);
  }
}

export function detach(composer: Composer, item: FileToSend): void {
  item.abort.abort();
  composer.files = composer.files.filter((kept) => kept.key !== item.key);
}
