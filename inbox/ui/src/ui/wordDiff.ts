/** What changed between two texts, word by word (Myers' greedy way); long texts that have little in common are compared by lines. */
export interface DiffPart {
  kind: "same" | "added" | "removed";
  text: string;
}

const MOST_STEPS = 1500;

export function wordDiff(before: string, after: string): DiffPart[] {
  const words = compare(pieces(before), pieces(after));
  return words ?? compare(lines(before), lines(after)) ?? whole(before, after);
}

const pieces = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

function whole(before: string, after: string): DiffPart[] {
  return joined([{ kind: "removed", text: before }, { kind: "added", text: after }]);
}

/** Null when it would take too long: then a coarser comparison says more. */
function compare(before: string[], after: string[]): DiffPart[] | null {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const middle = shortest(before.slice(start, before.length - end), after.slice(start, after.length - end));
  if (!middle) return null;
  const same = (words: string[]): DiffPart => ({ kind: "same", text: words.join("") });
  return joined([same(before.slice(0, start)), ...middle, same(before.slice(before.length - end))]);
}

function shortest(before: string[], after: string[]): DiffPart[] | null {
  const most = Math.min(before.length + after.length, MOST_STEPS);
  let furthest = new Map<number, number>([[1, 0]]);
  const history: Map<number, number>[] = [];
  for (let steps = 0; steps <= most; steps++) {
    history.push(new Map(furthest));
    const next = new Map(furthest);
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let x = isDown(furthest, diagonal, steps) ? furthest.get(diagonal + 1)! : furthest.get(diagonal - 1)! + 1;
      let y = x - diagonal;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x++;
        y++;
      }
      next.set(diagonal, x);
      if (x >= before.length && y >= after.length) return walkBack(before, after, history, steps);
    }
    furthest = next;
  }
  return null;
}

function isDown(furthest: Map<number, number>, diagonal: number, steps: number): boolean {
  return diagonal === -steps || (diagonal !== steps && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1));
}

function walkBack(before: string[], after: string[], history: Map<number, number>[], steps: number): DiffPart[] {
  const parts: DiffPart[] = [];
  let x = before.length;
  let y = after.length;
  for (let step = steps; step >= 0; step--) {
    const furthest = history[step]!;
    const diagonal = x - y;
    const previous = isDown(furthest, diagonal, step) ? diagonal + 1 : diagonal - 1;
    const fromX = step ? (furthest.get(previous) ?? 0) : 0;
    const fromY = step ? fromX - previous : 0;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      parts.push({ kind: "same", text: before[x]! });
    }
    if (!step) break;
    if (x > fromX) parts.push({ kind: "removed", text: before[--x]! });
    else if (y > fromY) parts.push({ kind: "added", text: after[--y]! });
  }
  return parts.reverse();
}

function joined(parts: DiffPart[]): DiffPart[] {
  const found: DiffPart[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (!part.text) continue;
    if (last?.kind === part.kind) last.text += part.text;
    else found.push({ ...part });
  }
  return found;
}
