// What the page says.

export const FAULTS = {
  "": "принимает письма",
  refuse: "отказывает сразу: ящика нет (550)",
  later: "просит повторить позже (451)",
  busy: "занят, кладёт трубку (421)",
  drop: "рвёт связь, письма нет",
  lose_answer: "рвёт связь, письмо есть",
  unknown: "принимает, потом отчёт: ящика нет",
  full: "принимает, потом отчёт: ящик полон",
  delay: "отчёт о задержке, письмо приходит",
  away: "отвечает автоответчик",
};

export const HEADERS = { From: "От", To: "Кому", Cc: "Копия", "Reply-To": "Ответ на", Date: "Дата" };

export const WORDS = {
  all: "Все письма",
  centre: "Ящик контакт-центра",
  noSubject: "Без темы",
  noText: "В письме нет текста.",
  noLetters: "Писем пока нет.",
  notYet: "Писем пока нет",
  fresh: "новое",
  withFiles: "с файлами",
  letters: (count) => ` ${count === 1 ? "письмо" : "писем"}`,
  inThread: (count) => `писем: ${count}`,
  to: (addresses) => `кому: ${addresses}`,
  online: "На связи",
  offline: "Нет связи, соединяюсь…",
  dropAll: "Удалить все письма?",
  typeYes: "Напишите «да»",
  yes: "[Дд]а",
  drop: "Удалить",
  files: "Файлы",
  body: "Текст письма",
  kinds: "Вид письма",
  laidOut: "Оформленное",
  plain: "Простой текст",
  technical: "Служебные строки",
  sender: "Отправитель конверта",
  recipients: "Получатели конверта",
  size: "Размер",
  repeat: "Повтор: письмо с этим Message-ID уже приходило",
  download: "Скачать письмо (.eml)",
  answer: "Ответить",
  answering: "Ответ",
  writing: "Новое письмо",
  lost: "Письмо не дошло: так настроен ящик получателя.",
  picked: (names) => names.join(", "),
};

const SIZES = [[1024 * 1024, "МБ"], [1024, "КБ"], [1, "Б"]];

export function size(bytes) {
  const [unit, name] = SIZES.find(([least]) => bytes >= least) || SIZES.at(-1);
  return `${(bytes / unit).toLocaleString("ru-RU", { maximumFractionDigits: unit > 1024 ? 1 : 0 })} ${name}`;
}
