/** Short names for the generated models of the knowledge base. */
import type { Models } from "@/api/types";

export type KbRow = Models["KnowledgeRow"];
export type KbPage = Models["KnowledgePage"];
export type KbCounts = Models["KnowledgeCounts"];
export type KbArticle = Models["KnowledgeArticle"];
export type KbSaved = Models["ArticleSaved"];
export type KbVersion = Models["VersionLine"];
export type KbVersionText = Models["VersionText"];
export type KbLook = Models["LookView"];
export type KbBlock = Models["BlockView"];
export type KbSpan = Models["SpanView"];
export type KbRemark = Models["RemarkView"];
export type KbRemarkLine = Models["RemarkLine"];
export type KbImport = Models["ImportResult"];
export type KbQuestion = Models["QuestionRow"];
export type KbQuestionPage = Models["QuestionPage"];
export type KbQuestionOpened = Models["QuestionOpened"];
export type KbTrend = Models["QuestionTrend"];
export type KbWords = Models["SearchWords"];
export type KbTrial = Models["TrialView"];
export type KbDeed = KbArticle["deeds"][number];
