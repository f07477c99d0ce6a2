/** What the journal of calls is filtered by; an empty string leaves a part open. */
import type { Models } from "@/api/types";

export interface CallFilter {
  number: string;
  first: string;
  last: string;
  result: NonNullable<Models["PhoneCallLine"]["result"]> | "";
  direction: Models["PhoneCallLine"]["direction"] | "";
  missed: boolean;
}

export const emptyFilter = (): CallFilter => ({ number: "", first: "", last: "", result: "", direction: "", missed: false });
