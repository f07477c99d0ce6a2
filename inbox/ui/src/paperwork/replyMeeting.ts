/** What a colleague changed in a reply while it was being written here. */
import { get } from "@/api/client";
import type { CasePaperwork, PaperReply } from "@/api/types";
import type { Conflict } from "@/appeals/useDeed";
import { casework } from "@/locales/appeals";
import { paper } from "@/locales/paperwork";
import { ru } from "@/locales/ru";
import { date } from "@/ui/time";

const words = paper.reply;
const READ: Record<string, (reply: PaperReply) => string> = {
  form: (reply) => casework.replyForm[reply.form] ?? reply.form,
  address: (reply) => reply.address,
  subject: (reply) => reply.subject,
  body: (reply) => reply.body,
  reasons: (reply) => reply.reasons,
  expected: (reply) => (reply.expected_on ? date(reply.expected_on) : ""),
};

/** ``appealId``: a reply is found again among the papers of its card. */
export async function replyMeeting(appealId: number, seen: PaperReply): Promise<Conflict<PaperReply>> {
  const papers = await get<CasePaperwork>(`/api/appeals/${appealId}/paperwork`);
  const now = papers.replies.find((one) => one.id === seen.id);
  if (!now) throw new Error("the reply was dropped");
  return { now, title: words.conflictTitle, lead: words.conflictLead, lines: changed(seen, now) };
}

export function changed(seen: PaperReply, now: PaperReply) {
  return Object.entries(READ)
    .filter(([, read]) => read(seen) !== read(now))
    .map(([name, read], at) => ({ id: at, title: words.names[name] ?? name, who: "", now: [words.now(read(now) || ru.common.none)] }));
}
