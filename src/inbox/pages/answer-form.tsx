import type { Question, QuestionField } from '../../core/question.js';
import { inputName, type Posted } from '../form-answer.js';

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
  const { question, action, decisionId, csrf, before = {}, reason } = props;
  const { form } = question;
  return (
    <form class="answer" method="post" action={action} autocomplete="off" data-once>
      {csrf && <input type="hidden" name={csrf.name} value={csrf.value} />}
      <input type="hidden" name="decision" value={decisionId} />
      {reason !== undefined && (
        <p class="refusal" role="alert" id="refusal">
          {reason}
        </p>
      )}
      {form.kind === 'text' && <TextAnswer direct={question.direct === true} value={textOf(before.text)} />}
      {form.kind === 'fields' && form.fields.map((field) => <Field field={field} before={before} />)}
      {question.direct && (
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

function Field({ field, before }: { field: QuestionField; before: Posted }) {
  const { label, description, required, type } = field;
  const name = inputName(field);
  const given = textOf(before[name]) || (field.defaultValue ?? '');
  const choice = choicesOf(field);
  const hint = description === undefined ? undefined : `${name}.hint`;
  if (choice && choice.length <= fewOptions) {
    return (
      <fieldset class="field" aria-describedby={hint}>
        <legend>
          {label}
          <Optional required={required} />
        </legend>
        {hint !== undefined && (
          <p class="hint" id={hint}>
            {description}
          </p>
        )}
        {choice.map(({ value, text }) => (
          <label class="choice">
            <input type="radio" name={name} value={value} required={required} checked={value === given} /> {text}
          </label>
        ))}
      </fieldset>
    );
  }
  return (
    <div class="field">
      <label for={name}>
        {label}
        <Optional required={required} />
      </label>
      {hint !== undefined && (
        <p class="hint" id={hint}>
          {description}
        </p>
      )}
      {choice ? (
        <select id={name} name={name} required={required} aria-describedby={hint}>
          <option value="">Choose…</option>
          {choice.map(({ value, text }) => (
            <option value={value} selected={value === given}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={name}
          name={name}
          type={type}
          step={type === 'number' ? 'any' : undefined}
          autocomplete={type === 'password' ? 'one-time-code' : undefined}
          required={required}
          placeholder={field.placeholder}
          aria-describedby={hint}
          value={type === 'password' ? undefined : given}
        />
      )}
    </div>
  );
}

function Optional({ required }: { required: boolean }) {
  return required ? <></> : <span class="optional">optional</span>;
}

/** What may be chosen, where not everything may be entered. */
function choicesOf({ type, options, defaultValue }: QuestionField): { value: string; text: string }[] | undefined {
  if (type === 'boolean') {
    const order = defaultValue === 'false' ? ['no', 'yes'] : ['yes', 'no'];
    return order.map((value) => ({ value, text: value === 'yes' ? 'Yes' : 'No' }));
  }
  return options?.map((value) => ({ value, text: value }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
