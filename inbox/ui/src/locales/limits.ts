/** Words about the length of what is typed. */
import { plural } from "./ru";

const signs = (count: number): string => `${count.toLocaleString("ru-RU")} ${plural(count, "знак", "знака", "знаков")}`;

export const limits = {
  left: (count: number): string => `Осталось ${signs(count)}.`,
  over: (count: number, most: number): string => `На ${signs(count)} длиннее допустимого. Можно не больше ${most.toLocaleString("ru-RU")}. Сократите текст.`,
  huge: (length: number): string => `Вставляется ${signs(length)}: больше, чем помещается в поле. Текст не вставлен.`,
};
