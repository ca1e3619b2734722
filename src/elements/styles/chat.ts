import { css } from 'lit';

export const chatStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }

  .empty {
    flex: 1;
    padding: 1.1rem;
  }

  .messages {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 0.9rem;
    min-height: 0;
    padding: 1rem 1.1rem;
    overflow-y: auto;
  }

  .strong {
    font-weight: 650;
  }

  .head {
    display: flex;
    align-items: baseline;
    gap: 0.5rem;
    font-size: 0.88rem;
  }

  .head time {
    margin-left: auto;
    color: var(--_soft);
    font-size: 0.8rem;
  }

  .text {
    overflow-wrap: anywhere;
    /* The template has no line breaks inside of the text. */
    white-space: pre-wrap;
  }

  form {
    display: flex;
    flex: none;
    flex-direction: column;
    gap: 0.5rem;
    padding: 0.8rem 0.8rem calc(0.8rem + env(safe-area-inset-bottom));
    border-top: 1px solid var(--_line);
  }

  select {
    min-height: 38px;
    font-size: 0.88rem;
  }

  .line {
    display: flex;
    gap: 0.5rem;
  }

  .form-error {
    color: var(--_danger-text);
    font-size: 0.88rem;
    font-weight: 500;
  }

  .form-error:empty {
    display: none;
  }
`;
