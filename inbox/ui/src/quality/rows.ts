/** Numbers of the API as rows of a table. */
import type { Models } from "@/api/types";
import { quality } from "@/locales/quality";
import { shortName } from "@/ui/text";
import { date } from "@/ui/time";
import type { CourseRow } from "./CourseTable.vue";

const words = quality.numbers.columns;

export const weekHeads = [words.week, words.count, words.average];
export const criterionHeads = [words.criterion, words.marks, words.average, words.na];
export const operatorHeads = [words.operator, words.count, words.average, words.zeroed, words.objections];

export const weekRows = (weeks: readonly Models["WeekNumbers"][]): CourseRow[] =>
  weeks.map((one) => ({ key: one.monday, title: date(one.monday), items: one.items, average: one.average, is_few: one.is_few, more: [] }));

export const criterionRows = (criteria: readonly Models["CriterionNumbers"][]): CourseRow[] =>
  criteria.map((one) => ({ key: one.key, title: one.title, hint: quality.sheet.clause(one.clauses), items: one.items, average: one.average, is_few: one.is_few, more: [String(one.not_applicable)] }));

export const operatorRows = (operators: readonly Models["OperatorNumbers"][]): CourseRow[] =>
  operators.map((one) => ({ key: String(one.operator_id), title: shortName(one.operator), items: one.items, average: one.average, is_few: one.is_few, more: [String(one.zeroed), String(one.objections)] }));
