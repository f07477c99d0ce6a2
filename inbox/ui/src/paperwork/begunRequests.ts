/** Requests that were begun and not sent, by card: in the page's memory only, for the person who began them, also over a new login. */
import { forgetWithPerson } from "@/session/useSession";

interface Begun {
  departments: string[];
  question: string;
}

const begun = new Map<number, Begun>();
forgetWithPerson(() => begun.clear());

export const begunOf = (appealId: number): Begun | null => begun.get(appealId) ?? null;
export const keepBegun = (appealId: number, one: Begun): void => void begun.set(appealId, one);
export const forgetBegun = (appealId: number): void => void begun.delete(appealId);
