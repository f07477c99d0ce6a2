/** The help on the screen that is open: from its button and from F1. */
import { ref } from "vue";

export const helpOpen = ref(false);
