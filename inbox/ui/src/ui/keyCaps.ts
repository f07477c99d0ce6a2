/** What stands on the caps of a press. */
import { ru } from "@/locales/ru";

export const capsOf = (stroke: string): string[] => stroke.split("+").map((part) => ru.keys.caps[part.replace(/^Key/, "")] ?? part);
