/** Where the work of a stage is done, step by step. A target is the value of a `data-tour` attribute. */
export type Do = "press" | "type" | "choose" | "look";
export type Place = "talk" | "case" | "left" | "any";

export interface Step {
  at: string;
  do: Do;
  /** The name of the sample that may be put into the field. */
  sample?: string;
  /** Which of several targets: the value of `data-key`; falls back to the first. */
  key?: (samples: Record<string, string>) => string | undefined;
}

const press = (at: string): Step => ({ at, do: "press" });
const type = (at: string, sample: string): Step => ({ at, do: "type", sample });
const choose = (at: string, sample: string): Step => ({ at, do: "choose", key: (samples) => samples[sample] });

export interface StageSteps { place: Place; steps: Step[] }

const reply: StageSteps = { place: "talk", steps: [type("reply-text", "reply"), press("reply-send")] };

export const STAGES: Record<string, StageSteps> = {
  take: { place: "talk", steps: [press("take")] },
  ask: reply,
  answer: reply,
  warn: reply,
  card: {
    place: "talk",
    steps: [
      press("side-toggle"),
      press("edit-card"),
      type("surname", "surname"),
      type("given_name", "given_name"),
      type("patronymic", "patronymic"),
      type("phone", "phone"),
      choose("consent", "consent"),
      press("card-save"),
    ],
  },
  register: {
    place: "talk",
    steps: [
      press("side-toggle"),
      press("register"),
      type("register-text", "text"),
      type("register-address", "address"),
      type("register-topic", "topic"),
      choose("register-urgency", "urgency"),
      choose("register-form", "form"),
      press("register-submit"),
    ],
  },
  request: { place: "case", steps: [press("case-next"), choose("department", "department"), type("request-question", "question"), press("request-send")] },
  interim: { place: "case", steps: [press("case-next"), type("reply-reasons", "reasons"), type("reply-expected", "expected"), press("letter-send")] },
  check: { place: "case", steps: [press("memo-check"), press("memo-confirm")] },
  final: { place: "case", steps: [press("case-next"), press("letter-send")] },
  call: { place: "case", steps: [press("call-log"), choose("call-confirmed", "confirmed"), press("call-submit")] },
  close: { place: "case", steps: [press("case-next"), press("words-submit")] },
  finish: { place: "talk", steps: [press("close-talk"), choose("close-outcome", "outcome"), press("close-submit")] },
  pickUp: { place: "any", steps: [press("phone-answer")] },
  talk: { place: "any", steps: [type("phone-words", "speech"), press("phone-say")] },
  sum: { place: "any", steps: [type("phone-words", "speech"), press("phone-say")] },
  review: { place: "left", steps: [press("left-review")] },
  refuse: { place: "talk", steps: [press("thread-more"), press("refuse"), choose("refuse-reason", "reason"), press("refuse-submit")] },
};

/** The screens that the tour shows before the day begins. */
export const INTRO = ["rail", "queue", "thread", "side", "menu"] as const;
