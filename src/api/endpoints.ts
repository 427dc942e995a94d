import { getDashboardEndpoint, getDashboardFileEndpoint } from './dashboard.ts';
import { getDocumentEndpoint } from './documents.ts';
import {
  listFailuresEndpoint,
  listPendingEndpoint,
  listReasonsEndpoint,
  redoDocumentsEndpoint,
  redriveFailuresEndpoint,
} from './failures.ts';
import {
  cancelRunEndpoint,
  getRunEndpoint,
  listRunsEndpoint,
  pauseRunEndpoint,
  resumeRunEndpoint,
  startRunEndpoint,
} from './runs.ts';
import { getContractEndpoint, listContractsEndpoint } from './contracts.ts';
import { getHealthEndpoint, getLivenessEndpoint } from './health.ts';
import type { Endpoint } from './endpoint.ts';
import { NO_INPUT, endpoint } from './endpoint.ts';
import { describeApi, openApiView } from './openapi.ts';
import type { RouteName } from './routes.ts';

/** What answers each route. */
export const ENDPOINTS: Readonly<Record<RouteName, Endpoint>> = {
  startRun: startRunEndpoint,
  listRuns: listRunsEndpoint,
  getRun: getRunEndpoint,
  pauseRun: pauseRunEndpoint,
  resumeRun: resumeRunEndpoint,
  cancelRun: cancelRunEndpoint,
  redriveFailures: redriveFailuresEndpoint,
  listFailures: listFailuresEndpoint,
  listReasons: listReasonsEndpoint,
  listPending: listPendingEndpoint,
  redoDocuments: redoDocumentsEndpoint,
  getDocument: getDocumentEndpoint,
  listContracts: listContractsEndpoint,
  getContract: getContractEndpoint,
  getLiveness: getLivenessEndpoint,
  getHealth: getHealthEndpoint,
  getOpenApi: endpoint({
    ...NO_INPUT,
    answer: { status: 200, description: 'This description', schema: openApiView },
    handle: async () => ({ status: 200, body: describeApi(ENDPOINTS) }),
  }),
  getDashboard: getDashboardEndpoint,
  getDashboardFile: getDashboardFileEndpoint,
};
