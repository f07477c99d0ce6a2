/** {Variables} of canned answers: what we know is filled, the rest must be filled before sending. */
const VARIABLE = /\{([\p{L}_][\p{L}\d_ -]{0,40})\}/gu;

export function unfilled(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((found) => found[1] ?? ""))];
}

export function fillKnown(text: string, known: Record<string, string>): string {
  return text.replace(VARIABLE, (whole, name: string) => known[name.toLowerCase()] || whole);
}

/** Where the first unfilled variable stands, to select it in the field. */
export function firstUnfilled(text: string): [number, number] | null {
  const found = new RegExp(VARIABLE.source, "u").exec(text);
  return found ? [found.index, found.index + found[0].length] : null;
}

/** The words after "/" or "." at the very start open the list of canned answers (the key of "/" types "." in ЙЦУКЕН). */
export function cannedQuery(text: string): string | null {
  const found = /^[/.]([\p{L}\d_-]*)$/u.exec(text);
  return found ? (found[1] ?? "") : null;
}

export function matchesCanned(answer: { key: string; title: string; text: string }, query: string): boolean {
  const words = query.trim().toLowerCase();
  return !words || [answer.key, answer.title, answer.text].some((part) => part.toLowerCase().includes(words));
}
