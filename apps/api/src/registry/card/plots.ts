import type { CardPlot } from '@laurel/domain';
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, MarkLineComponent, SVGRenderer]);

/** Okabe and Ito's palette, told apart by the colour-blind. */
const [blue, orange, grey] = ['#0072B2', '#D55E00', '#666666'] as const;

/** Pixels. */
const width = 720;
const rowHeight = 30;
const longestLabel = 28;

/**
 * A plot as an SVG without script, style, fonts or pictures from elsewhere. Names are text in it, never markup. Nothing
 * happens under a pointer, and ids begin with `prefix`: equal plots are equal bytes, and several fit into one page.
 */
export function plotSvg(plot: CardPlot, prefix: string): string {
  return drawn(plot)
    .replace(/<style >[\s\S]*?<\/style>/, '')
    .replaceAll(/ class="[\w -]*"/g, '')
    .replaceAll(/(id="|url\(#)zr\d+-/g, `$1${prefix}-`);
}

function drawn(plot: CardPlot): string {
  if (plot.of === 'reliability') return reliability(plot);
  return plot.of === 'bars' ? bars(plot) : intervals(plot);
}

function draw(option: EChartsCoreOption, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'system-ui, sans-serif' }, ...option });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** One name a row, the first on top. */
function named(names: readonly string[]) {
  return {
    grid: { left: 210, right: 60, top: 26, bottom: 34 },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names.map((name) => (name.length > longestLabel ? `${name.slice(0, longestLabel - 1)}…` : name)),
      axisTick: { show: false },
    },
    height: names.length * rowHeight + 60,
  } as const;
}

function intervals({ items }: Extract<CardPlot, { of: 'intervals' }>): string {
  const { height, ...frame } = named(items.map(({ name }) => name));
  return draw(
    {
      ...frame,
      xAxis: { type: 'value', scale: true },
      series: [
        {
          type: 'custom',
          data: items.map(({ low, high }, index) => [low, high, index]),
          encode: { x: [0, 1], y: 2 },
          renderItem: whisker,
        },
        {
          type: 'scatter',
          symbolSize: 9,
          itemStyle: { color: blue },
          data: items.map(({ value }, index) => [value, index]),
        },
      ],
    },
    height,
  );
}

interface Drawing {
  value(dimension: number): number;
  coord(point: readonly [number, number]): readonly [number, number];
}

function whisker(_: unknown, api: Drawing) {
  const row = api.value(2);
  const [from, y] = api.coord([api.value(0), row]);
  const [to] = api.coord([api.value(1), row]);
  return { type: 'line', shape: { x1: from, y1: y, x2: to, y2: y }, style: { stroke: blue, lineWidth: 3 } };
}

function bars({ items, overall }: Extract<CardPlot, { of: 'bars' }>): string {
  const { height, ...frame } = named(items.map(({ name }) => name));
  const rounded = items.map(({ value }) => Number(value.toPrecision(4)));
  const whole = { xAxis: overall, label: { formatter: 'all rows', color: grey, position: 'start' } };
  return draw(
    {
      ...frame,
      xAxis: { type: 'value', min: Math.min(0, ...rounded) },
      series: [
        {
          type: 'bar',
          barMaxWidth: 16,
          itemStyle: { color: blue },
          label: { show: true, position: 'right', backgroundColor: '#fff' },
          data: rounded,
          ...(overall === null
            ? {}
            : { markLine: { symbol: 'none', silent: true, z: 1, lineStyle: { color: grey }, data: [whole] } }),
        },
      ],
    },
    height,
  );
}

function reliability({ points }: Extract<CardPlot, { of: 'reliability' }>): string {
  const largest = Math.max(1, ...points.map(({ count }) => count));
  const share = { type: 'value', min: 0, max: 1 } as const;
  return draw(
    {
      grid: { left: 70, right: 40, top: 30, bottom: 50 },
      xAxis: { ...share, name: 'predicted', nameLocation: 'middle', nameGap: 30 },
      yAxis: { ...share, name: 'observed' },
      series: [
        {
          type: 'line',
          symbol: 'none',
          lineStyle: { color: grey, type: 'dashed' },
          data: [
            [0, 0],
            [1, 1],
          ],
        },
        {
          type: 'line',
          lineStyle: { color: orange },
          itemStyle: { color: orange },
          symbolSize: (_: unknown, { dataIndex }: { readonly dataIndex: number }) =>
            6 + 14 * Math.sqrt((points[dataIndex]?.count ?? 0) / largest),
          data: points.map(({ predicted, observed }) => [predicted, observed]),
        },
      ],
    },
    360,
  );
}
