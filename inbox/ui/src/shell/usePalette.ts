/** What the palette offers for the words typed: screens and deeds at once, appeals and people from the searches of the server. */
import { computed, ref, shallowRef, watch } from "vue";
import type { RouteLocationRaw } from "vue-router";
import { get } from "@/api/client";
import { sentence } from "@/api/errors";
import type { AppealLines, Models, Row } from "@/api/types";
import { palette } from "@/locales/palette";
import { ru } from "@/locales/ru";
import { forgetWithPerson, session } from "@/session/useSession";
import type { KeyDeed } from "@/ui/keys";
import { deedsHere } from "@/ui/useKeys";
import { screens } from "./sections";

export type PaletteGroup = keyof typeof palette.groups;

export interface Offer {
  id: string;
  group: PaletteGroup;
  title: string;
  note?: string;
  to?: RouteLocationRaw;
  deed?: KeyDeed;
}

const PAUSE_MS = 250;
const LEAST = 2;
const MOST = 5;
const RECENT = 4;

/** Names of the screens last opened, in memory only: whom somebody looked for is kept nowhere. */
const recent = ref<string[]>([]);
forgetWithPerson(() => (recent.value = []));

export function noteScreen(name: string): void {
  recent.value = [name, ...recent.value.filter((one) => one !== name)].slice(0, RECENT + 1);
}

const plain = (words: string): string => words.toLocaleLowerCase("ru").replaceAll("ё", "е");

export function usePalette() {
  const query = ref("");
  const found = shallowRef<Offer[]>([]);
  const searching = ref(false);
  const trouble = ref("");
  let asked: AbortController | null = null;
  let timer = 0;

  const offers = computed<Offer[]>(() => {
    const words = plain(query.value).split(/\s+/).filter(Boolean);
    const fits = (offer: Offer): boolean => words.every((word) => plain(offer.title).includes(word));
    const lately = words.length ? [] : recent.value.slice(1).flatMap((name) => places("recent").filter((one) => one.id === `recent-${name}`));
    return [...lately, ...[...deeds(), ...places("screens")].filter(fits), ...found.value];
  });

  watch(query, () => {
    stop();
    found.value = [];
    trouble.value = "";
    searching.value = session.canReadInbox && query.value.trim().length >= LEAST;
    if (searching.value) timer = window.setTimeout(() => void search(query.value.trim()), PAUSE_MS);
  });

  async function search(words: string): Promise<void> {
    const mine = (asked = new AbortController());
    try {
      const [talks, appeals] = await Promise.all([
        get<Models["ConversationPage"]>("/api/conversations", { list: "all", query: words }, mine.signal),
        get<AppealLines>("/api/appeals", { words }, mine.signal),
      ]);
      found.value = [...appeals.rows.slice(0, MOST).map(ofAppeal), ...talks.rows.slice(0, MOST).map(ofTalk), ...citizensOf(appeals.rows, talks.rows)];
    } catch (error) {
      if (!mine.signal.aborted) trouble.value = sentence(error);
    } finally {
      if (asked === mine) searching.value = false;
    }
  }

  function stop(): void {
    window.clearTimeout(timer);
    asked?.abort();
    asked = null;
    searching.value = false;
  }

  return { query, offers, searching, trouble, stop };
}

const places = (group: "recent" | "screens"): Offer[] => screens.value.map(({ name, title }) => ({ id: `${group}-${name}`, group, title, to: { name } }));

const deeds = (): Offer[] => deedsHere().filter((deed) => deed !== "palette").map((deed) => ({ id: `deed-${deed}`, group: "deeds", title: ru.keys.deeds[deed], deed }));

const ofAppeal = (one: AppealLines["rows"][number]): Offer => ({ id: `appeal-${one.id}`, group: "appeals", title: one.registration_number, note: [one.applicant_name, one.topic].filter(Boolean).join(", "), to: { name: "appeal", params: { id: one.id } } });

const ofTalk = (one: Row): Offer => ({ id: `talk-${one.id}`, group: "talks", title: one.applicant_name || palette.unnamed, note: ru.channels[one.channel] ?? one.channel, to: { name: "inbox", params: { id: one.id }, query: { list: "all" } } });

function citizensOf(...lists: { applicant_id: number | null; applicant_name: string }[][]): Offer[] {
  const names = new Map(lists.flat().flatMap((one) => (one.applicant_id === null ? [] : [[one.applicant_id, one.applicant_name] as const])));
  return [...names].slice(0, MOST).map(([id, name]) => ({ id: `citizen-${id}`, group: "citizens", title: name || palette.unnamed, to: { name: "citizen", params: { id } } }));
}
