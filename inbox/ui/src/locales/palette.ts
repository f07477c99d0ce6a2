/** Words of the palette: quick ways to screens, deeds and people. */
export const palette = {
  title: "Быстрый переход",
  field: "Раздел, действие, номер обращения, имя или телефон",
  hint: "Стрелки выбирают, Enter открывает, Esc закрывает.",
  list: "Найденное",
  groups: { recent: "Недавние разделы", deeds: "Действия на этой странице", screens: "Разделы", appeals: "Обращения", talks: "Разговоры", citizens: "Заявители" },
  searching: "Ищем…",
  none: "Ничего не найдено. Попробуйте часть номера, фамилию или телефон.",
  found: (count: number): string => `Найдено: ${count}`,
  unnamed: "Не представился",
};
