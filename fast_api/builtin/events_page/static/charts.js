// The histogram and the timeline, as SVG with their figures in the titles and in the label.

import { clock, duration, svg } from './dom.js'

const WIDTH = 480, HEIGHT = 110, BASE = 90

function bars(into, label, values, failed, titles, ticks) {
  const highest = Math.max(1, ...values), step = WIDTH / values.length
  const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label })
  picture.append(svg('line', { class: 'axis', x1: 0, x2: WIDTH, y1: BASE, y2: BASE }))
  values.forEach((value, i) => {
    const height = value / highest * (BASE - 16)
    const bad = (failed[i] || 0) / highest * (BASE - 16)
    const x = i * step + 1, width = Math.max(1, step - 2)
    if (value) picture.append(svg('rect', { class: 'bar', x, width, y: BASE - height, height: height - bad, rx: 1 }))
    if (bad) picture.append(svg('rect', { class: 'failed', x, width, y: BASE - bad, height: bad, rx: 1 }))
    const hit = svg('rect', { class: 'hit', x: i * step, width: step, y: 0, height: BASE })
    hit.append(svg('title', {}, titles[i]))
    picture.append(hit)
  })
  picture.append(svg('text', { x: 0, y: 10 }, String(highest)))
  ticks.forEach(([at, text, anchor]) => picture.append(svg('text', { x: at, y: HEIGHT - 4, 'text-anchor': anchor }, text)))
  into.replaceChildren(picture)
}

export function histogram(into, buckets) {
  const name = b => b.below ? `${b.at_least} to ${b.below} ms` : `${b.at_least} ms and more`
  const total = buckets.reduce((sum, b) => sum + b.count, 0)
  const most = buckets.reduce((a, b) => b.count > a.count ? b : a)
  const step = WIDTH / buckets.length
  bars(into, `${total} requests by duration` + (total ? `, most took ${name(most)}` : ''), buckets.map(b => b.count), [],
    buckets.map(b => `${name(b)}: ${b.count}`),
    buckets.map((b, i) => [i * step, i === 0 ? '0 ms' : b.at_least < 1000 ? `${b.at_least}` : `${b.at_least / 1000} s`, 'start']))
}

export function timeline(into, slots) {
  if (!slots.length) return bars(into, 'no requests', [0], [], [''], [])
  const total = slots.reduce((sum, s) => sum + s.count, 0), failed = slots.reduce((sum, s) => sum + s.failed, 0)
  const first = slots[0].start, last = slots[slots.length - 1].start
  bars(into, `${total} requests from ${clock(first)} to ${clock(last)}, ${failed} failed`, slots.map(s => s.count),
    slots.map(s => s.failed), slots.map(s => `${clock(s.start)}: ${s.count}, ${s.failed} failed`),
    [[0, clock(first), 'start'], [WIDTH / 2, `${duration(last - first)}`, 'middle'], [WIDTH, clock(last), 'end']])
}
