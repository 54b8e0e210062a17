// How good the own connection is: the bars, and behind them what they mean in words and what helps.

import { MenuItem } from "../common/menu-item.tsx";
import { Popover } from "../common/popover.tsx";
import { QualityMark } from "../common/quality-mark.tsx";
import { snapshot } from "../state/meeting.ts";
import { pictures } from "./pictures.ts";
import { choosePictures } from "./room-state.ts";
import { roomWords } from "./words.ts";

const kWeak = 2;

export function QualityButton() {
  const { quality } = snapshot.value;
  const words = roomWords.value;
  const isWeak = quality > 0 && quality <= kWeak;
  return (
    <Popover
      label={words.quality[quality] ?? ""}
      icon={<QualityMark quality={quality} />}
      class="button quiet icon"
      testid="quality"
    >
      <div class="popover-text" role="status">
        <strong>{words.quality[quality]}</strong>
        <p class="soft">{words.qualityMeans[quality]}</p>
      </div>
      {isWeak && pictures.value === "all" && (
        <MenuItem
          icon="camera"
          label={words.pictures.small}
          testid="quality-small"
          onClick={() => choosePictures("small")}
        />
      )}
      {isWeak && pictures.value !== "none" && (
        <MenuItem
          icon="cameraOff"
          label={words.pictures.none}
          testid="quality-none"
          onClick={() => choosePictures("none")}
        />
      )}
    </Popover>
  );
}
