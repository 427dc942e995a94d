import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROUTE_NAMES, ROUTES } from '../src/api/routes.ts';
import { EXIT_STATUSES } from '../src/commands/exit.ts';
import { createProgram } from '../src/commands/program.ts';
import { SETTING_NAMES } from '../src/settings.ts';
import { ROOT } from './support/cli.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const PROGRAM = createProgram();
const COMMANDS = PROGRAM.createHelp()
  .visibleCommands(PROGRAM)
  .filter((command) => command.name() !== 'help');

describe('README.md', () => {
  test('names commands and options that exist', () => {
    const code = [...README.matchAll(/```sh\n(.*?)```|`(xmlfan .*?)`/gs)].map(([, block, line]) => block ?? line ?? '');
    // every line that calls xmlfan, up to its comment
    const lines = [...code.join('\n').matchAll(/(?<=^|\()xmlfan ([a-z]\w*)[^\n#)]*/gm)];
    assert.ok(lines.length > 5);
    for (const [line, name] of lines) {
      const command = COMMANDS.find((candidate) => candidate.name() === name);
      assert.ok(command !== undefined, `there is no command ${name}: ${line}`);
      for (const [option] of line.matchAll(/(?<= )--[a-z][\w-]*/g)) {
        const known = command.options.some(({ long }) => long === option);
        assert.ok(known, `${name} has no ${option}: ${line}`);
      }
    }
  });

  test('lists every command, and no other, in its table of commands', () => {
    const listed = firstCells('command').flatMap((cell) =>
      [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name ?? ''),
    );
    const names = COMMANDS.map((command) => command.name());
    assert.deepEqual(listed.toSorted(), names.toSorted());
  });

  test('names npm scripts that exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    const named = [...README.matchAll(/npm (?:run (?:-s )?([\w:]+)|(start|test)\b)/g)].map(
      ([, script, own]) => script ?? own ?? '',
    );
    assert.ok(['xmlfan', 'start', 'build'].every((script) => named.includes(script)));
    assert.deepEqual(
      named.filter((script) => !(script in scripts)),
      [],
    );
  });

  test('tells the same exit statuses as the help', () => {
    assert.ok(README.replaceAll(/\s+/g, ' ').includes(EXIT_STATUSES.replaceAll(/\s+/g, ' ')));
  });

  test('lists every setting, and no other, in its table of settings', () => {
    const listed = firstCells('variable').map((cell) => cell.replaceAll('`', ''));
    assert.deepEqual(listed.toSorted(), SETTING_NAMES.toSorted());
  });

  test('lists every route, and no other, in its table of routes', () => {
    let last = '';
    const listed = firstCells('route').flatMap((cell) =>
      [...cell.matchAll(/`(?:(\w+) \/api|…)(\/[^`]+)`/g)].map(([, method, path = '']) => {
        // `…/resume` stands for the route before it, with another end.
        last = method === undefined ? last.replace(/\/[^/]*$/, path) : `${method} ${path.slice(1)}`;
        return last;
      }),
    );
    const files = 'GET dashboard/{*file}';
    const routes = ROUTE_NAMES.map((name) => `${ROUTES[name].method} ${ROUTES[name].path}`);
    assert.deepEqual(listed.toSorted(), routes.filter((route) => route !== files).toSorted());
  });

  test('has at most 180 lines', () => {
    assert.ok(README.trimEnd().split('\n').length <= 180);
  });
});

/** The first cell of each row of the table that has this title. */
function firstCells(title: string): readonly string[] {
  const [, rows = ''] = new RegExp(`^\\| ${title} \\|.*\\n\\|[-|]+\\|\\n((?:\\|.*\\n)+)`, 'm').exec(README) ?? [];
  return rows
    .trimEnd()
    .split('\n')
    .map((row) => row.split('|')[1]?.trim() ?? '');
}
