import { css } from 'lit';

export const chatStyles = css`
  :host {
    position: relative;
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
    gap: 0.4rem;
  }

  .line button.quiet {
    width: 40px;
  }

  .files {
    flex: none;
    overflow-y: auto;
    max-height: 45%;
    padding: 0 0.8rem;
  }

  /* Here the button is beside the field. */
  .files::part(attach) {
    display: none;
  }

  .drop {
    position: absolute;
    z-index: 1;
    display: grid;
    border: 2px dashed var(--_accent);
    border-radius: inherit;
    background: color-mix(in srgb, var(--_accent) 14%, var(--_surface));
    font-weight: 600;
    inset: 6px;
    place-items: center;
    pointer-events: none;
    text-align: center;
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
