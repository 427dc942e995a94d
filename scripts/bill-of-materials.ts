import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

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
  const entries = new Set(bill.components.filter(isEntry).map((component) => component['bom-ref']));
  const needed = bill.dependencies.flatMap(({ ref, dependsOn = [] }) => (entries.has(ref) ? dependsOn : []));
  const others = bill.dependencies.filter(({ ref }) => ref !== program && !entries.has(ref));
  const mended: Bill = {
    ...bill,
    components: bill.components.filter((component) => !isEntry(component)).map(withLicence),
    dependencies: [{ ref: program, dependsOn: [...new Set(needed)].toSorted() }, ...others],
  };
  writeFileSync(path, JSON.stringify(mended));
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
