import { css } from 'lit';

/** A modal dialog. */
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
`;
