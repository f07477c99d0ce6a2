/** Every refusal of the API as one kind of error that carries a sentence for a person. */
import { ru } from "@/locales/ru";
import type { Problem } from "./types";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Record<string, string> = {},
    readonly facts: Record<string, unknown> = {},
    readonly retryAfter = 0,
  ) {
    super(message);
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

export function offline(): ApiError {
  return new ApiError(0, "offline", ru.errors.offline);
}

/** Reads a refusal; a body that is not a Problem (a proxy's page) still gives a clear sentence. */
export function refusal(status: number, body: string, retryAfterHeader: string | null): ApiError {
  const problem = parse(body);
  const retryAfter = Number(retryAfterHeader ?? problem?.facts?.["retry_after"] ?? 0) || 0;
  const message = problem?.message || (ru.errors.byStatus[status] ?? ru.errors.unknown(status));
  return new ApiError(
    status,
    problem?.code ?? `http_${status}`,
    status === 429 && retryAfter ? ru.errors.tooMany(Math.ceil(retryAfter)) : message,
    problem?.fields ?? {},
    problem?.facts ?? {},
    retryAfter,
  );
}

export function sentence(error: unknown): string {
  return error instanceof ApiError ? error.message : ru.errors.program;
}

function parse(body: string): Partial<Problem> | null {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null) return null;
    const problem = value as Partial<Problem>;
    return typeof problem.message === "string" ? problem : null;
  } catch {
    return null;
  }
}
