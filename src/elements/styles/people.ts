import { css } from 'lit';

export const peopleStyles = css`
  :host {
    padding: 0.5rem;
    overflow-y: auto;
  }

  ul {
    list-style: none;
  }

  .person {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: 52px;
    padding: 0.2rem 0.4rem;
  }

  .name {
    overflow: hidden;
    min-width: 0;
    font-weight: 550;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .avatar {
    width: 34px;
    font-size: 0.78rem;
  }

  .marks {
    display: inline-flex;
    flex: none;
    align-items: center;
    gap: 0.45rem;
    margin-left: auto;
    color: var(--_soft);
  }

  .marks > * {
    display: inline-flex;
  }

  .code {
    padding: 0 0.4rem 0.6rem 3.1rem;
    font-size: 0.88rem;
  }

  .digits {
    margin-top: 0.3rem;
    font-size: 1.05rem;
    font-variant-numeric: tabular-nums;
    word-spacing: 0.3em;
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    padding: 0 0.4rem 0.6rem 3.1rem;
  }

  h3 {
    margin: 0.3rem 0.4rem;
    color: var(--_soft);
    font-size: 0.88rem;
  }

  .knocks {
    margin-bottom: 0.5rem;
    padding-bottom: 0.5rem;
    border-bottom: 1px solid var(--_line);
  }

  .knocks h3 {
    color: var(--_accent);
  }

  .bans {
    margin-top: 0.5rem;
    padding-top: 0.5rem;
    border-top: 1px solid var(--_line);
  }

  .bans button {
    margin-left: auto;
  }

  :is(.told, .form-error):not(:empty) {
    padding: 0.3rem 0.4rem;
  }

  .form-error {
    color: var(--_danger-text);
    font-size: 0.88rem;
    font-weight: 500;
  }
`;
