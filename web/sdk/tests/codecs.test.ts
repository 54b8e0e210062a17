import { describe, expect, it } from "vitest";
import { cameraEncodings, type Tuning, tunedEncodings } from "../codecs.ts";

const kAll: Tuning = { shown: 3, isSaving: false, pixels: null };

/** Of those that are made, lowest first: by how much smaller they are than what is captured. */
function scalesOf(tuning: Partial<Tuning>): (number | undefined)[] {
  return tunedEncodings(cameraEncodings("auto", false), { ...kAll, ...tuning })
    .filter(({ active }) => active)
    .map(({ scaleResolutionDownBy }) => scaleResolutionDownBy);
}

describe("encodings of a camera", () => {
  it("have the whole picture as their largest, of cameras of any size", () => {
    expect(scalesOf({})).toEqual([4, 2, 1]);
    expect(scalesOf({ pixels: 1280 * 720 })).toEqual([4, 2, 1]);
    expect(scalesOf({ pixels: 640 * 480 })).toEqual([2, 1]);
    expect(scalesOf({ pixels: 640 * 360 })).toEqual([2, 1]);
    expect(scalesOf({ pixels: 320 * 240 })).toEqual([1]);
  });

  it("are no more than are shown", () => {
    expect(scalesOf({ shown: 2 })).toEqual([4, 2]);
    expect(scalesOf({ shown: 2, pixels: 640 * 360 })).toEqual([2, 1]);
    expect(scalesOf({ shown: 1, pixels: 640 * 360 })).toEqual([2]);
    expect(scalesOf({ shown: 0 })).toEqual([]);
  });

  it("are few frames and not the largest while data is saved, and as before afterwards", () => {
    const before = cameraEncodings("auto", false);
    const saving = tunedEncodings(before, { ...kAll, isSaving: true });
    expect(saving.map(({ active, maxFramerate }) => [active, maxFramerate])).toEqual([
      [true, 10],
      [true, 10],
      [false, 10],
    ]);
    expect(scalesOf({ isSaving: true, pixels: 640 * 360 })).toEqual([2]);
    expect(scalesOf({ isSaving: true, pixels: 320 * 180 })).toEqual([1]);
    expect(tunedEncodings(saving, kAll)).toEqual(before.map((each) => ({ ...each, active: true })));
  });

  it("are left to the browser where one stream has all layers", () => {
    expect(tunedEncodings(cameraEncodings("VP9", false), { ...kAll, pixels: 320 * 180 })).toEqual([
      { scalabilityMode: "L3T3_KEY", maxBitrate: 1_500_000, active: true },
    ]);
  });
});
