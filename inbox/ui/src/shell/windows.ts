/** Windows of the shell that several places open. */
import { reactive } from "vue";

export const windows = reactive({ palette: false, keys: false, settings: false, password: false, second: false, dutyChat: false });
