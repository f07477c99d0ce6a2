/** Short names for the generated models of the directory. */
import type { components } from "@/api/schema";

type Models = components["schemas"];

export type Department = Models["DepartmentShown"];
export type Liaison = Models["LiaisonShown"];
export type Absence = Models["AbsenceView"];
export type DepartmentForm = Required<Models["DepartmentForm"]>;
export type LiaisonForm = Required<Models["LiaisonForm"]>;
export type AbsenceForm = Required<Models["AbsenceEntry"]>;
export type CalendarDay = Models["CalendarDayView"];
export type CalendarYear = Models["CalendarYear"];
export type MovedTerms = Models["MovedTerms"];
export type FormView = Models["FormView"];
export type FormSample = Models["FormSample"];
export type Duty = Models["KnowledgeDutyView"];
export type Duties = Models["KnowledgeDuties"];
export type RefusalPage = Models["RefusalPage"];
export type RefusalLine = Models["RefusalLine"];
export type DutyChatState = Models["DutyChatState"];
export type DutyChatCode = Models["DutyChatCode"];
export type Citizen = Models["CitizenView"];
export type CitizenMerge = Models["CitizenMerge"];
export type AlikeCitizen = Models["AlikeCitizen"];
