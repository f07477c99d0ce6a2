// Reads a JSON list of verb lists, prints a JSON list of what the server's own check says: null, or the message.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const { validate } = createRequire(import.meta.url)('@jambonz/verb-specifications');
const quiet = { info() {}, debug() {}, error() {} };
const verdicts = JSON.parse(readFileSync(0, 'utf8')).map((verbs) => {
  try {
    validate(quiet, verbs);
    return null;
  } catch (refused) {
    return refused.message;
  }
});
process.stdout.write(JSON.stringify(verdicts));
