/** Short names for the generated models of the API. */
import type { components } from "./schema";

type Models = components["schemas"];

export type Me = Models["Me"];
export type Row = Models["ConversationRow"];
export type Page = Models["ConversationPage"];
export type Counters = Models["Counters"];
export type Message = Models["MessageView"];
export type MessagePage = Models["MessagePage"];
export type Attachment = Models["AttachmentView"];
export type Conversation = Models["ConversationView"];
export type Viewer = Models["Viewer"];
export type Card = Models["ApplicantCard"];
export type CardForm = Required<Models["ApplicantForm"]>;
export type Appeal = Models["AppealBrief"];
export type Term = Models["TermPreview"];
export type RegisterForm = Required<Models["RegisterForm"]>;
export type Canned = Models["CannedAnswerView"];
export type Article = Models["ArticleHit"];
export type LeftMessage = Models["LeftMessageView"];
export type Upload = Models["Upload"];
export type Problem = Models["Problem"];
export type Outcome = Models["CloseForm"]["outcome"];
export type RefuseReason = Models["RefuseForm"]["reason"];
export type Notify = Me["notify"];
export type Action = Conversation["actions"][number];
export type LiveEvent =
  | Models["ConversationChanged"]
  | Models["HandedOff"]
  | Models["MessageAdded"]
  | Models["PresenceChanged"]
  | Models["CitizenTyping"]
  | Models["Alarm"]
  | Models["Resync"];

export type ListName = "queue" | "mine" | "colleagues" | "all";
export type DraftKind = "reply" | "note";
