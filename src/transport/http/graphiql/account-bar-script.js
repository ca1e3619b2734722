// Runs in the GraphiQL page: says who is signed in, and signs in and out by the session's cookie. It is a part of the
// page's own HTML, so it imports nothing.

/**
 * @typedef {'name' | 'email' | 'password' | 'roomId'} Field
 * @typedef {{ title: string, mutation: string, fields: readonly Field[] }} Way
 * @typedef {{ __typename: string, message?: string, issues?: readonly { path: string, message: string }[] }} Outcome
 */

/** @type {Record<Field, { label: string, type: string, autocomplete: AutoFill }>} */
const FIELDS = {
  name: { label: 'Name', type: 'text', autocomplete: 'name' },
  email: { label: 'Email', type: 'email', autocomplete: 'username' },
  password: { label: 'Password', type: 'password', autocomplete: 'current-password' },
  roomId: {
    label: 'The room’s id (the room must allow guests)',
    type: 'text',
    autocomplete: 'off',
  },
};
/** @type {readonly Way[]} */
const WAYS = [
  { title: 'Sign in', mutation: 'login', fields: ['email', 'password'] },
  { title: 'Register', mutation: 'register', fields: ['name', 'email', 'password'] },
  { title: 'Enter as a guest', mutation: 'enterAsGuest', fields: ['name', 'roomId'] },
];
const ERRORS = '... on Error { message } ... on InvalidInputError { issues { path message } }';

/** @type {HTMLElement | null} */
const bar = document.querySelector('#account-bar');
/** @type {HTMLDialogElement | null} */
const dialog = document.querySelector('#account-form');

/**
 * @param {string} query
 * @param {object} [variables]
 * @returns {Promise<Record<string, any>>} the data; rejects with a sentence
 */
async function ask(query, variables = {}) {
  // Relative to the page, so that it works under any path prefix.
  const response = await fetch('./graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/**
 * @param {string} text
 * @param {() => void} onClick
 */
function button(text, onClick) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', onClick);
  return made;
}

/** Shows who is signed in, and what can be done about it. */
async function show() {
  const told = bar?.querySelector('p');
  if (!bar || !told) return;
  for (const old of bar.querySelectorAll('button')) old.remove();
  try {
    const { me } = await ask('{ me { name } }');
    if (me) {
      told.textContent = `Signed in as ${me.name}.`;
      bar.append(button('Sign out', () => signOut(told)));
    } else {
      told.textContent = 'Nobody is signed in. Most operations need an account, or a guest’s name.';
      bar.append(...WAYS.map((way) => button(way.title, () => open(way))));
    }
  } catch (error) {
    told.textContent = `It cannot be said who is signed in: ${messageOf(error)}`;
    bar.append(button('Try again', show));
  }
}

/** @param {HTMLElement} told */
async function signOut(told) {
  try {
    const { logout } = await ask(`mutation { logout { __typename ${ERRORS} } }`);
    const failure = failureOf(logout);
    if (failure === null) return await show();
    told.textContent = failure;
  } catch (error) {
    told.textContent = messageOf(error);
  }
}

/** @param {Way} way */
function open({ title, mutation, fields }) {
  if (!dialog) return;
  const form = document.createElement('form');
  const heading = document.createElement('h2');
  heading.id = 'account-form-title';
  heading.textContent = title;
  const alert = document.createElement('p');
  alert.setAttribute('role', 'alert');
  const submit = document.createElement('button');
  submit.textContent = title;
  const inputs = fields.map((name) => fieldOf(name, mutation));
  form.append(
    heading,
    ...inputs,
    alert,
    submit,
    ' ',
    button('Cancel', () => dialog.close()),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    alert.textContent = '';
    try {
      const failure = await enter(mutation, Object.fromEntries(new FormData(form)));
      if (failure === null) {
        dialog.close();
        await show();
      } else {
        alert.textContent = failure;
      }
    } catch (error) {
      alert.textContent = messageOf(error);
    }
    submit.disabled = false;
  });
  dialog.replaceChildren(form);
  dialog.showModal();
}

/**
 * @param {Field} name
 * @param {string} mutation
 */
function fieldOf(name, mutation) {
  const { label, ...rest } = FIELDS[name];
  const element = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { name, required: true, ...rest });
  if (mutation === 'register' && name === 'password') input.autocomplete = 'new-password';
  element.append(label, input);
  return element;
}

/**
 * Signs in; the token comes in a cookie, which no script can read.
 *
 * @param {string} mutation
 * @param {object} input
 * @returns {Promise<string | null>} what is wrong, in a sentence
 */
async function enter(mutation, input) {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { __typename ${ERRORS} } }`;
  const data = await ask(query, { input });
  return failureOf(data[mutation]);
}

/** @param {Outcome} outcome */
function failureOf({ __typename, message = __typename, issues = [] }) {
  if (__typename.endsWith('Success')) return null;
  return [message, ...issues.map((issue) => `${issue.path}: ${issue.message}`)].join(' ');
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

await show();
