import { css } from 'lit';

/** The looks of a whole call. */
export const callStyles = css`
  :host {
    height: 100dvh;
    max-height: 100%;
    min-height: 0;
    background: var(--_ground);
    container-type: size;
  }

  .call {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto minmax(0, 1fr) auto;
    height: 100%;
    padding: 0 max(12px, env(safe-area-inset-right)) 0 max(12px, env(safe-area-inset-left));
  }

  .bar {
    display: flex;
    align-items: center;
    gap: 0.7rem;
    min-height: 56px;
    padding: 0.5rem 0.25rem;
  }

  .bar h2 {
    overflow: hidden;
    min-width: 0;
    font-size: 1.05rem;
    font-weight: 650;
    letter-spacing: -0.01em;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .middle {
    position: relative;
    display: flex;
    gap: 12px;
    min-height: 0;
  }

  peerql-stage {
    flex: 1;
  }

  .panel {
    display: flex;
    flex: none;
    flex-direction: column;
    overflow: hidden;
    width: clamp(280px, 26cqw, 340px);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }

  .panel > header {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem;
    padding: 0.35rem 0.35rem 0.35rem 1.1rem;
    border-bottom: 1px solid var(--_line);
  }

  .panel h2 {
    font-size: 1.2rem;
    font-weight: 650;
    letter-spacing: -0.01em;
  }

  .panel h2:focus {
    outline: none;
  }

  .panel > :last-child {
    flex: 1;
    min-height: 0;
  }

  .prompts {
    position: absolute;
    z-index: 4;
    top: 12px;
    right: 12px;
    display: flex;
    flex-direction: column;
    gap: 10px;
    width: min(360px, calc(100% - 24px));
    pointer-events: none;
  }

  .prompt {
    display: flex;
    flex-direction: column;
    gap: 0.7rem;
    padding: 0.9rem 1rem;
    border: 1px solid var(--_line);
    border-radius: 16px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
    font-weight: 550;
    pointer-events: auto;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
  }

  .above {
    position: absolute;
    z-index: 3;
    top: 8px;
    left: 50%;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    width: max-content;
    max-width: 90%;
    translate: -50% 0;
    pointer-events: none;
  }

  .status {
    display: inline-flex;
    align-items: center;
    gap: 0.6rem;
    padding: 0.5rem 1rem;
    border-radius: 999px;
    background: var(--_warn);
    box-shadow: var(--_shadow);
    color: var(--_warn-ink);
    font-size: 0.9rem;
    font-weight: 600;
    white-space: nowrap;
  }

  .recordings {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 6px;
  }

  .recording {
    display: inline-flex;
    align-items: center;
    gap: 0.55rem;
    padding: 0.35rem 0.9rem;
    border: 1px solid var(--_line);
    border-radius: 999px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
    font-size: 0.88rem;
    font-weight: 600;
    pointer-events: auto;
  }

  .recording.own {
    padding-inline-end: 0.35rem;
  }

  .dot {
    flex: none;
    width: 0.65rem;
    height: 0.65rem;
    border-radius: 50%;
    background: var(--_danger);
  }

  .notice {
    padding: 0.6rem 1.1rem;
    border: 1px solid var(--_line);
    border-radius: 22px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
    font-size: 0.92rem;
    font-weight: 550;
    text-align: center;
  }

  .card {
    display: flex;
    overflow: hidden;
    height: 100%;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 0.8rem;
    padding: 1.25rem;
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: inset 0 0 0 1px var(--_line);
    text-align: center;
  }

  .card h2 {
    font-size: clamp(1.1rem, 5cqmin, 1.6rem);
    font-weight: 650;
    letter-spacing: -0.01em;
  }

  .card p {
    color: var(--_soft);
  }

  .card input {
    max-width: 380px;
    text-align: center;
    text-overflow: ellipsis;
  }

  .outside {
    display: grid;
    height: 100%;
    padding: 12px;
  }

  @container (width < 820px) {
    .panel {
      position: fixed;
      z-index: 5;
      width: auto;
      border-radius: 18px 18px 0 0;
      box-shadow: var(--_shadow);
      inset: 56px 0 0;
    }
  }
`;
