// Shapes of the API's answers, taken from the schemas that describe them, and words in them.

/**
 * @typedef {Omit<import('zod').output<typeof import('../api/views.ts').runView>, 'request'> & { request: import('../run/request.ts').RunRequest }} RunView
 * @typedef {RunView['instances'][number]} InstanceView
 * @typedef {RunView['failures'][number]} FailureGroup
 * @typedef {import('zod').output<typeof import('../api/views.ts').runList>} RunList
 * @typedef {RunList['runs'][number]} RunSummary
 * @typedef {import('zod').output<typeof import('../api/views.ts').contractList>} ContractList
 * @typedef {ContractList['contracts'][number]} LineView
 * @typedef {import('zod').output<typeof import('../api/views.ts').contractView>} ContractView
 * @typedef {import('zod').output<typeof import('../api/views.ts').failureList>} FailureList
 * @typedef {import('zod').output<typeof import('../api/views.ts').failureReasons>} FailureReasons
 * @typedef {import('zod').output<typeof import('../api/document-views.ts').documentView>} DocumentView
 * @typedef {import('zod').output<typeof import('../api/views.ts').healthView>} HealthView
 * @typedef {import('zod').output<typeof import('../api/views.ts').problemView>} ProblemView
 */

/** Every status, as types demand. */
export const STATUSES = Object.keys(
  /** @satisfies {Readonly<Record<RunView['status'], true>>} */ ({
    running: true,
    paused: true,
    cancelling: true,
    completed: true,
    failed: true,
    cancelled: true,
    skipped: true,
  }),
);

export const TRIGGERS = Object.keys(
  /** @satisfies {Readonly<Record<RunView['trigger'], true>>} */ ({ http: true, timer: true, cli: true }),
);
