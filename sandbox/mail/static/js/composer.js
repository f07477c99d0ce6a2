// Writing: a new letter to the centre, or an answer in a thread.
import { byId, toast } from "/shared/js/dom.js";
import { send } from "./api.js";
import { WORDS } from "./words.js";

const form = byId("composer");
const fields = form.elements;
let answers = null;

function open(title, given, names) {
  form.reset();
  form.setAttribute("aria-label", title);
  for (const [name, value] of Object.entries(given)) fields[name].value = value;
  for (const name of ["address", "to"]) fields[name].readOnly = names.includes(name);
  byId("quoting").hidden = answers === null;
  byId("picked").textContent = "";
  form.hidden = false;
}

export function writeNew({ name = "", address = "", to }) {
  answers = null;
  open(WORDS.writing, { name, address, to, subject: "", text: "" }, []);
  (address ? fields.subject : fields.name).focus();
}

export function writeAnswer(letter, { name, address }) {
  answers = letter.id;
  const subject = /^(re|fwd?):/i.test(letter.subject) ? letter.subject : `Re: ${letter.subject}`;
  open(WORDS.answering, { name, address, to: letter.answer_to, subject, text: "" }, ["address", "to"]);
  fields.text.focus();
  form.scrollIntoView({ block: "end" });
}

export const isWriting = () => !form.hidden;

export function closeComposer() {
  form.hidden = true;
}

export function onSent(then) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const letter = new FormData(form);
    letter.set("quotes", String(answers !== null && fields.quotes.checked));
    if (answers !== null) letter.set("answers", String(answers));
    if (!fields.files.files.length) letter.delete("files");
    const button = form.querySelector("button.primary");
    button.disabled = true;
    try {
      const sent = await send("letters", letter);
      if (!sent.letter) toast(WORDS.lost);
      closeComposer();
      await then(fields.address.value.trim().toLowerCase(), sent.letter, answers !== null);
    } catch (error) { toast(error.message); } finally { button.disabled = false; }
  });
}

fields.files.addEventListener("change", () => {
  byId("picked").textContent = WORDS.picked([...fields.files.files].map((one) => one.name));
});
