// The table: what is stored, then what arrives; filters apply to everything on the page.

import { histogram, timeline } from './charts.js'
import { openDetail } from './detail.js'
import { clock, duration, element, get, size } from './dom.js'

const MAX_ROWS = 1000
const $ = id => document.getElementById(id)
const rows = $('rows'), filter = $('filter')
let paused = false, refreshing = 0, source = null
let tables = 0, late = null // the number of the newest request for the table; the events that arrived since

// Further columns: title, text and class of a cell. A column of an application's own field is one more line.
const COLUMNS = [
  ['Duration', event => duration(event.duration), 'number'],
  ['Client', event => event.client_ip, 'aside after-number'],
  ['Tags', event => Object.entries(event.tags).map(([name, value]) => `${name}:${value}`).join(' '), 'aside tags'],
  ['Size', event => size(event.size), 'number aside'],
  ['Process', event => String(event.worker_pid), 'number aside'],
  ['Host', event => event.worker_host, 'aside after-number'],
]
$('columns').append(...COLUMNS.map(([title, , kind]) => element('th', { scope: 'col', class: kind }, title)))

function query() {
  const wanted = new URLSearchParams()
  for (const [name, value] of new FormData(filter)) if (value) wanted.set(name, value)
  return wanted
}

function passes(event) {
  const wanted = Object.fromEntries(query()), tag = wanted.tag || '', status = (wanted.status || '').toLowerCase(), code = String(event.status_code)
  const path = (wanted.path || '').toLowerCase()
  return (!wanted.method || event.method === wanted.method)
    && (!status || code === status || (status.endsWith('xx') && code[0] === status[0]))
    && (!path || event.path.toLowerCase().includes(path) || event.route.toLowerCase().includes(path))
    && (!wanted.client || event.client_ip.includes(wanted.client))
    && (!tag || Object.entries(event.tags).some(([name, value]) => tag === name || tag === `${name}:${value}`))
    && event.duration >= Number(wanted.min_duration || 0) && (!wanted.failed || event.failed)
}

function row(event) {
  const open = element('button', { type: 'button', class: 'open', title: event.path }, event.path)
  const status = element('td', { class: `s${String(event.status_code)[0]}` }, event.status_code ? String(event.status_code) : 'none')
  if (event.cause) status.append(' ', element('span', { class: 'cause' }, event.cause))
  const made = element('tr', { 'data-id': event.event_id },
    element('td', {}, clock(event.timestamp)), element('td', {}, event.method), element('td', { class: 'path' }, open), status,
    ...COLUMNS.map(([, value, kind]) => element('td', { class: kind }, value(event))))
  made.addEventListener('click', () => openDetail(event.event_id, open))
  return made
}

function showCount() {
  $('shown').textContent = `${rows.children.length} shown`
  $('empty').hidden = rows.children.length > 0
}

function arrived(event) {
  late?.push(event)
  if (rows.querySelector(`[data-id="${CSS.escape(event.event_id)}"]`)) return
  if (passes(event)) {
    const made = row(event)
    made.classList.add('new')
    rows.prepend(made)
    while (rows.children.length > MAX_ROWS) rows.lastChild.remove()
    showCount()
  }
  refreshStatisticsSoon()
}

async function refreshTable() {
  const mine = ++tables
  late = []
  const events = await get(`events?${query()}`).catch(error => { if (mine === tables) late = null; throw error })
  if (mine !== tables) return // a newer request is on its way
  const arrivedMeanwhile = late
  late = null
  const focused = document.activeElement.closest('#rows tr')?.dataset.id
  rows.replaceChildren(...events.map(row))
  arrivedMeanwhile.forEach(arrived)
  if (focused) rows.querySelector(`[data-id="${CSS.escape(focused)}"] .open`)?.focus()
  showCount()
}

async function refreshStatistics() {
  const [statistics, counts] = await Promise.all([get(`statistics?${query()}`), get('counts')])
  histogram($('histogram'), statistics.histogram)
  timeline($('timeline'), statistics.timeline)
  $('routes').tBodies[0].replaceChildren(...statistics.routes.map(route => element('tr', {},
    element('td', {}, route.method), element('td', {}, route.route || '(no route)'),
    ...[route.count, route.failed].map(n => element('td', { class: 'number' }, String(n))),
    ...[route.p50, route.p90, route.p99, route.longest].map(ms => element('td', { class: 'number' }, duration(ms))))))
  const queued = counts.queued === undefined ? '' : `, ${counts.queued} queued`
  $('counts').textContent = `${counts.stored} stored, ${counts.evicted} evicted, ${counts.dropped} dropped${queued}, ${counts.in_flight} in flight`
}

function refreshStatisticsSoon() {
  if (!refreshing) refreshing = setTimeout(() => { refreshing = 0; refreshStatistics().catch(lost) }, 300)
}

function refresh() {
  return Promise.all([refreshTable(), refreshStatistics()]).catch(lost)
}

function connection(text, kind) {
  const shown = $('connection')
  if (shown.textContent !== text) shown.textContent = text // a status that is written again is read aloud again
  shown.className = kind
}

function degraded(text) {
  if ($('degraded').textContent === text) return
  $('degraded').textContent = text
  $('degraded').hidden = !text
  refresh()
}

function lost() { connection('no connection', 'lost') }

let quiet = 0 // since the stream ended, a timer
function heard() { clearTimeout(quiet); quiet = 0 }

function connect() {
  source = new EventSource(new URL('../api/stream', import.meta.url).href)
  source.addEventListener('open', () => {
    heard()
    if ($('connection').className === 'lost') refresh() // it may be another server
    connection('live', 'live')
  })
  source.addEventListener('event', message => arrived(JSON.parse(message.data)))
  source.addEventListener('status', message => degraded(JSON.parse(message.data)))
  source.addEventListener('missed', () => refresh())
  source.addEventListener('error', () => {
    // The stream ends every few seconds and comes back; only when it does not, the connection is lost.
    quiet ||= setTimeout(lost, 3000)
    if (source.readyState === EventSource.CLOSED) { lost(); setTimeout(() => { if (!paused) { connect(); refresh() } }, 2000) }
  })
}

$('pause').addEventListener('click', event => {
  paused = !paused
  event.currentTarget.setAttribute('aria-pressed', String(paused))
  if (paused) { source.close(); heard(); connection('paused', '') } else { connect(); refresh() }
})
$('clear')?.addEventListener('click', async () => {
  await fetch(new URL('../api/events', import.meta.url).href, { method: 'DELETE', credentials: 'same-origin' })
  refresh()
})
// For screen readers, after a change of the filter only: the count beside it changes with every request.
async function filtered() { await refresh(); $('found').textContent = `${rows.children.length} events shown` }
let typing = 0
filter.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(filtered, 150) })
filter.addEventListener('reset', () => setTimeout(filtered))
filter.addEventListener('submit', event => event.preventDefault())

document.addEventListener('keydown', event => {
  if ($('detail').open || event.ctrlKey || event.metaKey || event.altKey) return
  const field = event.target.closest('input, select')
  if (event.key === '/' && !field) { event.preventDefault(); filter.elements.path.focus(); return }
  if (field || !['ArrowDown', 'ArrowUp'].includes(event.key)) return
  const buttons = [...rows.querySelectorAll('.open')], at = buttons.indexOf(document.activeElement)
  const to = event.key === 'ArrowDown' ? at + 1 : at - 1
  if (buttons[to] && (at >= 0 || event.target.closest('#table'))) { event.preventDefault(); buttons[to].focus() }
})

connect()
refresh()
