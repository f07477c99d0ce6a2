import "@fontsource-variable/golos-text/wght.css";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import "./ui/dialog.css";
import "./shell/shell.css";
import "./session/session.css";
import "./drafts/drafts.css";
import "./inbox/list.css";
import "./inbox/thread.css";
import "./inbox/composer.css";
import "./inbox/side.css";
import "./left/left.css";
import "./appeals/list.css";
import "./appeals/case.css";
import "./directory/directory.css";
import "./paperwork/paperwork.css";
import "./mail/mail.css";
import "./phone/phone.css";
import "./recordings/recordings.css";
import "./news/news.css";
import "./knowledge/knowledge.css";
import "./reports/reports.css";
import "./audit/audit.css";
import "./quality/quality.css";
import "./training/training.css";
import "./ui/print.css";

import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import { refuseOverlong } from "./ui/length";

document.addEventListener("submit", refuseOverlong, { capture: true });

createApp(App).use(router).mount("#app");
