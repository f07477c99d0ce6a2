import { createRouter, createWebHistory } from "vue-router";
import { qualityRoutes } from "./quality/routes";

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
        { path: "appeals", name: "appeals", component: () => import("./appeals/AppealsPage.vue") },
        { path: "appeals/:id(\\d+)", name: "appeal", component: () => import("./appeals/CasePage.vue") },
        { path: "board", name: "board", component: () => import("./appeals/BoardPage.vue") },
        { path: "calls", name: "calls", component: () => import("./paperwork/CallsPage.vue") },
        { path: "phone", name: "phone", component: () => import("./phone/BoardPage.vue") },
        { path: "phone/call-backs", name: "phone-backs", component: () => import("./phone/CallBacksPage.vue") },
        { path: "phone/journal", name: "phone-journal", component: () => import("./phone/JournalPage.vue") },
        { path: "phone/calls/:id(\\d+)", name: "phone-call", component: () => import("./phone/CallPage.vue") },
        { path: "tasks", name: "tasks", component: () => import("./appeals/TasksPage.vue") },
        { path: "mail", name: "mail", component: () => import("./mail/MailPage.vue") },
        { path: "left-messages", name: "left", component: () => import("./left/LeftMessagesPage.vue") },
        { path: "news", name: "news", meta: { apart: true }, component: () => import("./news/NewsPage.vue") },
        ...qualityRoutes,
        { path: "citizens/:id(\\d+)", name: "citizen", component: () => import("./citizens/CitizenPage.vue") },
        { path: "directory", name: "directory", meta: { apart: true }, component: () => import("./directory/DirectoryPage.vue") },
        { path: "calendar", name: "calendar", meta: { apart: true }, component: () => import("./directory/CalendarPage.vue") },
        { path: "duties", name: "duties", meta: { apart: true }, component: () => import("./directory/DutiesPage.vue") },
        { path: "knowledge", name: "kbArticles", meta: { apart: true, needs: "knowledge.approve" }, component: () => import("./knowledge/ArticlesPage.vue") },
        { path: "knowledge/:id(\\d+)", name: "kbArticle", meta: { apart: true, needs: "knowledge.approve" }, component: () => import("./knowledge/ArticlePage.vue") },
        { path: "knowledge/questions", name: "kbQuestions", meta: { apart: true, needs: "knowledge.approve" }, component: () => import("./knowledge/QuestionsPage.vue") },
        { path: "knowledge/remarks", name: "kbRemarks", meta: { apart: true, needs: "knowledge.approve" }, component: () => import("./knowledge/RemarksPage.vue") },
        { path: "knowledge/words", name: "kbWords", meta: { apart: true, needs: "knowledge.approve" }, component: () => import("./knowledge/WordsPage.vue") },
        { path: "knowledge/trial", name: "kbTrial", meta: { apart: true, needs: "knowledge.approve" }, component: () => import("./knowledge/TrialPage.vue") },
        { path: "forms", name: "forms", meta: { apart: true }, component: () => import("./directory/FormsPage.vue") },
        { path: "refusals", name: "refusals", meta: { apart: true }, component: () => import("./directory/RefusalsPage.vue") },
        { path: ":rest(.*)*", name: "lost", component: () => import("./shell/LostPage.vue") },
      ],
    },
  ],
});
