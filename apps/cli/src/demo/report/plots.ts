import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { DemoReport } from './report.js';

use([LineChart, BarChart, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer]);

/** Okabe and Ito's palette, told apart by the colour-blind. */
const palette = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00'];

/** Draws on the server: an SVG string of 900 x 320. */
function draw(option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 900, height: 320 });
  chart.setOption({ animation: false, color: palette, textStyle: { fontFamily: 'system-ui, sans-serif' }, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/** Who answered, second by second: stacked areas by version, with the ends of rollouts marked. */
export function trafficPlot({
  traffic,
  promotions,
  rollbacks,
}: Pick<DemoReport, 'traffic' | 'promotions' | 'rollbacks'>): string {
  const first = traffic[0]?.second ?? 0;
  const last = traffic.at(-1)?.second ?? first;
  const versions = [...new Set(traffic.map(({ version }) => version))].toSorted((a, b) => a - b);
  const seconds = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const series = versions.map((version) => ({
    name: `v${version}`,
    type: 'line',
    stack: 'traffic',
    areaStyle: { opacity: 0.7 },
    lineStyle: { width: 0 },
    symbol: 'none',
    data: seconds.map((second) => {
      const points = traffic.filter((point) => point.second === second && point.version === version);
      return [second - first, points.reduce((sum, { requests }) => sum + requests, 0)];
    }),
  }));
  const mark = (at: string, text: string) => ({ xAxis: Date.parse(at) / 1_000 - first, label: { formatter: text } });
  const marks = [
    ...promotions.map(({ at, version }) => mark(at, `v${version} promoted`)),
    ...rollbacks.map(({ breachAt, version }) => mark(breachAt, `v${version} breach`)),
  ].filter(({ xAxis }) => xAxis >= 0);
  const [head, ...rest] = series;
  return draw({
    legend: { top: 0, right: 0 },
    grid: { left: 60, right: 50, top: 50, bottom: 40 },
    xAxis: { type: 'value', name: 's', max: last - first },
    yAxis: { type: 'value', name: 'answers per second' },
    series:
      head === undefined
        ? []
        : [{ ...head, markLine: { symbol: 'none', lineStyle: { color: '#444' }, data: marks } }, ...rest],
  });
}

/** Holdout metrics of every version, side by side. */
export function metricsPlot({ versions }: Pick<DemoReport, 'versions'>, metrics: readonly string[]): string {
  return draw({
    legend: { top: 0, right: 0 },
    grid: { left: 50, right: 20, top: 40, bottom: 40 },
    xAxis: { type: 'category', data: [...metrics] },
    yAxis: { type: 'value', min: 0, max: 1 },
    series: versions.map(({ version, metrics: measured }) => ({
      name: `v${version}`,
      type: 'bar',
      label: { show: true, position: 'top', formatter: ({ value }: { value: number }) => value.toFixed(3) },
      data: metrics.map((metric) => measured[metric]?.value ?? null),
    })),
  });
}
