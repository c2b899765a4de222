import * as v from 'valibot'

const name = v.pipe(v.string(), v.maxLength(200))
const password = v.pipe(v.string(), v.maxLength(2000))

/** The fields of each page, as JSON; anything else is refused [A50]. */
const forms = {
  register: v.strictObject({ name, password }),
  login: v.strictObject({ name, password }),
  guest: v.strictObject({}),
  renew: v.strictObject({}),
  password: v.strictObject({ old: password, new: password }),
  logout: v.strictObject({}),
  delete: v.strictObject({ password }),
  owner: v.strictObject({ code: v.pipe(v.string(), v.maxLength(100)) }),
  characters: v.strictObject({ name }),
  ban: v.strictObject({
    name,
    reason: v.pipe(v.string(), v.maxLength(500)),
    seconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e10))),
  }),
  unban: v.strictObject({ name }),
  role: v.strictObject({ name, role: v.picklist(['player', 'staff', 'owner']) }),
}

export type FormName = keyof typeof forms
export type Form<Name extends FormName> = v.InferOutput<(typeof forms)[Name]>

export type FormRead<Name extends FormName> =
  | { readonly is: 'form'; readonly form: Form<Name> }
  | { readonly is: 'refused'; readonly reason: string }

/** Reads a stranger's JSON. Never throws. */
export function readForm<Name extends FormName>(name: Name, text: string): FormRead<Name> {
  let value: unknown
  try {
    value = JSON.parse(text === '' ? '{}' : text)
  } catch {
    return { is: 'refused', reason: 'The body is no JSON.' }
  }
  const read = v.safeParse(forms[name], value)
  if (read.success) return { is: 'form', form: read.output as Form<Name> }
  const [issue] = read.issues
  const at = v.getDotPath(issue)
  return {
    is: 'refused',
    reason: at === null ? `The body is wrong: ${issue.message}.` : `"${at}" is wrong: ${issue.message}.`,
  }
}
