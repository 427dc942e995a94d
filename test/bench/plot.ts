import { spreadOf } from './measure.ts';
import type { Section } from './report.ts';

const [LEFT, WIDTH, ROW] = [260, 760, 26];

/** Documents a second of every task of some sections, as bars with their spread; for the README. */
export function plot(sections: readonly Section[]): string {
  let y = 10;
  const parts = sections.flatMap((section) => {
    const rates = [...section.timings].map(([name, times]) => ({
      name,
      rate: spreadOf(times.map((time) => 1000 / time)),
    }));
    const scale = (WIDTH - LEFT - 90) / Math.max(...rates.map(({ rate }) => rate.most));
    const title = text(10, (y += ROW), section.title, 'font-weight="bold"');
    const bars = rates.map(({ name, rate }) => {
      y += ROW;
      const width = rate.median * scale;
      return [
        text(LEFT - 10, y, name, 'text-anchor="end"'),
        `<rect x="${LEFT}" y="${y - 14}" width="${width.toFixed(1)}" height="18" fill="#4878a8"/>`,
        `<path d="M${(LEFT + rate.least * scale).toFixed(1)} ${y - 5}H${(LEFT + rate.most * scale).toFixed(1)}" stroke="#d0742c" stroke-width="2"/>`,
        text(LEFT + rate.most * scale + 8, y, `${Math.round(rate.median).toLocaleString('en')}/s`, ''),
      ].join('');
    });
    y += 10;
    return [title, ...bars];
  });
  const height = y + 20;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="#222">`,
    `<title>Documents a second</title><rect width="100%" height="100%" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped}</text>`;
}
