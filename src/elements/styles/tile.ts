import { css } from 'lit';

/** The looks of a tile. */
export const tileStyles = css`
  :host {
    position: relative;
    overflow: hidden;
    border-radius: var(--_radius);
    aspect-ratio: 16 / 9;
  }

  figure {
    position: absolute;
    display: grid;
    overflow: hidden;
    border-radius: inherit;
    background: var(--_surface);
    box-shadow: inset 0 0 0 1px var(--_line);
    container-type: size;
    inset: 0;
    place-items: center;
  }

  .screen {
    background: #000;
  }

  video {
    position: absolute;
    width: 100%;
    height: 100%;
    inset: 0;
    object-fit: cover;
  }

  .own video {
    scale: -1 1;
  }

  .screen video {
    object-fit: contain;
  }

  .avatar {
    width: min(34cqmin, 128px);
    font-size: min(13cqmin, 46px);
  }

  figcaption {
    position: absolute;
    bottom: 10px;
    left: 10px;
    display: flex;
    align-items: center;
    gap: 0.4rem;
    max-width: calc(100% - 20px);
    padding: 0.25rem 0.65rem;
    border-radius: 999px;
    background: var(--_shade);
    color: #fff;
    font-size: 0.86rem;
    font-weight: 600;
    line-height: 1.4;
    backdrop-filter: blur(6px);
  }

  figcaption > :not(.name) {
    flex: none;
  }

  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .tag {
    background: #ffffff2b;
    color: #fff;
  }

  .speaking::after {
    position: absolute;
    border: 3px solid var(--_speaking);
    border-radius: inherit;
    content: "";
    inset: 0;
    pointer-events: none;
  }

  .muted {
    display: inline-flex;
    color: #ff95a0;
  }

  .quality {
    display: inline-flex;
  }

  .bars {
    width: 1em;
    height: 1em;
    fill: #ffffff52;
  }

  .good rect {
    fill: #5fe3a1;
  }

  .fair rect:nth-child(-n + 2) {
    fill: #ffc14d;
  }

  .poor rect:first-child {
    fill: #ff8793;
  }

  .hand {
    position: absolute;
    top: 10px;
    left: 10px;
    display: grid;
    width: 38px;
    border-radius: 50%;
    aspect-ratio: 1;
    background: #ffc14d;
    color: #241800;
    font-size: 1.05rem;
    place-items: center;
  }

  .float {
    position: absolute;
    top: 8px;
    right: 8px;
    border: 0;
    background: var(--_shade);
    color: #fff;
  }

  @media (hover: hover) {
    figure:not(:hover) .float:not(:focus-visible) {
      opacity: 0;
    }
  }

  .state {
    position: absolute;
    inset: 0;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.6rem;
    background: var(--_shade);
    color: #fff;
    font-size: 0.95rem;
    font-weight: 600;
    backdrop-filter: blur(5px);
  }

  @media (width < 560px) {
    figcaption {
      font-size: 0.8rem;
    }
  }
`;
