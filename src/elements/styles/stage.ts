import { css } from 'lit';

/** The looks of the videos together. */
export const stageStyles = css`
  :host {
    display: flex;
    min-width: 0;
    min-height: 0;
    flex-direction: column;
    gap: 12px;
  }

  .grid {
    display: flex;
    flex: 1;
    padding-inline: max(0px, (100% - var(--_row-width)) / 2 - 0.5px);
    flex-wrap: wrap;
    align-content: center;
    justify-content: center;
    gap: 12px;
    min-height: 0;
  }

  .grid > * {
    flex: none;
    width: var(--_tile-width);
    height: var(--_tile-height);
    aspect-ratio: auto;
  }

  .empty {
    container-type: size;
  }

  .screens {
    display: flex;
    flex: 1 1 0;
    gap: 12px;
    min-height: 0;
  }

  .screens > * {
    flex: 1;
    height: 100%;
    aspect-ratio: auto;
  }

  .strip {
    padding-inline: 0;
    flex: 0 0 clamp(84px, 17vh, 150px);
    flex-wrap: nowrap;
    justify-content: safe center;
    overflow-x: auto;
  }

  .strip > * {
    width: auto;
    height: 100%;
    aspect-ratio: 16 / 10;
  }

  .strip > peerql-tile {
    --peerql-radius: 14px;
  }
`;
