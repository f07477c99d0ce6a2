/** What an entry of the audit is about: in words, and where it is opened. */
import type { RouteLocationRaw } from "vue-router";
import { audit } from "@/locales/audit";
import { session } from "@/session/useSession";

const ROUTES: Record<string, (id: string) => RouteLocationRaw> = {
  appeal: (id) => ({ name: "appeal", params: { id } }),
  applicant: (id) => ({ name: "citizen", params: { id } }),
  conversation: (id) => ({ name: "inbox", params: { id }, query: { list: "all" } }),
  phone_call: (id) => ({ name: "phone-call", params: { id } }),
};

export function objectOf(subject: string): { title: string; to?: RouteLocationRaw } {
  const [kind = "", id = ""] = subject.split(":");
  const name = audit.subjects[kind];
  if (!name) return { title: subject };
  const route = session.canReadInbox && /^\d+$/.test(id) ? ROUTES[kind]?.(id) : undefined;
  return { title: `${name} ${id}`.trim(), to: route };
}
