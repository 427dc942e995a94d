import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { parseSettings, settingWarnings } from '../src/settings.ts';

describe('settings', () => {
  test('have defaults for all that is not set', () => {
    const { contractsDir, ...rest } = parseSettings({});
    assert.equal(basename(contractsDir), 'contracts');
    assert.deepEqual(rest, {
      store: null,
      leaseSeconds: 120,
      aliveSeconds: 240,
      sliceSeconds: 60,
      workers: availableParallelism(),
      logLevel: 'info',
      runSchedule: null,
      watchSchedule: '0 * * * * *',
      retentionDays: 30,
      runRetentionDays: 365,
      applicationInsights: null,
      apiKey: null,
      documentContents: false,
      maxPageBytes: 4_194_304,
    });
  });

  test('take what the environment says, whatever else it holds', () => {
    const settings = parseSettings({
      PATH: '/bin',
      XMLFAN_STORE: 'sqlite:a.db',
      CONTRACTS_DIR: 'lines',
      LEASE_SECONDS: '5',
      ALIVE_SECONDS: '60',
      SLICE_SECONDS: '30',
      WORKERS: '3',
      LOG_LEVEL: 'WARN',
      RUN_SCHEDULE: '0 */15 * * * *',
      WATCH_SCHEDULE: 'off',
      RETENTION_DAYS: '7',
      RUN_RETENTION_DAYS: '90',
      XMLFAN_API_KEY: '0123456789abcdef',
      DOCUMENT_CONTENTS: 'on',
      MAX_PAGE_BYTES: '8388608',
    });
    assert.deepEqual(settings, {
      store: 'sqlite:a.db',
      contractsDir: 'lines',
      leaseSeconds: 5,
      aliveSeconds: 60,
      sliceSeconds: 30,
      workers: 3,
      logLevel: 'warn',
      runSchedule: '0 */15 * * * *',
      watchSchedule: null,
      retentionDays: 7,
      runRetentionDays: 90,
      applicationInsights: null,
      apiKey: '0123456789abcdef',
      documentContents: true,
      maxPageBytes: 8_388_608,
    });
  });

  test('treat an empty variable as absent', () => {
    assert.equal(parseSettings({ XMLFAN_STORE: '', LEASE_SECONDS: '' }).store, null);
  });

  test('understand the names of log levels that the original had, in any case', () => {
    const levels = ['CRITICAL', 'Error', 'WARNING', 'info', 'DEBUG'].map(
      (LOG_LEVEL) => parseSettings({ LOG_LEVEL }).logLevel,
    );
    assert.deepEqual(levels, ['error', 'error', 'warn', 'info', 'debug']);
  });

  test('keep a run alive for fifteen minutes on a Functions host', () => {
    assert.equal(parseSettings({ FUNCTIONS_WORKER_RUNTIME: 'node' }).aliveSeconds, 900);
    assert.equal(parseSettings({ FUNCTIONS_WORKER_RUNTIME: 'node', LEASE_SECONDS: '600' }).aliveSeconds, 1200);
  });

  test('report every fault at once', () => {
    const wrong = {
      LEASE_SECONDS: 'two',
      ALIVE_SECONDS: '0',
      WORKERS: '1.5',
      LOG_LEVEL: 'loud',
      RUN_SCHEDULE: 'every quarter',
      XMLFAN_API_KEY: 'too short',
      MAX_PAGE_BYTES: '10',
    };
    assert.throws(() => parseSettings(wrong), {
      name: 'InputError',
      message: [
        'Some settings are wrong:',
        '  LEASE_SECONDS: expected a whole number from 1 to 3600, found "two"',
        '  ALIVE_SECONDS: expected a whole number from 1 to 86400, found "0"',
        '  WORKERS: expected a whole number from 0 to 256, found "1.5"',
        '  LOG_LEVEL: expected one of debug, info, warn, error, silent, found "loud"',
        '  RUN_SCHEDULE: expected five or six NCRONTAB fields parted by blanks, e.g. 0 */15 * * * *, or an interval such as 00:15:00, found "every quarter"',
        '  XMLFAN_API_KEY: expected at least 16 characters',
        '  MAX_PAGE_BYTES: expected a whole number from 1048576 to 1073741824, found "10"',
      ].join('\n'),
    });
  });

  test('refuse a sign of life that ends before the lease', () => {
    assert.throws(() => parseSettings({ LEASE_SECONDS: '60', ALIVE_SECONDS: '30' }), {
      message: [
        'Some settings are wrong:',
        '  ALIVE_SECONDS: 30 is below LEASE_SECONDS (60)',
        '    Raise it above the time after which a lost activity is delivered again, or leave it out.',
      ].join('\n'),
    });
  });

  test('refuse an interval where the plan wakes the app by NCRONTAB only', () => {
    const RUN_SCHEDULE = '00:15:00';

    assert.equal(parseSettings({ RUN_SCHEDULE }).runSchedule, RUN_SCHEDULE);
    assert.throws(() => parseSettings({ RUN_SCHEDULE, WEBSITE_SKU: 'FlexConsumption' }), {
      message: [
        'Some settings are wrong:',
        '  RUN_SCHEDULE: the interval 00:15:00 does not fire on a Consumption plan',
        '    Write it as NCRONTAB, e.g. 0 */15 * * * *.',
      ].join('\n'),
    });
  });

  test('warn of a schedule that means something else than it looks like', () => {
    const warnings = settingWarnings(parseSettings({ RUN_SCHEDULE: '0 0 22-6 * * *' }));

    assert.deepEqual(warnings, [
      {
        place: 'RUN_SCHEDULE',
        message: '"22-6" in the field hour is read as 6-22, for the host swaps the ends of a range',
        advice: 'Write what is meant.',
      },
    ]);
    assert.deepEqual(settingWarnings(parseSettings({})), []);
  });
});
