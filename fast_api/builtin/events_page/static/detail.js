// One event: request, response, log lines, and its trace as a flame graph.

import { clock, duration, element, get, size } from './dom.js'

const dialog = document.getElementById('detail')
const title = document.getElementById('detail-title')
const body = document.getElementById('detail-body')
let opener = null, shown = ''

document.getElementById('close').addEventListener('click', () => dialog.close())
dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close() })
dialog.addEventListener('close', () => {
  const to = opener?.isConnected ? opener : document.querySelector(`[data-id="${CSS.escape(shown)}"] .open`) // the table was renewed
  to?.focus()
})

function list(entries) {
  const made = element('dl')
  for (const [name, value] of entries) {
    if (value !== '' && value !== null && value !== undefined) made.append(element('dt', {}, name), element('dd', {}, String(value)))
  }
  return made
}

// Fields that have another title than their name, or are shown elsewhere (null). Every other field shows by itself.
const REQUEST = { start: null, duration: null, headers: null, method: null }
const INFO = { timestamp: null, log_messages: null, log_messages_dropped: null, thread_id: null, task_name: null, event_id: 'Request id',
  client_ip: 'Client', client_country: 'Country', client_city: 'City', worker_pid: 'Process', worker_host: 'Worker host', trace_id: 'Trace' }
const RESPONSE = { headers: null, end: null, content_length: null, status_code: 'Status', content_type: 'Type' }

function fields(part, titles) {
  const title = name => titles[name] ?? name[0].toUpperCase() + name.slice(1).replaceAll('_', ' ')
  return Object.entries(part).filter(([name]) => titles[name] !== null).map(([name, value]) => [title(name), value])
}

function section(heading, content) {
  return element('section', {}, element('h3', {}, heading), content)
}

function logLines(info) {
  if (!info.log_messages.length) return element('p', { class: 'hint' }, 'None.')
  const made = element('ol', { class: 'logs' })
  for (const log of info.log_messages) {
    made.append(element('li', {}, element('pre', {}, `+${duration(log.after * 1000)} ${log.level} ${log.logger}\n${log.text}`)))
  }
  if (info.log_messages_dropped) made.append(element('li', {}, `${info.log_messages_dropped} more were not kept`))
  return made
}

function flame(traces) {
  if (!traces.calls.length) return element('p', { class: 'hint' }, 'Not traced: http_events.trace_calls says which requests are.')
  const total = Math.max(...traces.calls.map(call => call.start + call.duration)) || 1
  const deepest = Math.max(...traces.calls.map(call => call.depth))
  const shown = element('p', { id: 'call', 'aria-live': 'polite' })
  const bars = element('ul', { class: 'flame', 'aria-label': 'Calls by depth and time; the arrow keys move through them' })
  bars.style.height = `${(deepest + 1) * 21}px`
  const buttons = traces.calls.map((call, i) => {
    const kind = call.name === '[await]' ? 'wait' : call.is_library ? 'library' : 'own'
    const text = `${call.name} ${call.location}, ${duration(call.duration * 1000)}`
    const button = element('button', { type: 'button', class: kind, title: text, 'aria-label': `level ${call.depth + 1}: ${text}`, tabindex: i ? -1 : 0 }, call.name)
    button.style.left = `${call.start / total * 100}%`
    button.style.width = `${call.duration / total * 100}%`
    button.style.top = `${call.depth * 21}px`
    button.addEventListener('focus', () => { shown.textContent = text })
    button.addEventListener('mouseenter', () => { shown.textContent = text })
    bars.append(element('li', {}, button))
    return button
  })
  bars.addEventListener('keydown', event => {
    const at = buttons.indexOf(document.activeElement)
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    if (to === undefined || !buttons[to]) return
    event.preventDefault()
    buttons[at].tabIndex = -1
    buttons[to].tabIndex = 0
    buttons[to].focus()
  })
  return element('div', {}, bars, shown)
}

export async function openDetail(id, from) {
  opener = from
  shown = id
  let event
  try {
    event = await get(`events/${encodeURIComponent(id)}`)
  } catch (error) {
    title.textContent = 'This event is no longer stored'
    body.replaceChildren(String(error.message))
    dialog.showModal()
    return
  }
  const info = event.http_event_info, request = event.http_event_request, response = event.http_event_response
  title.textContent = `${request.method} ${request.path} ${response.status_code || ''}`
  const requestPart = section('Request', list([
    ...fields(request, REQUEST), ['Time', clock(info.timestamp)], ['Duration', duration(request.duration * 1000)],
    ...fields(info, INFO)]))
  const responsePart = section('Response', list([...fields(response, RESPONSE), ['Size', size(response.content_length)]]))
  body.replaceChildren(
    element('div', { class: 'two' }, requestPart,
      element('div', {}, responsePart, ...(Object.keys(event.tags).length ? [section('Tags', list(Object.entries(event.tags)))] : []))),
    section('Trace', flame(event.http_event_traces)),
    section('Log', logLines(info)),
    element('div', { class: 'two' },
      section('Request headers', list(Object.entries(request.headers))),
      section('Response headers', list(Object.entries(response.headers)))))
  dialog.showModal()
  title.focus()
}
