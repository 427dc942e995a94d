import { getDocumentOperation, listFailuresOperation, redriveFailuresOperation } from './operations/documents.ts';
import {
  cancelRunOperation,
  getRunOperation,
  listRunsOperation,
  pauseRunOperation,
  resumeRunOperation,
  startRunOperation,
} from './operations/runs.ts';
import { getHealthOperation, listContractsOperation } from './operations/system.ts';
import type { Operation } from './operation.ts';
import { NO_INPUT, operation } from './operation.ts';
import { describeApi, openApiView } from './openapi.ts';
import type { RouteName } from './routes.ts';

/** What answers each route. */
export const OPERATIONS: Readonly<Record<RouteName, Operation>> = {
  startRun: startRunOperation,
  listRuns: listRunsOperation,
  getRun: getRunOperation,
  pauseRun: pauseRunOperation,
  resumeRun: resumeRunOperation,
  cancelRun: cancelRunOperation,
  redriveFailures: redriveFailuresOperation,
  listFailures: listFailuresOperation,
  getDocument: getDocumentOperation,
  listContracts: listContractsOperation,
  getHealth: getHealthOperation,
  getOpenApi: operation({
    ...NO_INPUT,
    answer: { status: 200, description: 'This description', schema: openApiView },
    handle: async () => ({ status: 200, body: describeApi(OPERATIONS) }),
  }),
};
