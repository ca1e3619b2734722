import { css } from 'lit';

/** A modal dialog, and a question in it. */
export const dialogStyles = css`
  dialog {
    width: min(520px, calc(100vw - 24px));
    max-height: min(86dvh, 720px);
    padding: 0;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
    color: var(--_text);
  }

  dialog::backdrop {
    background: #0009;
  }

  .question {
    display: flex;
    flex-direction: column;
    gap: 1.1rem;
    padding: 0.8rem 1.3rem 1.4rem;
    text-align: start;
    white-space: normal;
  }

  .question h2 {
    font-size: 1.2rem;
    font-weight: 650;
    letter-spacing: -0.01em;
  }

  .question p {
    color: var(--_soft);
  }

  .answers {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
  }
`;
