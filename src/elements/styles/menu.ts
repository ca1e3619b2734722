import { css } from 'lit';

export const menuStyles = css`
  :host {
    position: absolute;
    right: -44px;
    bottom: 100%;
  }

  .menu {
    position: absolute;
    z-index: 6;
    right: 0;
    bottom: calc(100% + 10px);
    display: flex;
    flex-direction: column;
    width: max-content;
    max-width: min(300px, calc(100vw - 24px));
    padding: 6px;
    border: 1px solid var(--_line);
    border-radius: 16px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }

  .item {
    width: 100%;
    justify-content: flex-start;
    gap: 0.7rem;
    padding: 0 0.9rem;
    border-color: transparent;
    border-radius: 11px;
    background: none;
    font-weight: 550;
    text-align: start;
    white-space: normal;
  }

  .checked {
    display: inline-flex;
    margin-inline-start: auto;
    padding-inline-start: 0.4rem;
  }

  .item:hover {
    background: var(--_raised);
  }

  .item[aria-pressed="true"] {
    color: var(--_accent);
  }
`;
