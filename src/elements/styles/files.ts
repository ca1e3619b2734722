import { css } from 'lit';

export const filesStyles = css`
  ul {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    margin-bottom: 0.6rem;
    list-style: none;
  }

  li {
    display: flex;
    flex-direction: column;
    gap: 0.3rem;
    padding: 0.6rem 0.75rem;
    border: 1px solid var(--_line);
    border-radius: 12px;
    background: var(--_ground);
    font-size: 0.92rem;
  }

  .head,
  .progress {
    display: flex;
    align-items: center;
    gap: 0.5rem;
  }

  .name {
    overflow: hidden;
    min-width: 0;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .size {
    flex: none;
  }

  .head button {
    width: 32px;
    min-height: 32px;
    margin: -0.2rem -0.35rem -0.2rem auto;
  }

  li p {
    font-size: 0.86rem;
    overflow-wrap: anywhere;
  }

  progress {
    flex: 1;
    min-width: 0;
    height: 0.6rem;
    accent-color: var(--_accent);
  }

  .progress span {
    min-width: 3.2em;
    font-variant-numeric: tabular-nums;
    text-align: end;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    padding-top: 0.2rem;
  }

  .picker {
    display: none;
  }

  .form-error {
    margin-bottom: 0.5rem;
    color: var(--_danger-text);
    font-size: 0.88rem;
    font-weight: 500;
  }

  .form-error:empty {
    display: none;
  }
`;
