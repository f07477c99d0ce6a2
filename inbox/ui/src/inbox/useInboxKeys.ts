/** The keys of the inbox, and moving between conversations. */
import { type Ref, watch } from "vue";
import { useRouter } from "vue-router";
import { useKeys } from "@/ui/useKeys";
import { takeOpen } from "./deeds";
import { desk } from "./desk";
import { neighbour } from "./rows";
import { composerOf } from "./useComposer";
import { may, talk } from "./useConversation";
import { lists, loadMore } from "./useLists";

/** Where the open row stood in the list: when it leaves the list, the next one is the one in its place. */
let lastIndex = -1;
let go: (step: 1 | -1) => void = () => {};

export function goNext(): void {
  go(1);
}

export function useInboxKeys(openId: Ref<number | null>): void {
  const router = useRouter();
  watch(
    [openId, () => lists.rows],
    () => {
      const at = lists.rows.findIndex((row) => row.id === openId.value);
      if (at >= 0) lastIndex = at;
    },
    { immediate: true },
  );

  go = (step) => {
    const row = neighbour(lists.rows, openId.value, lastIndex, step);
    if (row) void router.push({ name: "inbox", params: { id: row.id }, query: router.currentRoute.value.query });
    if (row === lists.rows.at(-1)) void loadMore();
  };

  useKeys({
    next: () => go(1),
    previous: () => go(-1),
    take: { can: () => may("take"), act: () => void takeOpen() },
    reply: { can: () => canWrite("reply"), act: () => write("reply") },
    note: { can: () => canWrite("note"), act: () => write("note") },
    register: { can: () => may("register"), act: () => (desk.register = true) },
    closeNext: { can: () => may("close"), act: () => Object.assign(desk, { close: true, closeNext: true }) },
    slash: { can: () => may("reply"), act: () => desk.openCanned++ },
    knowledge: () => desk.focusKnowledge++,
  });
}

const canWrite = (kind: "reply" | "note"): boolean => talk.id !== null && may(kind);

function write(kind: "reply" | "note"): void {
  if (talk.id === null) return;
  Object.assign(composerOf(talk.id), { kind, noteOpen: kind === "note" });
  desk.focusReply++;
}
