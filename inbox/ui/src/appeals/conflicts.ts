/** What a colleague changed on a card while a dialog was open. */
import { get } from "@/api/client";
import type { AppealCard } from "@/api/types";
import { casework } from "@/locales/appeals";
import { shortName } from "@/ui/text";
import { clock } from "@/ui/time";
import { changedOf, fieldName, shown, told } from "./history";
import type { Conflict } from "./useDeed";

const words = casework.dialogs;

export async function cardMeeting(id: number, seen: AppealCard): Promise<Conflict<AppealCard>> {
  const card = await get<AppealCard>(`/api/appeals/${id}`);
  const since = Math.max(1, card.version - seen.version);
  const lines = card.history.slice(-since).map((line) => ({
    id: line.id,
    title: told(line).title,
    who: `${line.staff_name ? shortName(line.staff_name) : casework.history.office}, ${clock(line.made_at)}`,
    now: changedOf(line).map((name) => words.conflictNow(fieldName(name), shown(name, String(card[name as "text"] ?? "")))),
  }));
  return { now: card, title: words.conflictTitle, lead: words.conflictLead, lines };
}
