// What pages gain when there is JavaScript. Everything here has a plain page load behind it: the server
// writes the first words of every clock, and the duty desk can be loaded again by hand.

const MINUTE = 60_000
const REFRESH_EVERY = 30_000
const ASK_EVERY = 4 * MINUTE

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

/** While somebody types, ask now and then, so that the session does not end under their hands. */
function keepWhileTyping(said) {
  const form = said.closest('form')
  let askedAt = Date.now()
  form.addEventListener('input', async () => {
    if (Date.now() - askedAt < ASK_EVERY) return
    askedAt = Date.now()
    if (await isSignedOut(said.dataset.stillHere)) saySignedOut(form)
  })
}

/** A page instead of nothing is the way to the sign-in; no answer at all says nothing. */
async function isSignedOut(address) {
  try {
    const answer = await fetch(address, { redirect: 'manual', cache: 'no-store' })
    return answer.type === 'opaqueredirect' || answer.status === 401
  } catch {
    return false
  }
}

/** Said once, and above the form: what was typed stays where it is, to be copied. */
function saySignedOut(form) {
  if (document.getElementById('signed-out')) return
  const said = document.createElement('p')
  said.id = 'signed-out'
  said.className = 'govuk-inset-text app-signed-out'
  said.setAttribute('role', 'alert')
  said.textContent = 'You have been signed out. Copy what you typed before you continue.'
  form.before(said)
}

setInterval(tick, REFRESH_EVERY)
for (const said of document.querySelectorAll('[data-still-here]')) keepWhileTyping(said)
for (const part of document.querySelectorAll('[data-refresh]')) {
  setInterval(() => refresh(part), REFRESH_EVERY)
}

// A page brought back by the Back button may belong to somebody who has signed out since.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
