import { createRouter, createWebHistory } from "vue-router";

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", redirect: "/inbox" },
    { path: "/login", name: "login", component: () => import("./session/LoginPage.vue") },
    {
      path: "/",
      component: () => import("./shell/AppShell.vue"),
      children: [
        { path: "inbox/:id(\\d+)?", name: "inbox", component: () => import("./inbox/InboxPage.vue") },
        { path: "left-messages", name: "left", component: () => import("./left/LeftMessagesPage.vue") },
        { path: ":rest(.*)*", name: "lost", component: () => import("./shell/LostPage.vue") },
      ],
    },
  ],
});
