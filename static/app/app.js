// What pages gain when there is JavaScript. Everything here has a plain page load behind it: the server
// writes the first words of every clock, and the duty desk can be loaded again by hand.

const MINUTE = 60_000
const REFRESH_EVERY = 30_000

/** "1 h 35 min left", in the very words portal/clock_face.py uses. */
function timeLeft(dueAt, now) {
  const late = now >= dueAt
  const minutes = Math.floor(Math.abs(dueAt - now) / MINUTE)
  const hours = Math.floor(minutes / 60)
  const spoken = hours
    ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
    : `${minutes} min`
  return `${spoken} ${late ? 'late' : 'left'}`
}

function tick() {
  for (const clock of document.querySelectorAll('[data-due-at]')) {
    const words = timeLeft(Date.parse(clock.dataset.dueAt), Date.now())
    if (clock.textContent !== words) clock.textContent = words
  }
}

/** Fetch a part of the page again, unless somebody is using a control in it. */
async function refresh(part) {
  if (document.hidden || part.contains(document.activeElement)) return
  try {
    const answer = await fetch(part.dataset.refresh, {
      headers: { 'X-Requested-With': 'fetch', 'X-Refresh': '1' },
      redirect: 'error',
    })
    if (!answer.ok) throw new Error(String(answer.status))
    part.innerHTML = await answer.text()
    tick()
  } catch {
    sayStale(part)
  }
}

/** "Updated 2:30pm" becomes "Not updated since 2:30pm", once, and stands out. */
function sayStale(part) {
  const updated = part.querySelector('[data-updated]')
  if (!updated) return
  updated.textContent = `Not updated since ${updated.dataset.updated}. Check your connection.`
  updated.classList.add('app-updated--stale')
}

setInterval(tick, REFRESH_EVERY)
for (const part of document.querySelectorAll('[data-refresh]')) {
  setInterval(() => refresh(part), REFRESH_EVERY)
}

// A page brought back by the Back button may belong to somebody who has signed out since.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
