import { css } from 'lit';

export const prejoinStyles = css`
  :host {
    container-type: inline-size;
  }

  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1.5fr) minmax(280px, 1fr);
    align-items: center;
    gap: clamp(1.5rem, 4cqi, 3.5rem);
  }

  .mirror,
  .room {
    display: flex;
    flex-direction: column;
    gap: 0.9rem;
    min-width: 0;
  }

  .check {
    justify-self: start;
    margin-top: calc(-1 * clamp(0.7rem, 3cqi, 2.6rem));
  }

  .opening {
    display: grid;
    min-height: clamp(220px, 34cqi, 420px);
    place-items: center;
    color: var(--_soft);
  }

  h2 {
    font-size: 1.6rem;
    font-weight: 700;
    line-height: 1.12;
    letter-spacing: -0.025em;
  }

  .wide {
    width: 100%;
    min-height: 50px;
  }

  .name {
    display: flex;
    flex-direction: column;
    gap: 0.35rem;
    font-size: 0.88rem;
    font-weight: 600;
  }

  .name input {
    font-size: 1rem;
    font-weight: 400;
  }

  .problem {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.8rem;
    padding: 0.9rem 1.1rem;
    border: 1px solid color-mix(in srgb, var(--_warn) 45%, transparent);
    border-radius: 14px;
    background: color-mix(in srgb, var(--_warn) 9%, var(--_surface));
    font-size: 0.93rem;
  }

  .problem > :first-child {
    flex: 1 1 240px;
  }

  .problem p {
    color: var(--_soft);
  }

  .problem > p {
    color: var(--_text);
  }

  .waiting {
    display: flex;
    flex-direction: column;
    gap: 0.7rem;
    padding: 1.1rem;
    border: 1px solid var(--_line);
    border-radius: 16px;
    background: var(--_surface);
  }

  .waiting p:first-child {
    display: flex;
    align-items: center;
    gap: 0.7rem;
  }

  @container (width < 740px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
      gap: 1.5rem;
    }

    .check {
      margin-top: -0.5rem;
    }

    .opening {
      min-height: 60cqi;
    }
  }
`;
