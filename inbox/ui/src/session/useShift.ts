/** Start and end of a shift. The press of the button is the gesture that lets the browser play sound and ask for notifications. */
import { ref } from "vue";
import { ru } from "@/locales/ru";
import { askForNotices } from "@/shell/notices";
import { unlockSound } from "@/shell/sound";
import { toast, toastError } from "@/shell/toasts";
import { session } from "./useSession";

export function useShift() {
  const busy = ref(false);

  async function guarded(deed: () => Promise<void>): Promise<void> {
    busy.value = true;
    await deed().catch(toastError);
    busy.value = false;
  }

  const start = () => {
    unlockSound();
    void askForNotices();
    return guarded(async () => {
      await session.startShift();
      toast(ru.shift.started);
    });
  };
  const end = () =>
    guarded(async () => {
      await session.endShift();
      toast(ru.shift.ended);
    });
  return { busy, start, end };
}
