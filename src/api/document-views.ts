import { z } from 'zod';
import { LONGEST_TEXT } from '../mapping/explain/explanation.ts';
import { appId, count, logRow, qualityIssue, time } from './views.ts';

// Shapes of what is told of one document, and why its rows are what they are.

/** Characters of a document that one answer holds. */
export const MOST_XML = 1_000_000;

const cause = z
  .strictObject({
    code: z
      .string()
      .describe(
        'no_path, no_attribute, filtered, blank, no_value, no_contact, not_read, default, or the kind of a quality issue: unreadable, unmapped, cut …',
      ),
    sentence: z.string(),
    nearest: z.string().nullable().describe('The path in the document that comes nearest to one that is not there'),
  })
  .nullable();

const place = z
  .strictObject({
    path: z.string().describe('As /a/b[2]/@c'),
    line: z.int().min(1),
    column: z.int().min(1).describe('In UTF-16 units, as editors count'),
  })
  .nullable();

const explainedRow = z.strictObject({
  number: z.int().min(1).describe('Its place in its list'),
  at: place.describe('The element that the row is made of; null is the document'),
  columns: z.array(
    z.strictObject({
      column: z.string(),
      value: z
        .string()
        .nullable()
        .describe(`As the row holds it; of this and all texts the first ${LONGEST_TEXT} characters`),
      mapping: z
        .string()
        .nullable()
        .describe('Its place in the contract, mappings[12] or tables.lines.columns.qty; null for keys'),
      source: z.string().describe('What is read, as the contract puts it'),
      read: z.array(
        z.strictObject({
          at: place.describe('Null for what is in no place of the document'),
          name: z.string().nullable().describe('As an expression calls it'),
          text: z.string().nullable().describe('The raw text; null where there is none'),
        }),
      ),
      steps: z
        .array(z.strictObject({ step: z.string(), value: z.string().nullable() }))
        .describe('The chain of the mapping, each step with the value it gave'),
      reason: cause.describe('Why there is no value, or another than was read'),
    }),
  ),
});

/** `Explanation` of `mapping/explain/explanation.ts`. */
const explanation = z.strictObject({
  outcome: z.enum(['mapped', 'rejected']),
  reason: z.string().nullable().describe('Why it is rejected; rows are those that were made until then'),
  sentence: z.string().nullable().describe('The same for people'),
  tables: z.array(
    z.strictObject({
      table: z.string(),
      totals: z.strictObject({ rows: count, left: count }).describe('How many there are of each, shown or not'),
      odd: z.array(count).describe('Numbers of the first 20 rows about which there are quality issues'),
      rows: z.array(explainedRow).describe('Of those that a run writes, in that order, the ones asked for'),
      left: z
        .array(
          explainedRow.extend({
            rule: z.string().describe('By which rule, as a sentence about the element or row'),
            attribute: z.string().nullable().describe('The attribute that decided, if one did'),
          }),
        )
        .describe('Elements that give no row, and rows that were begun and not written'),
      empty: cause.describe('Why there is neither'),
    }),
  ),
});

const documentIssues = z.array(qualityIssue.omit({ documents: true, app_ids: true }).extend({ count }));

export const documentView = z.strictObject({
  app_id: appId,
  product_line: z.string(),
  log: logRow.nullable().describe('Null while the document is pending'),
  run_id: z.string().nullable().describe('The run that logged it, if it is among the latest'),
  history: z
    .array(
      logRow.extend({
        moved_at: time,
        moved_by: z.string().nullable().describe('redrive or redo; null in rows of older versions'),
      }),
    )
    .describe('What it was before, newest first'),
  bytes: count.nullable().describe('Size of the document, in UTF-8 if the column is text; null where it is gone'),
  withheld: z.string().optional().describe('Why contents that were asked for are not here'),
  xml: z
    .string()
    .nullable()
    .optional()
    .describe(`With xml=true: the document; null if it cannot be decoded; of a longer one ${MOST_XML} characters`),
  xml_cut: z
    .strictObject({
      length: count.describe('Characters that it has in all, as UTF-16 units'),
      first_line: z.int().min(1).describe('Where in the document xml begins'),
      first_column: z.int().min(1),
    })
    .optional()
    .describe('With xml=true: that xml is a part of the document, and which'),
  explanation: explanation.optional().describe('With explain=true: for each value where it comes from and why'),
  not_explained: z.string().optional().describe('Why there is no explanation although it was asked for'),
  mapped: z
    .discriminatedUnion('outcome', [
      z.strictObject({
        outcome: z.literal('mapped'),
        tables: z.array(
          z.strictObject({
            table: z.string(),
            total: count.describe('How many rows there are, shown or not'),
            rows: z.array(z.record(z.string(), z.string().nullable())),
          }),
        ),
        quality_issues: documentIssues,
      }),
      z.strictObject({
        outcome: z.literal('rejected'),
        stage: z.string(),
        reason: z.string(),
        sentence: z.string().describe('The same for people'),
        quality_issues: documentIssues,
      }),
    ])
    .nullable()
    .optional()
    .describe('With rows=true: what the contract makes of the document now'),
});
