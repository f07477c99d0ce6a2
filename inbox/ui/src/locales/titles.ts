/** What each page in the shell is called, by the name of its route; a page of one thing has its own name when that is loaded. */
import { accounts } from "./accounts";
import { casework } from "./appeals";
import { audit } from "./audit";
import { directory } from "./directory";
import { keeping } from "./keeping";
import { kb } from "./knowledge";
import { mail } from "./mail";
import { menu } from "./menu";
import { news } from "./news";
import { paper } from "./paperwork";
import { phone } from "./phone";
import { quality } from "./quality";
import { reports } from "./reports";
import { ru } from "./ru";
import { training } from "./training";

export const titles: Record<string, string> = {
  inbox: ru.list.title,
  appeals: casework.list.title,
  appeal: "Карточка обращения",
  board: casework.board.title,
  calls: paper.call.listTitle,
  phone: phone.board.title,
  "phone-backs": phone.backs.title,
  "phone-journal": phone.journal.title,
  "phone-call": "Карточка звонка",
  tasks: casework.tasks.title,
  mail: mail.page.title,
  left: ru.left.title,
  news: news.page.title,
  menu: menu.title,
  quality: quality.list.title,
  "quality-item": "Разговор на оценке",
  "quality-review": "Оценка разговора",
  "quality-own": quality.own.title,
  "quality-own-review": "Оценка моего разговора",
  "quality-numbers": quality.numbers.title,
  "quality-agreement": quality.agreement.title,
  "quality-plan": quality.plan.title,
  "quality-bot": quality.bot.title,
  "training-result": training.result.title,
  citizen: directory.citizen.page,
  directory: directory.places.title,
  calendar: directory.calendar.title,
  duties: directory.duties.title,
  kbArticles: kb.list.title,
  kbArticle: "Статья базы знаний",
  kbQuestions: kb.questions.title,
  kbRemarks: kb.remarks.title,
  kbWords: kb.words.title,
  kbTrial: kb.trial.title,
  forms: directory.forms.title,
  dashboard: reports.now.title,
  reports: reports.month.title,
  audit: audit.section,
  accounts: accounts.section,
  keeping: keeping.title,
  refusals: directory.refusals.title,
  lost: ru.shell.notFound,
};
