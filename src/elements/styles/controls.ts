import { css } from 'lit';

/** The looks of the controls. */
export const controlsStyles = css`
  :host {
    container-type: inline-size;
  }

  .dock {
    display: flex;
    justify-content: center;
    gap: 0.8rem;
    padding: 14px 0 calc(16px + env(safe-area-inset-bottom));
  }

  button.round {
    width: 56px;
    height: 56px;
    font-size: 1.25rem;
  }

  button.round.danger {
    width: 76px;
  }

  .toggle {
    position: relative;
  }

  .more {
    position: relative;
    display: inline-flex;
  }

  .more > button .icon {
    stroke-width: 3;
  }

  .badge {
    position: absolute;
    top: -4px;
    right: -4px;
    min-width: 22px;
    padding: 0 6px;
    border-radius: 999px;
    background: var(--_accent);
    color: var(--_accent-ink);
    font-size: 0.78rem;
    font-weight: 700;
    line-height: 22px;
  }

  .toggle[data-on="false"]:not(.asking) {
    border-color: transparent;
    background: color-mix(in srgb, var(--_danger) 18%, var(--_surface));
    color: var(--_danger-text);
  }

  .toggle.asking[data-on="true"] {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_accent-ink);
  }

  @container (width < 560px) {
    .dock {
      gap: 0.45rem;
      padding-top: 10px;
    }

    button.round {
      width: 52px;
      height: 52px;
    }

    button.round.danger {
      width: 60px;
    }
  }

  @container (width < 410px) {
    .dock.many {
      gap: 0.2rem;
    }

    .dock.many button.round {
      width: 42px;
      height: 42px;
      min-height: 42px;
    }
  }

  @container (width < 350px) {
    .dock {
      flex-wrap: wrap;
      gap: 0.25rem;
    }

    .dock.many {
      gap: 0.15rem;
    }

    .dock button.round {
      width: 42px;
      height: 42px;
      min-height: 42px;
    }

    .dock button.round.danger {
      width: 48px;
    }

    .dock.many button.round {
      width: 40px;
      height: 40px;
      min-height: 40px;
    }
  }

  @media (height < 480px) {
    .dock {
      padding: 6px 0;
    }

    button.round {
      width: 46px;
      height: 46px;
    }
  }
`;
