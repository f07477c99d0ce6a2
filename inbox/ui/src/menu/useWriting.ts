/** Writing into the draft of the menu: one after the other, each over the version that the one before it made. */
import type { Ref } from "vue";
import { get, send } from "@/api/client";
import limits from "@/api/limits.json";
import type { Models } from "@/api/types";
import type { Fields } from "@/conflicts/merging";
import { useConflict } from "@/conflicts/useConflict";
import type { useSave } from "@/directory/useSave";
import { menu as words } from "@/locales/menu";
import { overlong } from "@/ui/length";

type Draft = Models["MenuDraftView"];
type Text = Models["MenuText"];
/** Words by the names of the texts, with the note to the edition. */
type Written = Record<string, string>;
const NOTE = ":note";

interface Page {
  draft: Ref<Draft | null>;
  note: Ref<string>;
  texts: () => Text[];
  saving: Pick<ReturnType<typeof useSave>, "run" | "refused">;
}

export function useWriting({ draft, note, texts, saving }: Page) {
  let turn: Promise<unknown> = Promise.resolve();
  let written: Written = {};
  const textOf = (name: string) => texts().find((one) => one.name === name);
  const conflict = useConflict<Draft, Written>({
    get fields(): Fields<Written> {
      return Object.fromEntries(Object.keys(written).map((name) => [name, name === NOTE ? words.note : (textOf(name)?.label ?? name)]));
    },
    formOf: (one) => Object.fromEntries(Object.keys(written).map((name) => [name, name === NOTE ? one.note : (one.texts[name] ?? textOf(name)?.words ?? "")])),
    form: () => written,
    fresh,
    known: (one) => (draft.value = one),
    save: put,
  });

  async function fresh(): Promise<Draft> {
    const now = (await get<Models["MenuView"]>("/api/menu")).draft;
    if (!now || now.id !== draft.value?.id) throw new Error("the draft is gone");
    return now;
  }

  /** null gives a text back to the shipped words. */
  function write(changed: Record<string, string | null>): void {
    turn = turn.then(() => {
      const before = conflict.isUndecided() ? written : {};
      const said = Object.entries(changed).map(([name, typed]) => [name, typed ?? textOf(name)?.words ?? ""]);
      written = { ...before, [NOTE]: note.value, ...Object.fromEntries(said) };
      return put();
    });
  }

  async function put(): Promise<void> {
    const now = draft.value;
    if (!now) return;
    conflict.begin(now);
    const { [NOTE]: typed = "", ...changed } = written;
    note.value = typed;
    const fits = !overlong(typed, limits.MenuDraftForm.note);
    const isDone = await saving.run(async () => (draft.value = await send<Draft>("PUT", `/api/menu/drafts/${now.id}`, { texts: changed, note: fits ? typed : now.note, version: now.version })));
    if (!isDone) await conflict.meet(saving.refused.value);
  }

  /** Everything typed is on the server. */
  const settled = (): Promise<unknown> => turn;

  return { conflict, write, settled };
}
