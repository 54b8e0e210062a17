import { beforeEach, describe, expect, it } from "vitest";
import { toDeviceError } from "../device-errors.ts";
import { LocalMedia } from "../local-media.ts";
import { settle } from "./fake-clock.ts";
import { FakeEnvironment } from "./fake-environment.ts";

describe("LocalMedia", () => {
  let environment: FakeEnvironment;
  let media: LocalMedia;

  beforeEach(() => {
    environment = new FakeEnvironment();
    media = new LocalMedia(environment.asEnvironment());
  });

  it.each([
    ["NotAllowedError", "permission-denied"],
    ["SecurityError", "permission-denied"],
    ["NotFoundError", "no-device"],
    ["OverconstrainedError", "no-device"],
    ["NotReadableError", "device-in-use"],
    ["AbortError", "device-in-use"],
    ["TypeError", "unsupported"],
    ["SomethingNewError", "unknown"],
  ])("turns %s into %s", async (name, code) => {
    expect(toDeviceError(new DOMException("", name))).toBe(code);
    environment.devices.errors.video = name;
    await media.setOn("camera", true);
    expect(media.snapshot.camera).toMatchObject({ on: false, opening: false, error: code, track: null });
  });

  it("says that a page without HTTPS gets no devices", async () => {
    const insecure = Object.assign(new FakeEnvironment(), {
      mediaDevices: undefined,
      isSecureContext: false,
    });
    const there = new LocalMedia(insecure.asEnvironment());
    await there.setOn("microphone", true);
    expect(there.snapshot.microphone.error).toBe("insecure-page");
  });

  it("opens both with one question", async () => {
    await media.openBoth();
    expect(environment.devices.asked).toHaveLength(1);
    expect(media.snapshot.microphone.track).not.toBeNull();
    expect(media.snapshot.camera.track).not.toBeNull();
  });

  it("opens what there is when the other is missing", async () => {
    environment.devices.errors.video = "NotFoundError";
    await media.openBoth();
    expect(media.snapshot.microphone).toMatchObject({ on: true, error: null });
    expect(media.snapshot.microphone.track).not.toBeNull();
    expect(media.snapshot.camera).toMatchObject({ on: false, error: "no-device" });
  });

  it("keeps a muted microphone open and closes a camera that is off", async () => {
    await media.openBoth();
    const microphone = environment.devices.track("mic-1");
    await media.setOn("microphone", false);
    await media.setOn("camera", false);
    expect(microphone).toMatchObject({ readyState: "live", enabled: false });
    expect(environment.devices.track("cam-1").readyState).toBe("ended");
    expect(media.snapshot.camera.track).toBeNull();
    await media.setOn("microphone", true);
    expect(environment.devices.track("mic-1")).toBe(microphone);
    expect(microphone.enabled).toBe(true);
  });

  it("ends as the last press wants it, however fast they come", async () => {
    const presses = [true, false, true, false].map((on) => media.setOn("camera", on));
    await Promise.all(presses);
    expect(media.snapshot.camera).toMatchObject({ on: false, track: null });
    expect(environment.devices.tracks.every((track) => track.readyState === "ended")).toBe(true);
  });

  it("changes the device and stays muted", async () => {
    await media.setOn("microphone", true);
    await media.setOn("microphone", false);
    await media.setDevice("microphone", "mic-2");
    expect(environment.devices.track("mic-2")).toMatchObject({ enabled: false, readyState: "live" });
    expect(environment.devices.track("mic-1").readyState).toBe("ended");
    expect(media.snapshot.microphone.on).toBe(false);
  });

  it("remembers the choice, and does without a device that is gone", async () => {
    await media.setDevice("microphone", "mic-2");
    const later = new LocalMedia(environment.asEnvironment());
    expect(later.snapshot.microphone.deviceId).toBe("mic-2");
    environment.devices.list = environment.devices.list.filter((device) => device.deviceId !== "mic-2");
    await later.setOn("microphone", true);
    expect(later.snapshot.microphone).toMatchObject({ on: true, error: null });
    expect(environment.devices.track("mic-1").readyState).toBe("live");
  });

  it("goes on with another microphone when one is unplugged, and back when it returns", async () => {
    await media.setDevice("microphone", "mic-2");
    await media.setOn("microphone", true);
    const all = environment.devices.list;
    environment.devices.list = all.filter((device) => device.deviceId !== "mic-2");
    environment.devices.track("mic-2").unplug();
    await settle();
    expect(media.snapshot.microphone.track?.label).toBe("Headset");
    environment.devices.list = all;
    environment.devices.changed();
    await settle();
    expect(media.snapshot.microphone.track?.label).toBe("Desk");
  });

  it("says so when the only camera is unplugged, and takes it back when it returns", async () => {
    await media.setOn("camera", true);
    const all = environment.devices.list;
    environment.devices.list = all.filter((device) => device.kind !== "videoinput");
    environment.devices.track("cam-1").unplug();
    await settle();
    expect(media.snapshot.camera).toMatchObject({ on: false, error: "no-device" });
    environment.devices.list = all;
    environment.devices.changed();
    await settle();
    expect(media.snapshot.camera.error).toBeNull();
  });

  it("lists what is plugged in, without what the browser hides", async () => {
    environment.devices.list.push({ kind: "audioinput", deviceId: "", label: "" });
    environment.devices.changed();
    await settle();
    expect(media.snapshot.devices.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      "microphone mic-1",
      "microphone mic-2",
      "camera cam-1",
      "speaker out-1",
    ]);
  });

  it("takes a closed screen chooser for a change of mind, other failures for failures", async () => {
    environment.devices.errors.screen = "NotAllowedError";
    await media.startScreen();
    expect(media.snapshot.screen).toMatchObject({ on: false, opening: false, error: null });
    environment.devices.errors.screen = "NotReadableError";
    await media.startScreen();
    expect(media.snapshot.screen.error).toBe("device-in-use");
  });

  it("hands every change to its listeners as a new snapshot", async () => {
    const seen: boolean[] = [];
    const stop = media.subscribe((snapshot) => seen.push(snapshot.camera.on));
    const before = media.snapshot;
    await media.setOn("camera", true);
    expect(before.camera.on).toBe(false);
    expect(seen.at(-1)).toBe(true);
    stop();
    const calls = seen.length;
    media.release();
    expect(seen).toHaveLength(calls);
    expect(environment.devices.track("cam-1").readyState).toBe("ended");
  });
});
