/** Routes of the quality control. */
import type { RouteRecordRaw } from "vue-router";

export const qualityRoutes: RouteRecordRaw[] = [
  { path: "quality", name: "quality", component: () => import("./ItemsPage.vue") },
  { path: "quality/items/:id(\\d+)", name: "quality-item", component: () => import("./ItemPage.vue") },
  { path: "quality/reviews/:id(\\d+)", name: "quality-review", component: () => import("./ReviewPage.vue") },
  { path: "quality/own", name: "quality-own", component: () => import("./OwnPage.vue") },
  { path: "quality/own/:id(\\d+)", name: "quality-own-review", component: () => import("./ReviewPage.vue") },
  { path: "quality/numbers", name: "quality-numbers", component: () => import("./NumbersPage.vue") },
  { path: "quality/agreement", name: "quality-agreement", component: () => import("./AgreementPage.vue") },
  { path: "quality/plan", name: "quality-plan", component: () => import("./PlanPage.vue") },
  { path: "quality/bot", name: "quality-bot", component: () => import("./BotMarksPage.vue") },
];
