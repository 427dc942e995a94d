import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LIBRARIES } from '../src/api/dashboard-files.ts';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** Its name in the package. */
export const BILL = 'sbom.cdx.json';

/** The part of a CycloneDX document that is read here. */
interface Bill {
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface Component {
  readonly type?: string;
  readonly purl?: string;
  readonly evidence?: object;
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
  readonly properties?: readonly { readonly name: string }[];
}

/**
 * Mends what the tool for bundles does not know of this one, in place: entries are no parts but our own doing, so what they need the program
 * needs; and where a part's folder has a `package.json` without a licence, the one of its package counts.
 */
export function mendBill(path: string): void {
  const bill: Bill = JSON.parse(readFileSync(path, 'utf8'));
  const program = bill.metadata.component['bom-ref'];
  const entries = new Set(bill.components.filter(isEntry).map(refOf));
  const needed = bill.dependencies.flatMap(({ ref, dependsOn = [] }) => (entries.has(ref) ? dependsOn : []));
  const others = bill.dependencies.filter(({ ref }) => ref !== program && !entries.has(ref));
  const ofPage = [...new Set(Object.values(LIBRARIES).map((file) => file.replace(/\/.*/s, '')))].map(copied);
  const mended: Bill = {
    ...bill,
    components: [...bill.components.filter((component) => !isEntry(component)).map(withLicence), ...ofPage],
    dependencies: [{ ref: program, dependsOn: [...new Set([...needed, ...ofPage.map(refOf)])].toSorted() }, ...others],
  };
  writeFileSync(path, JSON.stringify(mended));
}

function refOf(component: Component): string {
  return component['bom-ref'];
}

/** A library of the page, which is copied as it is. */
function copied(name: string): Component {
  const folder = join(MODULES, name);
  const { version, license }: { version: string; license: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const texts = globSync('LICENSE*', { cwd: folder }).map((file) => ({
    license: {
      name: `file: ${file}`,
      text: { contentType: 'text/plain', encoding: 'base64', content: readFileSync(join(folder, file), 'base64') },
    },
  }));
  return {
    type: 'library',
    name,
    version,
    'bom-ref': `${name}@${version}`,
    purl: `pkg:npm/${name}@${version}`,
    licenses: [{ license: { id: license } }],
    evidence: { licenses: texts },
  };
}

function isEntry({ properties = [] }: Component): boolean {
  return properties.some(({ name }) => name === 'cdx:esbuild:input:isVirtual');
}

function withLicence(component: Component): Component {
  if (component.licenses !== undefined) return component;
  const { license }: { license: string } = JSON.parse(
    readFileSync(join(MODULES, component.group ?? '', component.name, 'package.json'), 'utf8'),
  );
  return { ...component, licenses: [{ license: { id: license } }] };
}

/** `npm run sbom`: the licences of a bill, and the parts under each. */
function listLicences(path: string): string {
  const { components }: Bill = JSON.parse(readFileSync(path, 'utf8'));
  const byLicence = Map.groupBy(components, ({ licenses = [] }) =>
    licenses.map(({ license, expression }) => license?.id ?? license?.name ?? expression).join(', '),
  );
  return [...byLicence]
    .toSorted(([, some], [, others]) => others.length - some.length)
    .map(([licence, parts]) => `${licence}: ${parts.map(nameOf).toSorted().join(', ')}\n`)
    .join('');
}

function nameOf({ group, name, version }: Component): string {
  return `${group === undefined ? '' : `${group}/`}${name} ${version}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(listLicences(join(MODULES, '../out/app', BILL)));
