/** The hint of the moment: which part of the tour or of the day, and which element. */
import { computed, onMounted, onUnmounted, ref, shallowRef, watch } from "vue";
import { useRoute } from "vue-router";
import { session } from "@/session/useSession";
import { dialogOf, isCovered, isIntro, isLast, mark, pointAt, pointAtStage, type Pointed } from "./pointing";
import { INTRO, STAGES } from "./steps";
import { day, hints, inTraining, tour } from "./useTraining";

const LOOK_MS = 200;
const EXPECTED_DAYS = 12;
const SETTLES_MS = 2500;

export type Kind = "offer" | "intro" | "stage" | "wait" | "over" | "none";

export function useCoach() {
  const route = useRoute();
  const pointed = shallowRef<Pointed | null>(null);
  const home = shallowRef<HTMLElement | null>(null);
  /** The hint lies above where it would cover what it points at. */
  const isHigh = ref(false);
  const next = computed(() => day.value?.next ?? null);

  const kind = computed<Kind>(() => {
    if (tour.value?.state === "offered" && !inTraining.value) return "offer";
    if (tour.value?.state === "running") return "intro";
    if (!inTraining.value || !hints.on || !day.value) return "none";
    if (next.value) return "stage";
    return day.value.everybody_came && !waitsForDepartment.value ? "over" : "wait";
  });
  /** A part is left that needs a department's answer first. */
  const waitsForDepartment = computed(() => day.value?.came.some((one) => one.left.some((stage) => stage === "interim" || stage === "check")) ?? false);
  const introStep = computed(() => (isIntro(tour.value?.step ?? "") ? tour.value?.step : INTRO[0]) ?? INTRO[0]);

  const samples = computed<Record<string, string>>(() => {
    const found = next.value;
    if (!found || !day.value) return {};
    const expected = new Date(Date.parse(day.value.at) + EXPECTED_DAYS * 86_400_000).toISOString().slice(0, 10);
    const given = { consent: "yes", confirmed: "yes", outcome: "reference", expected, ...found.samples };
    return Object.fromEntries(Object.entries(given).map(([name, words]) => [name, words.replace("{operator}", session.me?.full_name ?? "")]));
  });

  /** Where the next part is done; null when this is the place. */
  const way = computed(() => {
    const found = next.value;
    const place = found && STAGES[found.stage]?.place;
    if (kind.value !== "stage" || !found || !place || place === "any") return null;
    if (place === "left") return route.name === "left" ? null : { name: "left", words: "toLeft" as const, params: {}, query: {} };
    const id = place === "case" ? found.appeal_id : found.conversation_id;
    if (!id) return null;
    const name = place === "case" ? "appeal" : "inbox";
    const isHere = route.name === name && Number(route.params["id"]) === id;
    return isHere ? null : { name, words: place === "case" ? ("toCase" as const) : ("toTalk" as const), params: { id }, query: {} };
  });

  function look(): void {
    home.value = dialogOf();
    pointed.value = now();
    mark(pointed.value);
    if (pointed.value && pointed.value.step.do !== "look" && isCovered(pointed.value.element)) isHigh.value = !isHigh.value;
  }

  function now(): Pointed | null {
    if (kind.value === "intro") return pointAt(introStep.value, undefined, "look") ?? pointAt("tour-next");
    if (kind.value === "offer") return pointAt("tour-begin");
    if (kind.value === "wait") return pointAt("clock-ahead");
    if (kind.value === "over") return pointAt("day-finish");
    if (kind.value !== "stage" || !next.value || Date.now() < settlesUntil) return null;
    if (!way.value) return pointAtStage(next.value.stage, samples.value);
    return (way.value.name === "inbox" && !dialogOf() && pointAt("row", String(way.value.params.id))) || pointAt("coach-way");
  }

  /** The deed that ends a stage was just done: until the records say so, nothing is pointed at again. */
  let settlesUntil = 0;
  function pressed(event: MouseEvent): void {
    const found = pointed.value;
    if (!found || !next.value || !isLast(next.value.stage, found.step) || !found.element.contains(event.target as Node)) return;
    settlesUntil = Date.now() + SETTLES_MS;
  }
  watch(() => `${next.value?.visitor}.${next.value?.stage}`, () => (settlesUntil = 0));

  const timer = ref(0);
  onMounted(() => (timer.value = window.setInterval(look, LOOK_MS)));
  onMounted(() => document.addEventListener("click", pressed, true));
  onUnmounted(() => {
    document.removeEventListener("click", pressed, true);
    clearInterval(timer.value);
    mark(null);
  });
  watch([kind, next, introStep], look, { flush: "post" });

  return { kind, next, pointed, home, isHigh, way, samples, introStep, waitsForDepartment };
}
