/** What the card page uses of the paperwork. */
export { default as PaperworkPart } from "./PaperworkPart.vue";
export { openStep } from "./opened";
