/** Short names for the models of the mail. */
import type { Models } from "@/api/types";

export type Mail = Models["MailView"];
export type MailLine = Models["MailLine"];
export type MailLines = Models["MailLines"];
export type MailPart = Models["MailPartView"];
export type MailNote = Models["MailNote"];
export type Mailbox = Models["MailboxView"];
export type Letter = Models["LetterView"];
export type CardDraft = Models["CardDraftView"];
export type Bounced = Models["BouncedAddress"];
