import { css } from 'lit';

export const incomingStyles = css`
  :host {
    display: contents;
  }

  dialog {
    width: min(400px, calc(100vw - 24px));
    border-radius: 26px;
    text-align: center;
  }

  .box {
    position: relative;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 0.5rem;
    padding: 2rem 1.4rem 1.4rem;
  }

  .quiet {
    position: absolute;
    top: 0.6rem;
    right: 0.6rem;
  }

  h2 {
    max-width: 100%;
    font-size: 1.4rem;
    font-weight: 650;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
  }

  h2:focus {
    outline: none;
  }

  p {
    color: var(--_soft);
  }

  .answers {
    display: flex;
    flex-direction: column;
    gap: 0.6rem;
    width: 100%;
    margin-top: 1rem;
  }

  .answers button {
    width: 100%;
    min-height: 50px;
  }

  /* Of accept with video and with voice, the second choice is quieter. */
  .answers .primary + .primary {
    background: var(--_accent-soft);
    color: var(--_accent);
  }

  .others {
    width: 100%;
    margin-top: 1.2rem;
    text-align: start;
  }

  .others h3 {
    color: var(--_soft);
    font-size: 0.9rem;
    font-weight: 600;
  }

  .others ul {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    margin: 0.5rem 0 0;
    padding: 0;
    list-style: none;
  }

  .others li {
    display: flex;
    align-items: center;
    gap: 0.6rem;
  }

  .other-name {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .picture {
    display: grid;
    width: 104px;
    border-radius: 50%;
    margin-bottom: 0.6rem;
    aspect-ratio: 1;
    container-type: size;
    place-items: center;
  }

  .avatar {
    width: 100cqmin;
    font-size: 36cqmin;
    animation: ring 1.6s ease-out infinite;
  }

  @keyframes ring {
    from {
      box-shadow: 0 0 0 0 var(--_accent);
    }

    70%,
    to {
      box-shadow: 0 0 0 22px transparent;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .avatar {
      animation: none;
    }
  }
`;
