import { css } from 'lit';

/** The looks of what many elements are made of: buttons, icons, tags, and text for screen readers. */
export const parts = css`
  :host {
    display: block;
    color: var(--_text);
    font-family: var(--_font);
    line-height: 1.5;
    -webkit-font-smoothing: antialiased;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  h2,
  h3,
  p,
  ul,
  figure {
    margin: 0;
    padding: 0;
  }

  button,
  input,
  select {
    font: inherit;
    color: inherit;
  }

  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-height: 44px;
    padding: 0 1.15rem;
    border: 1px solid var(--_line);
    border-radius: 999px;
    background: var(--_raised);
    font-weight: 600;
    white-space: nowrap;
    cursor: pointer;
    transition:
      background-color 0.15s,
      border-color 0.15s,
      filter 0.15s,
      transform 0.15s;
  }

  button:hover:not(:disabled) {
    border-color: var(--_soft);
  }

  button:active:not(:disabled) {
    transform: scale(0.97);
  }

  button:disabled {
    opacity: 0.55;
    cursor: default;
  }

  button.primary {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_accent-ink);
  }

  button.primary:hover:not(:disabled) {
    border-color: transparent;
    filter: brightness(1.08);
  }

  button.danger {
    border-color: transparent;
    background: var(--_danger);
    color: var(--_danger-ink);
  }

  button.quiet {
    border-color: transparent;
    background: none;
    color: var(--_soft);
  }

  button.quiet:hover {
    background: var(--_raised);
    color: var(--_text);
  }

  button.round {
    flex: none;
    width: 44px;
    padding: 0;
  }

  button.small {
    min-height: 36px;
    padding: 0 0.8rem;
    font-size: 0.86rem;
  }

  :is(a, button, input, select):focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }

  input,
  select {
    width: 100%;
    min-height: 46px;
    padding: 0 0.9rem;
    border: 1px solid var(--_line);
    border-radius: 12px;
    background: var(--_ground);
  }

  input::placeholder {
    color: var(--_soft);
    opacity: 0.75;
  }

  .icon {
    flex: none;
    width: 1.3em;
    height: 1.3em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .tag {
    padding: 0 0.45rem;
    border-radius: 999px;
    background: var(--_accent-soft);
    color: var(--_accent);
    font-size: 0.75rem;
    font-weight: 650;
  }

  .avatar {
    display: grid;
    flex: none;
    border-radius: 50%;
    aspect-ratio: 1;
    background: linear-gradient(
      140deg,
      hsl(var(--_hue) 62% 52%),
      hsl(calc(var(--_hue) + 40) 60% 38%)
    );
    color: #fff;
    font-weight: 650;
    letter-spacing: 0.02em;
    place-items: center;
  }

  .soft {
    color: var(--_soft);
    font-size: 0.92rem;
  }

  .spinner {
    flex: none;
    width: 1em;
    height: 1em;
    border: 2px solid currentColor;
    border-right-color: transparent;
    border-radius: 50%;
    animation: spin 0.8s linear infinite;
  }

  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }

  .sr-only {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation-duration: 2s;
    }

    button {
      transition: none;
    }
  }
`;
