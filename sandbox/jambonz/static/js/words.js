// What the page says.

export const KEYS = [
  ["1", ""], ["2", "АБВГ"], ["3", "ДЕЖЗ"], ["4", "ИЙКЛ"], ["5", "МНОП"], ["6", "РСТУ"], ["7", "ФХЦЧ"], ["8", "ШЩЪЫ"], ["9", "ЬЭЮЯ"],
  ["*", "меню"], ["0", "оператор"], ["#", "решётка"],
];

export const STATES = { idle: "Трубка лежит", calling: "Набираем…", ringing: "Звонит", talking: "Разговор" };

export const FAULTS = {
  slow_hook: "приложение отвечает на столько секунд позже",
  lost_hook: "приложение недоступно",
  repeat_hook: "запрос приходит дважды",
  drop_status: "статус потерян",
  late_status: "статус опоздал на столько секунд",
  reorder_status: "статус пришёл после следующего",
  rest_error: "станция отказывает приложению (500)",
  rest_lost_answer: "станция сделала, но ответила 500",
  cut_recorder: "запись оборвана через столько секунд",
  no_recorder: "запись не начинается",
  tts_failure: "фраза не озвучена",
  stt_error: "распознавание сломалось",
};

export const RESULTS = { completed: "завершён", "in-progress": "идёт", trying: "начат", ringing: "звонит", busy: "занято", "no-answer": "нет ответа", failed: "не удался" };

export const WORDS = {
  online: "На связи",
  offline: "Нет связи, соединяюсь…",
  key: (digit, letters) => (letters ? `${digit}, ${letters}` : digit),
  asked: "Вас слушают: нажмите клавишу или скажите",
  pressed: (digits) => `Клавиша ${digits}`,
  refused: (status, reason) => `Вызов отклонён: ${status} ${reason}`,
  began: (time) => `Звонок, ${time}`,
  ended: "Разговор окончен",
  sound: (name) => `♪ ${name}`,
  silent: "Без сервиса речи фразы показываются только текстом.",
  noDesks: "Телефонов пока нет: они появятся, когда на них позвонят.",
  noCalls: "Звонков пока не было.",
  noProblems: "Замечаний нет.",
  answer: "Ответить",
  decline: "Отклонить",
  hangUp: "Положить трубку",
  keysTo: (name) => `Клавиши: ${name}`,
  sayAt: (name) => `Сказать: ${name}`,
  say: "Сказать",
  press: "Нажать",
  keys: "Клавиши",
  words: "Слова",
  rings: (from) => `звонит ${from}`,
  incoming: "входящий",
  outgoing: "исходящий",
  after: (seconds) => `+${seconds.toFixed(1)} с`,
  verbs: (verbs) => (verbs.length ? verbs.map((one) => one.verb || Object.keys(one)[0]).join(", ") : "ничего"),
  requestsOf: (number) => `Запросы: ${number}`,
  body: "Тело запроса",
  reply: "Ответ приложения",
  noMic: "Микрофон недоступен.",
  once: (words, only) => (only ? `${words} (${only})` : words),
};
