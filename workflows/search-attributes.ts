import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';

const runbookKey = defineSearchAttributeKey('FettleRunbook', SearchAttributeType.KEYWORD);
const siteKey = defineSearchAttributeKey('FettleSite', SearchAttributeType.KEYWORD_LIST);
const changeKey = defineSearchAttributeKey('FettleChange', SearchAttributeType.KEYWORD);
const outcomeKey = defineSearchAttributeKey('FettleOutcome', SearchAttributeType.KEYWORD);
const questionKey = defineSearchAttributeKey('FettleQuestion', SearchAttributeType.KEYWORD);
const targetKey = defineSearchAttributeKey('FettleTarget', SearchAttributeType.KEYWORD_LIST);
const locksKey = defineSearchAttributeKey('FettleLocks', SearchAttributeType.KEYWORD_LIST);

export interface Labels {
  runbook?: string;
  sites?: string[];
  change?: string;
  outcome?: string;
  question?: string;
  targets?: string[];
  locks?: string[];
}

const MAX_KEYWORD = 200;

/** The search attributes of a run or turn (model/search-attributes.ts); only what is given. */
export function searchAttributes(labels: Labels): SearchAttributePair[] {
  const pairs: SearchAttributePair[] = [];
  if (labels.runbook !== undefined) pairs.push({ key: runbookKey, value: labels.runbook });
  if (labels.sites !== undefined) pairs.push({ key: siteKey, value: labels.sites });
  if (labels.change !== undefined) pairs.push({ key: changeKey, value: labels.change });
  if (labels.outcome !== undefined) pairs.push({ key: outcomeKey, value: labels.outcome });
  if (labels.question !== undefined) pairs.push({ key: questionKey, value: labels.question.slice(0, MAX_KEYWORD) });
  if (labels.targets !== undefined) pairs.push({ key: targetKey, value: labels.targets });
  if (labels.locks !== undefined) pairs.push({ key: locksKey, value: labels.locks });
  return pairs;
}

export function label(labels: Labels): void {
  upsertSearchAttributes(searchAttributes(labels));
}
