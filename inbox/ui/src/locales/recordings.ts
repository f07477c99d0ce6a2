/** The words of recordings and of messages left. */
import type { Models } from "@/api/types";

export const recordings = {
  player: {
    play: (name: string) => `Слушать: ${name}`,
    pause: (name: string) => `Пауза: ${name}`,
    playShort: "Слушать",
    pauseShort: "Пауза",
    place: (name: string) => `Место в записи: ${name}`,
    at: (now: string, all: string) => `${now} из ${all}`,
    speed: "Скорость",
    times: (speed: string) => `${speed.replace(".", ",")}×`,
    skip: "Без пауз",
    save: "Скачать",
    saveNamed: (name: string) => `Скачать: ${name}`,
    broken: "Запись не загрузилась: хранилище записей не отвечает или запись недоступна.",
    again: "Повторить",
    transcript: "Расшифровка",
  },
  notYours: "Эту запись слушает оператор, который вёл звонок, или старший.",
  states: {
    expected: "Запись ещё не пришла.",
    open: "Запись идёт.",
    kept: "Запись обрабатывается.",
    packed: "Запись готова.",
    broken: "Запись повреждена: звука в ней нет.",
    refused: "Записи нет: не было места на диске.",
    deleted: "Запись удалена по сроку хранения.",
  } as Record<Models["RecordingState"], string>,

  left: {
    lead: "Сообщения с просьбой ответить: прослушайте, перезвоните или зарегистрируйте обращение (п. 2.6).",
    parts: { name: "Имя", contact: "Как связаться", question: "Вопрос" } as Record<string, string>,
    partNamed: (part: string, who: string) => `${part}, ${who}`,
    late: (day: string) => `просрочено: нужно было до ${day}`,
    today: "сегодня",
    due: (day: string) => `до ${day}`,
    noName: "Имя в записи",
    register: "Зарегистрировать обращение",
    registerNamed: (who: string) => `Зарегистрировать обращение: ${who}`,
    registered: (number: string) => `Обращение ${number}`,
    call: "Перезвонить",
    callNamed: (who: string) => `Перезвонить: ${who}`,
    called: "Добавлено в «Перезвонить» и закреплено за Вами.",
    toCall: "К звонку",
    toCallNamed: (who: string) => `К звонку: ${who}`,
    summary: (late: number, today: number) => (late ? `Просрочено: ${late}${today ? `, на сегодня: ${today}` : ""}` : today ? `На сегодня: ${today}` : ""),
  },

  register: {
    lead: "Карточка заявителя и обращение заполнены по сообщению. Прослушайте запись и проверьте.",
    person: "Заявитель",
    phone: "Телефон",
    email: "Эл. почта",
    tell: "Сообщите номер и срок заявителю, когда будете ему звонить.",
    changed: "Карточку заявителя успел изменить коллега. Показаны новые сведения, текст обращения сохранён.",
  },
};
