/** The remarks of a review that is being written. */
import { shallowRef } from "vue";
import { send } from "@/api/client";
import type { Models } from "@/api/types";
import { toastError } from "@/shell/toasts";

type Remark = Models["QualityRemarkView"];
export type Place = { recording_id: number; second: number } | { message_id: number };

export function useRemarks() {
  const remarks = shallowRef<Remark[]>([]);
  let review = 0;

  function begin(reviewId: number, shown: Remark[]): void {
    review = reviewId;
    remarks.value = shown;
  }

  async function add(place: Place, text: string, criterion: string): Promise<void> {
    const made = await send<Remark>("POST", `/api/quality/reviews/${review}/comments`, { text, criterion, ...place });
    remarks.value = [...remarks.value, made].sort((one, other) => (one.second ?? 0) - (other.second ?? 0) || one.id - other.id);
  }

  async function drop(id: number): Promise<void> {
    try {
      await send("DELETE", `/api/quality/reviews/${review}/comments/${id}`);
      remarks.value = remarks.value.filter((one) => one.id !== id);
    } catch (error) {
      toastError(error);
    }
  }

  return { remarks, begin, add, drop };
}
