/** Short names for the generated models of the API. */
import type { components } from "./schema";

export type Models = components["schemas"];

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
export type AppealStatus = Models["AppealStatus"];
export type AppealLine = Models["AppealLine"];
export type AppealLines = Models["AppealLines"];
export type AppealFilter = Required<Models["AppealFilter"]>;
export type KeptFilter = Models["FilterView"];
export type Board = Models["BoardView"];
export type BoardColumn = Models["BoardColumn"];
export type AppealCard = Models["AppealCard"];
export type HistoryLine = Models["HistoryLine"];
export type Move = Models["Move"];
export type Step = Models["Step"];
export type LinkedCard = Models["LinkedCard"];
export type LikeCard = Models["LikeCard"];
export type CaseFile = Models["CaseFile"];
export type StaffTask = Models["TaskView"];
export type TaskPage = Models["TaskPage"];
export type CaseChoices = Models["CaseChoices"];
export type EditForm = Required<Models["EditForm"]>;
export type Changed = Models["Changed"];
export type LiveEvent =
  | Models["ConversationChanged"]
  | Models["HandedOff"]
  | Models["MessageAdded"]
  | Models["PresenceChanged"]
  | Models["CitizenTyping"]
  | Models["Alarm"]
  | Models["AppealChanged"]
  | Models["TaskChanged"]
  | Models["CallChanged"]
  | Models["Resync"];

export type ListName = "queue" | "mine" | "colleagues" | "all";
export type FormKind = Models["DraftKind"];
/** Of what is written in a conversation. */
export type DraftKind = Extract<FormKind, "reply" | "note">;
export type DraftView = Models["DraftView"];

export type CasePaperwork = Models["CasePaperwork"];
export type PaperRequest = Models["PaperRequest"];
export type PaperReply = Models["PaperReply"];
export type PaperCall = Models["PaperCall"];
export type PaperAnswer = Models["PaperAnswer"];
export type RequestPreviewed = Models["RequestPreviewed"];
export type CallLine = Models["CallLine"];
