import { expect, it } from "vitest";
import type { ServerEvent, WireRoom } from "../protocol.ts";
import { RoomChannel } from "../room-channel.ts";
import { settle } from "./fake-clock.ts";
import { joinResult } from "./fake-room.ts";
import { joinedMeeting, resumeOn } from "./meeting-fixture.ts";

const { room } = joinResult();
const event = (version: number): ServerEvent => ({ type: "recording", version, data: { recording: null } });

function listening(channel: RoomChannel) {
  const heard: (string | number | undefined)[] = [];
  const stop = channel.listen({
    handleRoom: ({ name }: WireRoom) => heard.push(name),
    handleEvent: ({ version }) => heard.push(version),
  });
  return { heard, stop };
}

it("tells a late listener the room and what it missed, in order and once", () => {
  const channel = new RoomChannel(async () => ({}) as never);
  channel.enter(room);
  channel.deliver(event(41));
  channel.deliver(event(42));
  const first = listening(channel);
  expect(first.heard).toEqual([room.name, 41, 42]);
  channel.deliver(event(43));
  expect(first.heard.at(-1)).toBe(43);
  first.stop();
  expect(listening(channel).heard).toEqual([room.name]);
});

it("passes over what the snapshot has already, and what comes after the end", () => {
  const channel = new RoomChannel(async () => ({}) as never);
  const { heard } = listening(channel);
  channel.enter(room);
  channel.deliver(event(room.version));
  channel.leave();
  channel.deliver(event(99));
  expect(heard).toEqual([room.name]);
});

it("asks nothing of a server before the room and after it", async () => {
  const asked: string[] = [];
  const channel = new RoomChannel(async (type) => {
    asked.push(type);
    return {} as never;
  });
  await expect(channel.request("record", { action: "start" })).rejects.toMatchObject({
    code: "server_unreachable",
  });
  channel.enter(room);
  await channel.request("record", { action: "start" });
  channel.leave();
  await expect(channel.request("record", { action: "stop" })).rejects.toThrow();
  expect(asked).toEqual(["record"]);
});

it("is the meeting's own, and tells the room anew when the session is back", async () => {
  const { environment, meeting } = await joinedMeeting();
  const { heard } = listening(meeting.channel);
  expect(heard).toEqual([room.name]);
  environment.socket.lose();
  await settle();
  await resumeOn(environment, joinResult({ transport: "kept" }));
  expect(heard).toEqual([room.name, room.name]);
  await meeting.leave();
  await expect(meeting.channel.request("record", { action: "start" })).rejects.toThrow();
});
