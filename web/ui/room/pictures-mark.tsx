// Says in the header that pictures are left out or small by choice, and takes that back.

import { Icon } from "../common/icons.tsx";
import { pictures, setPictures } from "./pictures.ts";
import { roomWords } from "./words.ts";

export function PicturesMark() {
  const words = roomWords.value;
  if (pictures.value === "all") return null;
  const name = words.pictures[pictures.value];
  return (
    <button
      type="button"
      class="button quiet"
      data-testid="pictures-mark"
      aria-label={`${name}. ${words.allPictures}`}
      title={words.allPictures}
      onClick={() => setPictures("all")}
    >
      <Icon name="cameraOff" size={18} />
      <span class="wide-only">{name}</span>
    </button>
  );
}
