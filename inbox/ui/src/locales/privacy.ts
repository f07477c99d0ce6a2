/** Words of the reveal of personal data. */
export const privacy = {
  show: "Показать данные",
  title: "Показать персональные данные",
  lead: "Данные этого объекта будут видны вам 15 минут. Кто, что и почему открыл, записывается в журнал действий.",
  reason: "Основание",
  reasons: [
    { value: "complaint", title: "Проверка жалобы" },
    { value: "inspection", title: "Плановая проверка" },
    { value: "citizen_asked", title: "Запрос самого заявителя" },
    { value: "authority_asked", title: "Запрос органа власти" },
    { value: "other", title: "Другое" },
  ],
  words: "Пояснение",
  wordsHint: "Номер жалобы или запроса; для основания «Другое» обязательно.",
  done: "Данные видны 15 минут.",
};
