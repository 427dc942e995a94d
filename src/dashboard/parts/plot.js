import { html } from '../html.js';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { formatCount, formatTimes } from '../format.js';

/**
 * @typedef {object} PlotProps
 * @property {string} label
 * @property {string} describedBy id of the text that tells the same
 * @property {number} begun seconds since 1970
 * @property {readonly number[]} seconds since then
 * @property {readonly (number | null)[]} rates
 * @property {readonly (readonly [from: number, to: number, why: 'paused' | 'silent'])[]} pauses
 * @property {number} mean
 * @property {number} from the first second that is shown
 */

/**
 * A curve over time. Colours are those of the style sheet, read again when the scheme changes.
 * @param {PlotProps} props
 */
export function Plot(props) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const latest = useRef(props);
  const plot = useRef(/** @type {uPlot | null} */ (null));
  latest.current = props;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsFor(element, latest), dataOf(latest.current), element);
    };
    draw();
    const resized = new ResizeObserver(() => plot.current?.setSize(sizeOf(element)));
    resized.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.setData(dataOf(props)), [props.seconds, props.rates, props.from]);
  return html`<div
    class="plot"
    role="img"
    aria-label=${props.label}
    aria-describedby=${props.describedBy}
    ref=${box}
  ></div>`;
}

/**
 * @param {PlotProps} props
 * @returns {uPlot.AlignedData}
 */
function dataOf({ begun, seconds, rates, from }) {
  const first = Math.max(0, seconds.findIndex((second) => second >= from) - (from > 0 ? 1 : 0));
  return [seconds.slice(first).map((second) => begun + second), rates.slice(first)];
}

/** @param {HTMLElement} element */
function sizeOf(element) {
  return { width: Math.max(200, element.clientWidth), height: 208 };
}

/**
 * @param {HTMLElement} element
 * @param {{ readonly current: PlotProps }} latest
 * @returns {uPlot.Options}
 */
function optionsFor(element, latest) {
  const style = getComputedStyle(element);
  const colour = (/** @type {string} */ token) => style.getPropertyValue(`--${token}`).trim();
  const axis = { stroke: colour('ink-3'), font: `12px ${style.fontFamily}`, ticks: { show: false } };
  return {
    ...sizeOf(element),
    cursor: { show: false },
    legend: { show: false },
    padding: [16, EDGE, 0, 0],
    scales: {
      x: { time: true },
      y: { range: (_plot, _low, high) => [0, niceTop(Math.max(high, latest.current.mean))] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        incrs: STEPS,
        space: 80,
        values: (_plot, splits) => formatTimes(splits.map((second) => second * 1000)),
      },
      {
        ...axis,
        grid: { stroke: colour('line'), width: 1 },
        size: 64,
        splits: (_plot, _axis, low, high) => [low, (low + high) / 2, high],
        values: (_plot, splits) => splits.map((rate) => formatCount(rate)),
      },
    ],
    series: [{}, { stroke: colour('fill'), fill: colour('area'), width: 2, points: { show: false } }],
    hooks: {
      drawClear: [
        (plot) => drawPauses(plot, latest.current, { fill: colour('warn-soft'), ink: colour('warn'), font: axis.font }),
      ],
      draw: [(plot) => drawMean(plot, latest.current, colour('ink-3'))],
    },
  };
}

/** Pixels right of the curve. */
const EDGE = 32;

/** Seconds between the marks of the axis of time. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** @param {number} high */
function niceTop(high) {
  if (!(high > 0)) return 1;
  const step = 10 ** Math.floor(Math.log10(high));
  return Math.ceil((high * 1.05) / (step / 2)) * (step / 2);
}

/**
 * @param {uPlot} plot
 * @param {PlotProps} props
 * @param {{ fill: string, ink: string, font: string }} style
 */
function drawPauses(plot, { pauses, begun }, { fill, ink, font }) {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  ctx.save();
  ctx.font = font.replace(/^\d+/, (size) => String(Number(size) * devicePixelRatio));
  ctx.textAlign = 'center';
  let named = -Infinity;
  for (const [from, to, why] of pauses) {
    const start = Math.max(left, plot.valToPos(begun + from, 'x', true));
    const end = Math.min(left + width, plot.valToPos(begun + to, 'x', true));
    if (end <= start) continue;
    ctx.fillStyle = fill;
    ctx.fillRect(start, top, end - start, height);
    const length = ctx.measureText(WHY[why]).width;
    const middle = Math.min(
      Math.max(left + length / 2, (start + end) / 2),
      left + width + EDGE * devicePixelRatio - length / 2,
    );
    // Names do not run into each other.
    if (middle - named < length * 1.2) continue;
    named = middle;
    ctx.fillStyle = ink;
    ctx.fillText(WHY[why], middle, top - 4 * devicePixelRatio);
  }
  ctx.restore();
}

/** What a run stood still for. */
const WHY = { paused: 'paused', silent: 'nobody at work' };

/**
 * @param {uPlot} plot
 * @param {PlotProps} props
 * @param {string} colour
 */
function drawMean(plot, { mean }, colour) {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(mean, 'y', true);
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
