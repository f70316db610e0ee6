import type { Question, QuestionField } from '../../core/question.js';
import { askedAtField, inputName, type Posted } from '../form-answer.js';

export interface AnswerFormProps {
  question: Question;
  action: string;
  /** The same form sent twice is the same answer. */
  decisionId: string;
  csrf?: { name: string; value: string };
  /** What was given before and refused. */
  before?: Posted;
  /** Why it was refused. */
  reason?: string;
}

const fewOptions = 5;

/** The form that a question is answered by; works without script. */
export function AnswerFormView(props: AnswerFormProps) {
  const { question, action, decisionId, csrf, reason } = props;
  const { form } = question;
  const direct = question.direct === true;
  // What was entered to a direct one goes to its provider alone, and not back to a page.
  const before = direct ? {} : (props.before ?? {});
  return (
    <form class="answer" method="post" action={action} autocomplete="off" data-once>
      {csrf && <input type="hidden" name={csrf.name} value={csrf.value} />}
      <input type="hidden" name="decision" value={decisionId} />
      <input type="hidden" name={askedAtField} value={question.askedAt} />
      {reason !== undefined && (
        <p class="refusal" role="alert" id="refusal">
          {reason}
        </p>
      )}
      {form.kind === 'text' && <TextAnswer direct={direct} value={textOf(before.text)} />}
      {form.kind === 'fields' && form.fields.map((field) => <Field field={field} before={before} direct={direct} />)}
      {direct && (
        <p class="hint">
          What you enter here goes from this server straight to the provider. It is not stored, and it is not shown
          again.
        </p>
      )}
      <div class="actions">
        {form.kind === 'confirm' ? (
          <>
            <button class="primary" type="submit" name="confirm" value="yes">
              Yes
            </button>
            <button type="submit" name="confirm" value="no">
              No
            </button>
          </>
        ) : (
          <button class="primary" type="submit">
            Send the answer
          </button>
        )}
      </div>
    </form>
  );
}

function TextAnswer({ direct, value }: { direct: boolean; value: string }) {
  return (
    <div class="field">
      <label for="text">Your answer</label>
      {direct ? (
        <input id="text" name="text" type="password" autocomplete="one-time-code" required />
      ) : (
        <textarea id="text" name="text" rows={4} required>
          {value}
        </textarea>
      )}
    </div>
  );
}

interface FieldProps {
  field: QuestionField;
  /** What stands in it at first. */
  given: string;
  hint: string | undefined;
  /** Whether what is typed in must not be seen. */
  direct: boolean;
}

function Field({ field, before, direct }: { field: QuestionField; before: Posted; direct: boolean }) {
  const name = inputName(field);
  const given = textOf(before[name]) || defaultOf(field);
  const choices = choicesOf(field);
  const hint = field.description === undefined ? undefined : `${name}.hint`;
  const props = { field, given, hint, direct };
  if (choices && choices.length <= fewOptions) return <FewChoices {...props} choices={choices} />;
  return (
    <div class="field">
      <label for={name}>
        {field.label}
        <Optional required={field.required} />
      </label>
      <Hint field={field} id={hint} />
      {choices ? <ManyChoices {...props} choices={choices} /> : <Input {...props} />}
    </div>
  );
}

function FewChoices({ field, given, hint, choices }: FieldProps & { choices: Choice[] }) {
  return (
    <fieldset class="field" aria-describedby={hint}>
      <legend>
        {field.label}
        <Optional required={field.required} />
      </legend>
      <Hint field={field} id={hint} />
      {choices.map(({ value, text }) => (
        <label class="choice">
          <input
            type="radio"
            name={inputName(field)}
            value={value}
            required={field.required}
            checked={value === given}
          />{' '}
          {text}
        </label>
      ))}
    </fieldset>
  );
}

function ManyChoices({ field, given, hint, choices }: FieldProps & { choices: Choice[] }) {
  const name = inputName(field);
  return (
    <select id={name} name={name} required={field.required} aria-describedby={hint}>
      <option value="">Choose…</option>
      {choices.map(({ value, text }) => (
        <option value={value} selected={value === given}>
          {text}
        </option>
      ))}
    </select>
  );
}

function Input({ field, given, hint, direct }: FieldProps) {
  const { required, placeholder, integer, min, max } = field;
  const name = inputName(field);
  const type = direct ? 'password' : field.type;
  const lengths = field.type === 'number' ? {} : { minlength: min, maxlength: max };
  const bounds = type === 'number' ? { min, max, step: integer ? 1 : 'any' } : lengths;
  return (
    <input
      id={name}
      name={name}
      type={type}
      {...bounds}
      autocomplete={type === 'password' ? 'one-time-code' : undefined}
      required={required}
      placeholder={placeholder}
      aria-describedby={hint}
      value={type === 'password' ? undefined : given}
    />
  );
}

function Hint({ field: { description }, id }: { field: QuestionField; id: string | undefined }) {
  return id === undefined ? (
    <></>
  ) : (
    <p class="hint" id={id}>
      {description}
    </p>
  );
}

function Optional({ required }: { required: boolean }) {
  return required ? <></> : <span class="optional">optional</span>;
}

interface Choice {
  value: string;
  text: string;
}

/** What may be chosen, where not everything may be entered. */
function choicesOf({ type, options }: QuestionField): Choice[] | undefined {
  if (type === 'boolean') {
    return ['yes', 'no'].map((value) => ({ value, text: value === 'yes' ? 'Yes' : 'No' }));
  }
  return options?.map((value) => ({ value, text: value }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What an asker says should stand there, in the words of the form. */
function defaultOf({ type, defaultValue = '' }: QuestionField): string {
  if (type !== 'boolean') return defaultValue;
  return { true: 'yes', false: 'no' }[defaultValue] ?? '';
}
