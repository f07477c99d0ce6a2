/** What a colleague changed in a reply while it was being written here. */
import { get } from "@/api/client";
import type { CasePaperwork, PaperReply } from "@/api/types";
import type { Conflict } from "@/appeals/useDeed";
import type { Fields } from "@/conflicts/merging";
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

/** What is written over a reply. */
export interface Written {
  form: PaperReply["form"] | null;
  address: string;
  subject: string;
  body: string;
  reasons: string;
  expected: string;
  enclosed: number[];
}

export const writtenOf = ({ form, address, subject, body, reasons, expected_on, enclosed_ids }: PaperReply): Written => ({
  form, address, subject, body, reasons, expected: expected_on ?? "", enclosed: [...enclosed_ids].sort((one, other) => one - other),
});

/** How the fields are called, and what stands in those that are chosen. */
export function namesOf(papers: () => CasePaperwork): Fields<Written> {
  const file = (id: number): string => papers().memos.find((memo) => memo.id === id)?.file_name ?? String(id);
  return {
    form: { title: words.names["form"] ?? "", told: (form) => casework.replyForm[form ?? ""] ?? "" },
    address: words.names["address"] ?? "",
    subject: words.names["subject"] ?? "",
    body: words.names["body"] ?? "",
    reasons: words.names["reasons"] ?? "",
    expected: { title: words.names["expected"] ?? "", told: (day) => day && date(day) },
    enclosed: { title: words.enclosed, told: (ids) => ids.map(file).join(", ") },
  };
}
