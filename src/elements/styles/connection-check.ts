import { css } from 'lit';

export const checkStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 0.7rem;
    font-size: 0.93rem;
  }

  .verdict p {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    font-weight: 600;
  }

  .verdict:empty {
    display: none;
  }

  .good {
    color: var(--_accent);
  }

  .bad,
  .risky {
    color: var(--_danger-text);
  }

  .limited {
    color: var(--_warn);
  }

  button[aria-disabled="true"] {
    opacity: 0.55;
    cursor: default;
  }

  ul {
    display: flex;
    align-self: stretch;
    flex-direction: column;
    gap: 0.55rem;
    list-style: none;
  }

  li {
    display: flex;
    gap: 0.65rem;
  }

  li p {
    color: var(--_soft);
    font-size: 0.88rem;
  }

  .mark {
    display: grid;
    flex: none;
    width: 1.4rem;
    height: 1.4rem;
    margin-top: 0.05rem;
    border-radius: 50%;
    background: var(--_raised);
    color: var(--_soft);
    font-size: 0.72rem;
    place-items: center;
  }

  .mark .icon {
    stroke-width: 3;
  }

  .ok .mark {
    background: var(--_accent-soft);
    color: var(--_accent);
  }

  .failed .mark {
    background: color-mix(in srgb, var(--_danger) 18%, var(--_surface));
    color: var(--_danger-text);
  }
`;
